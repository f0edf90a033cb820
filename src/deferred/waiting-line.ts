import type { Deferred } from './deferred.ts';

/** A canceller that takes its Deferred out of a line. @throws RangeError when it does not stand there any more. */
export function leaveLine<T>(line: Deferred<T>[]): (deferred: Deferred<T>) => void {
  return (deferred) => {
    const place = line.indexOf(deferred);
    if (place < 0)
      throw new RangeError('This Deferred has left its line already, and only its owner can fire it.');
    line.splice(place, 1);
  };
}
