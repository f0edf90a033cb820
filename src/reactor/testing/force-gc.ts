import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let gc: (() => void) | null = null;

/** Collects garbage until an object that was dropped before has been reported gone. Slow: some ten milliseconds. */
export async function forceGC(): Promise<void> {
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
