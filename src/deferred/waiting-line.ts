import type { Deferred } from './deferred.ts';
import type { Line } from './line.ts';

/** A canceller that takes its Deferred out of a line. @throws RangeError when it does not stand there any more. */
export function leaveLine<T>(line: Line<Deferred<T>>): (deferred: Deferred<T>) => void {
  return (deferred) => {
    if (!line.remove(deferred)) {
      throw new RangeError('This Deferred has left its line already, and only its owner can fire it.');
    }
  };
}
