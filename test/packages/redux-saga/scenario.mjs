import { applyMiddleware, createStore } from 'redux';

// Each search looks at the keys that are pressed while it lasts.

export function scenario({ saga, effects }) {
  const { actionChannel, cancel, fork, take } = effects;
  const middleware = saga.default();
  const store = createStore((state = 0) => state, applyMiddleware(middleware));
  const pressed = { keys: 0 };

  function* search() {
    const keys = yield actionChannel('KEY');
    try {
      for (;;) {
        yield take(keys);
        pressed.keys += 1;
      }
    } finally {
      keys.close();
    }
  }

  function* searches() {
    for (;;) {
      yield take('SEARCH');
      const task = yield fork(search);
      yield take('FOUND');
      yield cancel(task);
    }
  }

  let root;
  return {
    async setup() {
      root = middleware.run(searches);
    },
    async iterate() {
      for (let k = 0; k < 3; k += 1) {
        store.dispatch({ type: 'SEARCH' });
        store.dispatch({ type: 'FOUND' });
      }
    },
    async teardown() {
      root.cancel();
    },
  };
}
