import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let gc: (() => void) | null = null;
let reportedGone = 0;

/** Stands here and not in a function: a registry that is collected with its object reports nothing. */
const dropped = new FinalizationRegistry<undefined>(() => {
  reportedGone += 1;
});

/** One collection may leave out what the next one takes. */
const COLLECTIONS = 3;

/** Collects garbage until objects that were dropped before have been reported gone. Slow: some ten milliseconds. */
export async function forceGC(): Promise<void> {
  for (let i = 0; i < COLLECTIONS; i += 1) await collectOnce();
}

async function collectOnce(): Promise<void> {
  if (gc === null) {
    setFlagsFromString('--expose-gc');
    gc = runInNewContext('gc') as () => void;
  }
  const before = reportedGone;
  dropOne();
  while (reportedGone === before) {
    await new Promise((resolve) => setImmediate(resolve));
    gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function dropOne(): void {
  dropped.register({}, undefined);
}
