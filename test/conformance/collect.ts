import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

/** Lets the event loop turn once. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Lets the event loop turn until promises that hang on each other have come to rest. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 5; i += 1) await turn();
}

/** Collects garbage until an object that was dropped before has been reported gone, twice. */
export async function collect(): Promise<void> {
  for (let i = 0; i < 2; i += 1) {
    let gone = false;
    const registry = new FinalizationRegistry(() => {
      gone = true;
    });
    (() => registry.register({}, 0))();
    while (!gone) {
      await turn();
      gc();
      await turn();
    }
    await turn();
  }
}
