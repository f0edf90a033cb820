import { setTimeout as pause } from 'node:timers/promises';

// A form saves what was typed, and is cleared for the next text.

export function scenario({ MutationObserver, QueryClient }) {
  const client = new QueryClient();
  const saving = new MutationObserver(client, { mutationFn: async (text) => text.length, gcTime: 1 });
  let unsubscribe;

  return {
    async setup() {
      client.mount();
      unsubscribe = saving.subscribe(() => {});
    },
    async iterate(round) {
      for (let k = 0; k < 2; k += 1) {
        await saving.mutate(`text ${round}, version ${k}`);
        saving.reset();
      }
      await pause(5);
    },
    async teardown() {
      unsubscribe();
      client.unmount();
      client.clear();
    },
  };
}
