/** At most `limit` of the members, the greatest first; of equal ones those that come first. */
export function largest<T>(members: Iterable<T>, sizeOf: (member: T) => number, limit: number): T[] {
  if (limit === 0) return [];
  const best: T[] = [];
  const sizes: number[] = [];
  for (const member of members) {
    const size = sizeOf(member);
    let at = best.length;
    if (at >= limit && !(size > sizes[at - 1]!)) continue;
    while (at > 0 && size > sizes[at - 1]!) at--;
    best.splice(at, 0, member);
    sizes.splice(at, 0, size);
    best.length = Math.min(best.length, limit);
    sizes.length = best.length;
  }
  return best;
}
