// Log-ins are limited per user; a successful one clears the count.

export function scenario({ RateLimiterMemory }) {
  const attempts = new RateLimiterMemory({ points: 5, duration: 900 });
  const outcome = { admitted: 0 };

  async function logIn(user) {
    await attempts.consume(user);
    outcome.admitted += 1;
    await attempts.delete(user);
  }

  return {
    async setup() {},
    async iterate(round) {
      await Promise.all(['ann', 'bob', 'eve', 'joe'].map((name) => logIn(`${name}-${round}`)));
    },
    async teardown() {},
  };
}
