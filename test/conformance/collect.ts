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

let reportedGone = 0;

/** Stands here and not in `collect`: a registry that is collected with its object reports nothing. */
const dropped = new FinalizationRegistry<undefined>(() => {
  reportedGone += 1;
});

/** Collects garbage until an object that was dropped before has been reported gone, twice. */
export async function collect(): Promise<void> {
  for (let i = 0; i < 2; i += 1) {
    const before = reportedGone;
    dropOne();
    while (reportedGone === before) {
      await turn();
      gc();
      await turn();
    }
    await turn();
  }
}

function dropOne(): void {
  dropped.register({}, undefined);
}
