import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let gc: (() => void) | null = null;

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
  let isGone = false;
  const registry = new FinalizationRegistry(() => {
    isGone = true;
  });
  (() => registry.register({}, 0))();
  while (!isGone) {
    await new Promise((resolve) => setImmediate(resolve));
    gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
}
