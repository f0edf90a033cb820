/** Sizes of which the lesser has at least this share of the greater differ by chance: a table here, a cache of V8's there. */
const NEARLY_EQUAL = 0.9;

/**
 * Largest first. Sizes within a tenth of the largest of them count as equal, so that two runs of one program, whose bytes
 * are never quite the same, have one order; among those `then` decides.
 */
export function largestFirst<T>(
  items: readonly T[],
  sizeOf: (item: T) => number,
  then: (a: T, b: T) => number,
): T[] {
  const bySize = [...items].sort((a, b) => sizeOf(b) - sizeOf(a));
  const ordered: T[] = [];
  for (let from = 0; from < bySize.length; ) {
    const least = NEARLY_EQUAL * sizeOf(bySize[from]!);
    const end = bySize.findIndex((item, index) => index > from && sizeOf(item) < least);
    const equals = bySize.slice(from, end === -1 ? undefined : end).sort(then);
    ordered.push(...equals);
    from += equals.length;
  }
  return ordered;
}

/** Texts in the order of their code units, the same in every language. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
