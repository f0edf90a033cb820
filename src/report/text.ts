import { formatBytes } from '../shared/bytes.ts';
import { printable } from '../shared/printable.ts';
import { wrap } from '../shared/text-width.ts';
import { comparisonText } from './comparison-text.ts';
import { findingText, kindsText, paintConfidence, rateText } from './finding-text.ts';
import { largestText } from './largest-text.ts';
import { nextStep } from './next-step.ts';
import type { Page } from './page.ts';
import type { Report } from './report.ts';
import { table } from './table.ts';

/** Columns below which the summary leaves the kinds to the findings. */
const WIDTH_FOR_KINDS = 84;

/** The report for a person at a terminal, the verdict last. Ends with a newline. */
export function renderText(untrusted: Report, page: Page): string {
  const report = withPrintableText(untrusted);
  const lines = [
    ...headerText(report, page),
    ...(page.detail === 'quiet' ? [] : bodyText(report, page)),
    ...summaryText(report, page),
    ...undecidedText(report, page),
    ...baselineText(report, page),
    ...verdictText(report, page),
  ];
  return `${lines.join('\n')}\n`;
}

/** The findings alone, for a message that has other text around it. Ends with a newline. */
export function renderFindings(untrusted: Report, page: Page): string {
  return `${findingsText(withPrintableText(untrusted), page).join('\n')}\n`;
}

/** Every text of the report made safe for a terminal, once, so that no line can forget it. */
function withPrintableText<T>(value: T, field = ''): T {
  if (typeof value === 'string') {
    // A code frame is the one text that may have lines.
    return (field === 'frame' ? value.split('\n').map(printable).join('\n') : printable(value)) as T;
  }
  if (Array.isArray(value)) return value.map((item) => withPrintableText(item, field)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, withPrintableText(item, name)]),
  ) as T;
}

function headerText(
  { tool, command, target, generations, comparison }: Report,
  { paint, width }: Page,
): string[] {
  const rounds = generations.map((generation) => generation.rounds);
  const how = [
    ...(target.node === 'unknown' ? [] : [`Node ${target.node}`]),
    ...(target.mode === 'snapshot' ? [] : [`${target.mode} mode`]),
    ...(rounds.some((count) => count > 0)
      ? [`generations of ${rounds.join(', ')} rounds`]
      : rounds.length > 0
        ? [`${rounds.length} generation${rounds.length === 1 ? '' : 's'}`]
        : []),
    ...(target.source === undefined ? [] : [`heap walked by ${target.source}`]),
  ].join(', ');
  const facts = [how, target.outcome].filter(Boolean).join('. ');
  const what = comparison === undefined ? target.script : comparison.inputs.join(' → ');
  return [
    ...wrap(`${tool.name} ${tool.version} · ${command} ${what}`, width).map((line) => paint.bold(line)),
    ...(facts === '' ? [] : wrap(facts, width).map((line) => paint.dim(line))),
    '',
  ];
}

function bodyText(report: Report, page: Page): string[] {
  return [
    ...(report.comparison === undefined ? [] : comparisonText(report.comparison, page)),
    ...findingsText(report, page),
    ...largestText(report.largest ?? [], page),
    ...(page.showIgnored ? ignoredText(report, page) : []),
  ];
}

function findingsText({ findings, generations }: Report, page: Page): string[] {
  const rounds = generations.map((generation) => generation.rounds);
  const count = findings.length;
  return findings.flatMap((finding, index) => [
    page.paint.dim('─'.repeat(page.width)),
    ...findingText(finding, rounds, count > 1 ? `${index + 1} of ${count}: ` : '', page),
  ]);
}

function ignoredText({ ignored }: Report, { paint, width }: Page): string[] {
  if (ignored.length === 0) return ['Nothing else grew.', ''];
  const rows = ignored.map((item) => [
    item.className,
    String(item.count),
    formatBytes(item.retainedBytes),
    `${item.predicate}: ${item.reason}`,
  ]);
  const columns = [
    { head: 'class', width: Math.floor(width / 4) },
    { head: 'objects', align: 'right' as const },
    { head: 'retains', align: 'right' as const },
    { head: 'why it is not accused', width: Math.floor(width / 2) - 10 },
  ];
  return [paint.underline('Not accused'), ...table(columns, rows, paint.dim), ''];
}

function summaryText(report: Report, page: Page): string[] {
  const { findings } = report;
  if (findings.length < (page.detail === 'quiet' ? 1 : 2)) return [];
  const accepted = new Set(report.baseline?.accepted.map((entry) => entry.signature));
  const showsKind = page.width >= WIDTH_FOR_KINDS;
  const rows = findings.map((finding, index) => [
    String(index + 1),
    paintConfidence(finding, page),
    ...(showsKind ? [kindsText(finding)] : []),
    accepted.has(finding.signature) ? `${finding.title} (accepted)` : finding.title,
    formatBytes(finding.retainedBytes),
    rateText(finding),
  ]);
  const columns = [
    { head: '#', align: 'right' as const },
    { head: 'confidence' },
    ...(showsKind ? [{ head: 'kind', width: 20 }] : []),
    { head: 'what', width: page.width - (showsKind ? 62 : 40) },
    { head: 'retains', align: 'right' as const },
    { head: 'each round', align: 'right' as const },
  ];
  return [page.paint.dim('─'.repeat(page.width)), ...table(columns, rows, page.paint.dim), ''];
}

function undecidedText({ couldNotJudge }: Report, { paint, width }: Page): string[] {
  if (couldNotJudge.length === 0) return [];
  return [
    paint.underline('Could not judge'),
    ...couldNotJudge
      .flatMap((item) => wrap(`${item.what}: ${item.why}`, width - 4))
      .map((line) => `  ${line}`),
    '',
  ];
}

function baselineText({ baseline }: Report, { paint, width }: Page): string[] {
  if (baseline === undefined || baseline.stale.length === 0) return [];
  return [
    paint.underline(`No longer occurs; remove from ${baseline.file} or run with --update-baseline`),
    ...baseline.stale
      .flatMap((entry) => wrap(`${entry.signature}  ${entry.title}`, width - 2))
      .map((line) => `  ${line}`),
    '',
  ];
}

function verdictText(report: Report, { paint, width }: Page): string[] {
  const { status, reasons } = report.verdict;
  const label = {
    pass: paint.green.bold('pass'),
    fail: paint.red.bold('FAIL'),
    inconclusive: paint.yellow.bold('INCONCLUSIVE'),
  };
  const [first = '', ...rest] = reasons;
  const next = nextStep(report);
  return [
    `${label[status]}  ${first}`,
    ...rest.flatMap((reason) => wrap(reason, width - 6)).map((line) => `      ${line}`),
    ...(next === undefined ? [] : hanging(paint.dim('next  '), wrap(next, width - 6))),
  ];
}

function hanging(label: string, [first = '', ...rest]: readonly string[]): string[] {
  return [label + first, ...rest.map((line) => `      ${line}`)];
}
