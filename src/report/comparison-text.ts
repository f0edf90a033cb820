import type { ClassChange, ComparisonSummary } from '../compare/comparison.ts';
import { formatBytes } from '../shared/bytes.ts';
import { clip, wrap } from '../shared/text-width.ts';
import type { Page } from './page.ts';
import { table } from './table.ts';

/** Rows of each list that are shown; JSON has them all. */
const LONGEST_LIST = 15;
const WIDTH_OF_NUMBERS = 46;

/** What grew, came and went between the heaps, as paragraphs. */
export function comparisonText(comparison: ComparisonSummary, page: Page): string[] {
  const list = (heading: string, changes: readonly ClassChange[]) => changesText(heading, changes, page);
  const { findings } = comparison;
  return [
    ...wrap(comparison.why, page.width),
    '',
    ...list('Grown', comparison.grown),
    ...list('New', comparison.new),
    ...list('Shrunk', comparison.shrunk),
    ...list('Gone', comparison.gone),
    `${comparison.unchangedCount} classes are unchanged.`,
    ...(findings === undefined
      ? []
      : [
          `Leaks: ${findings.new.length} new, ${findings.gone.length} gone, ${findings.persisting.length} in both.`,
          ...findings.new.map((signature) => `  new   ${signature}  ${findings.titles[signature] ?? ''}`),
          ...findings.gone.map((signature) => `  gone  ${signature}  ${findings.titles[signature] ?? ''}`),
        ]),
    '',
  ];
}

function changesText(heading: string, changes: readonly ClassChange[], { paint, width }: Page): string[] {
  if (changes.length === 0) return [];
  const rows = changes
    .slice(0, LONGEST_LIST)
    .map((change) => [
      clip(change.className, Math.max(20, width - WIDTH_OF_NUMBERS)),
      `${change.countBefore} → ${change.countAfter}`,
      signed(change.bytesAfter - change.bytesBefore),
    ]);
  const columns = [
    { head: 'class' },
    { head: 'objects', align: 'right' as const },
    { head: 'bytes', align: 'right' as const },
  ];
  const paths = changes.slice(0, LONGEST_LIST).filter((change) => change.path !== undefined);
  const more = changes.length - LONGEST_LIST;
  return [
    paint.underline(heading),
    ...table(columns, rows, paint.dim).map((line) => `  ${line}`),
    ...(more > 0 ? [paint.dim(`  … and ${more} more; --format json has them all`)] : []),
    ...paths.map((change) => paint.dim(clip(`  ${change.className}: ${change.path}`, width))),
    '',
  ];
}

function signed(bytes: number): string {
  return bytes > 0 ? `+${formatBytes(bytes)}` : formatBytes(bytes);
}
