/** DevTools uses `Promise.withResolvers`, which Node 20 does not have yet. */
Promise.withResolvers ??= function withResolvers() {
  let settle;
  const promise = new Promise((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...settle };
};
