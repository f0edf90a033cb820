// Visitors of a chat leave a room after they have gone altogether.

export function scenario(Adapter) {
  const adapter = new Adapter({ name: '/chat', connected: {}, server: { encoder: {} } });

  return {
    async setup() {},
    async iterate(round) {
      for (let k = 0; k < 4; k += 1) {
        const visitor = `visitor ${k} of ${round}`;
        adapter.addAll(visitor, ['lobby', visitor]);
        adapter.delAll(visitor);
        adapter.del(visitor, 'lobby');
      }
    },
    async teardown() {},
  };
}
