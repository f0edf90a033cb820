import { setTimeout as pause } from 'node:timers/promises';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Heaps that differ by less are the same: compiled code and feedback come and go all the time. */
const SAME_HEAP_BYTES = 16 * 1024;
const MIN_COLLECTIONS = 3;
const MAX_COLLECTIONS = 12;
/** Lets short timers, closing sockets and finalizers have their turn between two collections. */
const PAUSE_MS = 5;

/** Collects all garbage, without a turn of the event loop. The flag is only set while the function is fetched, so that no context of the program sees a `gc`. */
export const collectGarbage: () => void = (() => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  return () => gc();
})();

/**
 * Collects garbage until two heaps in a row agree, with turns of the event loop in between: a WeakRef is
 * cleared by a collection in a later turn, and what a finalizer releases needs yet another one.
 */
export async function settle(): Promise<void> {
  let last = Number.POSITIVE_INFINITY;
  for (let round = 1; round <= MAX_COLLECTIONS; round += 1) {
    await pause(PAUSE_MS);
    collectGarbage();
    const used = getHeapStatistics().used_heap_size;
    if (round >= MIN_COLLECTIONS && last - used < SAME_HEAP_BYTES) return;
    last = used;
  }
}
