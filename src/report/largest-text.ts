import type { LargePart } from '../explain/largest.ts';
import { formatBytes } from '../shared/bytes.ts';
import { clip } from '../shared/text-width.ts';
import type { Page } from './page.ts';
import { table } from './table.ts';

const WIDTH_OF_NUMBERS = 36;

/** Where the memory is, as a paragraph. */
export function largestText(largest: readonly LargePart[], { paint, width }: Page): string[] {
  if (largest.length === 0) return [];
  const rows = largest.map(({ count, className, holder, retainedBytes, share }) => [
    clip(`${count} ${className} in ${holder}`, Math.max(20, width - WIDTH_OF_NUMBERS)),
    formatBytes(retainedBytes),
    `${Math.round(100 * share)} %`,
  ]);
  const columns = [
    { head: 'what' },
    { head: 'retains', align: 'right' as const },
    { head: 'of the heap', align: 'right' as const },
  ];
  const places = largest.flatMap(({ holder, location }) =>
    location === undefined ? [] : [`${holder}: ${location.file}:${location.line}:${location.column}`],
  );
  return [
    paint.underline('What holds most (one snapshot does not tell whether it grows)'),
    ...table(columns, rows, paint.dim).map((line) => `  ${line}`),
    ...[...new Set(places)].map((place) => paint.dim(clip(`  ${place}`, width))),
    '',
  ];
}
