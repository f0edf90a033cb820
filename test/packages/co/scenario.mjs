// A worker takes jobs for ever.

export function scenario(co) {
  const done = { jobs: 0 };
  let wake;
  let finished;

  function* work() {
    for (;;) {
      yield new Promise((resolve) => {
        wake = resolve;
        finished?.();
      });
      done.jobs += 1;
    }
  }

  return {
    async setup() {
      const ready = new Promise((resolve) => {
        finished = resolve;
      });
      co(work);
      await ready;
    },
    async iterate() {
      for (let k = 0; k < 8; k += 1) {
        await new Promise((resolve) => {
          finished = resolve;
          wake({ job: k });
        });
      }
    },
    async teardown() {},
  };
}
