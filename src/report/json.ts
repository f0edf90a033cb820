import type { Report } from './report.ts';

/** Field names in the order of the contract, from the outside in; what is not listed follows in alphabetical order. */
const FIELD_ORDER: readonly string[] = [
  ...['schemaVersion', 'tool', 'command', 'target', 'generations', 'verdict', 'findings', 'ignored'],
  ...['couldNotJudge', 'comparison', 'baseline', 'timings'],
  ...['kind', 'also', 'confidence', 'predicate', 'signature', 'status', 'what', 'why'],
  ...['version', 'script', 'node', 'mode', 'exitCode', 'signal', 'outcome', 'source'],
  ...['rounds', 'heapUsedBytes', 'markMs', 'reason', 'reasons', 'title', 'remedy', 'evidence', 'objects'],
  ...[
    'className',
    'count',
    'births',
    'perRound',
    'retainedBytes',
    'bytesPerRound',
    'shared',
    'holder',
    'paths',
    'closure',
  ],
  ...[
    'cycle',
    'deferred',
    'proof',
    'root',
    'edge',
    'functionName',
    'name',
    'type',
    'id',
    'readBy',
    'readers',
  ],
  ...['suspect', 'location', 'noLocation', 'captured', 'hops', 'entry', 'cut', 'members', 'state', 'failure'],
  ...[
    'message',
    'traceback',
    'createdAt',
    'firedAt',
    'waitingOn',
    'freedBytes',
    'cuts',
    'gone',
    'holds',
    'file',
    'line',
    'column',
    'frame',
  ],
];

const RANK = new Map(FIELD_ORDER.map((name, index) => [name, index]));

/** The report as JSON: the contract of the tool. Equal reports give equal bytes. */
export function renderJson(report: Report): string {
  return `${escapeControls(JSON.stringify(ordered(report), null, 2))}\n`;
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(
    ([a], [b]) => (RANK.get(a) ?? RANK.size) - (RANK.get(b) ?? RANK.size) || (a < b ? -1 : 1),
  );
  return Object.fromEntries(entries.map(([name, field]) => [name, ordered(field)]));
}

/** Controls that JSON allows in strings but a terminal would obey. */
function escapeControls(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
