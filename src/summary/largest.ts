/** At most `limit` of the members, the greatest first; of equal ones those that come first. */
export function largest<T>(members: Iterable<T>, sizeOf: (member: T) => number, limit: number): T[] {
  if (limit === 0) return [];
  const best: T[] = [];
  for (const member of members) {
    const size = sizeOf(member);
    if (best.length >= limit && !(size > sizeOf(best.at(-1)!))) continue;
    let at = best.length;
    while (at > 0 && size > sizeOf(best[at - 1]!)) at--;
    best.splice(at, 0, member);
    if (best.length > limit) best.pop();
  }
  return best;
}
