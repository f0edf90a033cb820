import type { Explanation, Hop, SourceLocation } from '../explain/explanation.ts';
import { formatBytes } from '../shared/bytes.ts';
import { wrap } from '../shared/text-width.ts';
import type { Page } from './page.ts';
import { edgeText, ladder, locationText, nodeText, rungs } from './retention-ladder.ts';
import { table } from './table.ts';

/** One finding as paragraphs: title, evidence, who holds it, and what to change. */
export function findingText(
  finding: Explanation,
  rounds: readonly number[],
  heading: string,
  page: Page,
): string[] {
  const { paint, width } = page;
  const paragraphs: string[][] = [
    [
      ...wrap(`${heading}${finding.title}`, width).map((line) => paint.bold(line)),
      ...factsText(finding, page),
    ],
    [...wrap(finding.evidence, width), ...birthsTable(finding, rounds, page)],
    sharedText(finding, page),
    ...shownPaths(finding, page).map((path, index, paths) => [
      ...wrap(pathHeading(paths.length, index, path.to), width).map((line) => paint.underline(line)),
      ...indented(ladder(path, page)),
    ]),
    frameOf(finding, page),
    capturedText(finding, page),
    cycleText(finding, page),
    deferredText(finding, page),
    proofText(finding, page),
    [paint.underline('What to change'), ...wrap(finding.remedy, width - 2).map((line) => `  ${line}`)],
    [paint.dim(`signature ${finding.signature}`)],
  ];
  return paragraphs.filter((lines) => lines.length > 0).flatMap((lines) => [...lines, '']);
}

/** Confidence, kinds and sizes. */
function factsText(finding: Explanation, page: Page): string[] {
  const facts = `${finding.confidence} · ${kindsText(finding)}${sizesText(finding)}`;
  const [first = '', ...rest] = wrap(facts, page.width);
  const afterConfidence = first.slice(finding.confidence.length);
  return [
    paintConfidence(finding, page) + page.paint.dim(afterConfidence),
    ...rest.map((line) => page.paint.dim(line)),
  ];
}

export function kindsText(finding: Explanation): string {
  return finding.also.length > 0 ? `${finding.kind}, also ${finding.also.join(', ')}` : finding.kind;
}

export function paintConfidence(finding: Explanation, { paint }: Page): string {
  switch (finding.confidence) {
    case 'certain':
      return paint.red.bold('certain');
    case 'likely':
      return paint.yellow.bold('likely');
    case 'possible':
      return paint.blue('possible');
  }
}

function sizesText(finding: Explanation): string {
  const rate = rateText(finding);
  const grows = rate === '' ? '' : `, ${rate} more each round`;
  return ` · retains ${formatBytes(finding.retainedBytes)}${grows}`;
}

/** Bytes a round; empty where rounds were not counted. */
export function rateText({ objects, bytesPerRound }: Explanation): string {
  return objects.perRound > 0 ? formatBytes(bytesPerRound) : '';
}

/** Survivors by generation, beside the rounds of work that each did. Further generations came after the look at the heap. */
function birthsTable(finding: Explanation, rounds: readonly number[], { paint }: Page): string[] {
  const { births } = finding.objects;
  if (births.length === 0) return [];
  const right = births.map((_, index) => ({ head: String(index + 1), align: 'right' as const }));
  const rows = [['survivors', ...births.map(String)]];
  const worked = rounds.slice(0, births.length);
  if (worked.length === births.length && worked.some((count) => count > 0)) {
    rows.unshift(['rounds', ...worked.map(String)]);
  }
  return ['', ...indented(table([{ head: 'generation' }, ...right], rows, paint.dim))];
}

/** What goes only when other leaks are repaired as well. */
function sharedText({ shared }: Explanation, { width }: Page): string[] {
  if (shared === undefined) return [];
  const others = shared.with.length === 1 ? 'another leak keeps' : 'other leaks keep';
  return wrap(
    `${formatBytes(shared.bytes)} of this ${others} as well (${shared.with.join(', ')}): they go only with all of them.`,
    width,
  );
}

/** The independent holders, also those of further classes; in detail all ways to these. */
function shownPaths(finding: Explanation, page: Page): Explanation['paths'] {
  return page.detail === 'verbose' ? finding.paths : finding.paths.filter((path) => path.shows !== 'class');
}

function pathHeading(count: number, index: number, to: string): string {
  if (count === 1) return `Held by, down to ${to}`;
  return `Retention path ${index + 1} of ${count}, down to ${to}`;
}

/** The source where the mistake most likely is: at the holder, else at the closure, a suspect edge, or any hop. */
function frameOf(finding: Explanation, { paint }: Page): string[] {
  const hops = finding.paths.flatMap((path) => path.hops);
  const places: readonly (SourceLocation | undefined)[] = [
    finding.holder?.location,
    finding.closure?.location,
    ...hops.filter((hop) => hop.suspect).map((hop) => hop.location),
    ...hops.map((hop) => hop.location).reverse(),
  ];
  const place = places.find((location) => location?.frame !== undefined);
  if (place?.frame === undefined) return [];
  return [
    paint.cyan(locationText(place)),
    ...indented(place.frame.split('\n').map((line) => paint.dim(line.trimEnd()))),
  ];
}

/** Captured variables shown without `--verbose`: a library that is one large function has hundreds. */
const MOST_VARIABLES = 12;

function capturedText({ closure }: Explanation, { paint, detail }: Page): string[] {
  if (closure === undefined) return [];
  const where = closure.location ? `  ${paint.cyan(locationText(closure.location))}` : '';
  const heading = paint.underline(`Captured by ${closure.functionName}`) + where;
  if (closure.captured.length === 0) return [heading, '  nothing'];
  const shown = detail === 'verbose' ? closure.captured : closure.captured.slice(0, MOST_VARIABLES);
  const left = closure.captured.length - shown.length;
  const rows = shown.map((variable) => [
    variable.name,
    formatBytes(variable.retainedBytes),
    readersText(variable.readBy, variable.readers),
  ]);
  return [
    heading,
    ...indented(
      table(
        [{ head: 'variable' }, { head: 'retains', align: 'right' }, { head: 'read by' }],
        rows,
        paint.dim,
      ),
    ),
    ...(left === 0 ? [] : [paint.dim(`  and ${left} more that retain less; --verbose shows them`)]),
  ];
}

function readersText(readBy: 'self' | 'sibling' | 'nobody' | 'unknown', readers: readonly string[]): string {
  switch (readBy) {
    case 'self':
      return 'this closure';
    case 'sibling':
      return readers.length > 0 ? readers.join(', ') : 'another closure of the same scope';
    case 'nobody':
      return 'nobody: a dead variable';
    case 'unknown':
      return 'unknown: its source could not be read';
  }
}

function cycleText({ cycle }: Explanation, page: Page): string[] {
  if (cycle === undefined) return [];
  const { paint } = page;
  return [
    paint.underline(`The cycle of ${cycle.members} objects`),
    ...indented(rungs(cycle.hops, page)),
    `  ${paint.dim('kept alive through')} ${hopText(cycle.entry, page)}`,
    `  ${paint.dim('cut at')} ${hopText(cycle.cut, page)}`,
  ];
}

function hopText(hop: Hop, { paint }: Page): string {
  const where = hop.location ? `  ${paint.cyan(locationText(hop.location))}` : '';
  return `${paint.red(edgeText(hop))}${paint.dim(' → ')}${nodeText(hop)}${where}`;
}

function deferredText({ deferred }: Explanation, { paint, width }: Page): string[] {
  if (deferred === undefined) return [];
  const stack = (heading: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [`  ${paint.dim(heading)}`, ...lines.map((line) => `    ${line.trim()}`)];
  const { failure } = deferred;
  return [
    paint.underline('The Deferred'),
    ...wrap(deferred.state, width - 2).map((line) => `  ${line}`),
    ...(deferred.waitingOn === undefined ? [] : [`  ${paint.dim('waiting on')} ${deferred.waitingOn}`]),
    ...(failure === undefined ? [] : [`  ${paint.red(`${failure.type}: ${failure.message}`)}`]),
    ...stack('failed at', failure?.traceback ?? []),
    ...stack('created at', deferred.createdAt),
    ...stack('fired at', deferred.firedAt),
  ];
}

function proofText({ proof }: Explanation, { paint, width }: Page): string[] {
  if (proof === undefined) return [];
  const freed = `cutting ${proof.cut} freed ${formatBytes(proof.freedBytes)}; `;
  const text = `${proof.status}: ${proof.status === 'confirmed' ? freed : ''}${proof.reason}.`;
  return [
    paint.underline('Proof'),
    ...wrap(text, width - 2).map((line) => `  ${line}`),
    ...(proof.cuts !== undefined && proof.cuts.length > 1 ? indented(cutsTable(proof.cuts, paint)) : []),
  ];
}

/** What each of several cuts did, in the order in which they were made. */
function cutsTable(
  cuts: NonNullable<NonNullable<Explanation['proof']>['cuts']>,
  paint: Page['paint'],
): string[] {
  return table(
    [
      { head: 'cut' },
      { head: 'objects gone', align: 'right' },
      { head: 'freed', align: 'right' },
      { head: 'keeps them' },
    ],
    cuts.map(({ cut, gone, freedBytes, holds }) => [
      cut,
      String(gone),
      formatBytes(freedBytes),
      holds ? 'yes' : 'no',
    ]),
    paint.dim,
  );
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `  ${line}`));
}
