// Each visitor is led through the sign-up by a machine of his own.

export function scenario({ Machine, interpret }) {
  const signUp = Machine({
    id: 'sign-up',
    initial: 'form',
    states: {
      form: { on: { SEND: 'checking' } },
      checking: { on: { OK: 'done' } },
      done: { type: 'final' },
    },
  });

  return {
    async setup() {},
    async iterate() {
      for (let k = 0; k < 2; k += 1) {
        const visitor = interpret(signUp).start();
        visitor.send('SEND');
        visitor.send('OK');
        visitor.stop();
      }
    },
    async teardown() {},
  };
}
