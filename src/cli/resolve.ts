import type { Drive } from '../capture/driver.ts';
import type { Thresholds } from '../gate/thresholds.ts';
import type { AttachRun } from '../pipeline/attach.ts';
import type { RunOptions } from '../pipeline/run.ts';
import { UsageError } from '../shared/errors.ts';
import { FORMATS, type TypedOptions } from './options.ts';
import type { TypedCommand } from './program.ts';

export type ReportFormat = (typeof FORMATS)[number];

export interface OutputFile {
  readonly format: ReportFormat;
  readonly file: string;
}

/** Settings that every command with a verdict shares. */
export interface JudgeSettings {
  readonly ignore: readonly string[];
  readonly showIgnored: boolean;
  readonly thresholds: Thresholds;
  readonly baselineFile: string | undefined;
  readonly updateBaseline: boolean;
}

export interface OutputSettings {
  readonly format: ReportFormat;
  readonly files: readonly OutputFile[];
  /** `--color`, `--no-color`, or not said. */
  readonly color: boolean | undefined;
  readonly detail: 'quiet' | 'normal' | 'verbose';
}

const DEFAULT_BASELINE = 'leakscan-baseline.json';

/** What `run` was told to do. @throws UsageError for values that mean nothing and options that contradict each other. */
export function resolveRun({ args, options }: TypedCommand): RunOptions {
  const [script = '', ...rest] = args;
  const durationMs = optional(textOf(options, 'duration'), (text) => durationOf(text, '--duration'));
  const warmup = optional(textOf(options, 'warmup'), (text) => countOf(text, '--warmup'));
  const rounds = optional(textOf(options, 'rounds'), roundsOf);
  const drive = driveOf(options);
  const said = textOf(options, 'mode') as RunOptions['mode'] | 'driven';
  const driver = drive === undefined ? '' : 'command' in drive ? '--drive' : '--url';
  if (drive !== undefined && said !== undefined && said !== 'driven') {
    throw contradiction(`--mode ${said}`, driver);
  }
  if (drive !== undefined && durationMs !== undefined) throw contradiction(driver, '--duration');
  if (said !== undefined && said !== 'timed' && durationMs !== undefined) {
    throw contradiction(`--mode ${said}`, '--duration');
  }
  if (said === 'driven' && drive === undefined) {
    throw new UsageError('--mode driven needs to know what drives the script.', 'Add --drive or --url.');
  }
  const mode = said === 'driven' ? undefined : (said ?? (durationMs === undefined ? undefined : 'timed'));
  if (mode === 'timed' && durationMs === undefined) {
    throw new UsageError('--mode timed needs a time.', 'Add --duration 60s.');
  }
  if (mode === 'script' || mode === 'timed') {
    const because = said === undefined ? '--duration' : `--mode ${mode}`;
    if (rounds !== undefined) throw contradiction(because, '--rounds');
    if (warmup !== undefined) throw contradiction(because, '--warmup');
    if (options.prove === true) throw contradiction(because, '--prove');
  }
  return {
    script,
    // `leakscan run app.js -- --flag` and `leakscan run app.js --flag` mean the same.
    args: rest[0] === '--' ? rest.slice(1) : rest,
    mode,
    drive,
    warmup,
    rounds,
    durationMs,
    timeoutMs: optional(textOf(options, 'timeout'), (text) => durationOf(text, '--timeout')),
    node: textOf(options, 'node'),
    nodeArgs: listOf(options, 'nodeArg'),
    creationStacks: options.creationStacks === true,
    prove: options.prove === true,
    saveSnapshots: textOf(options, 'saveSnapshots'),
  };
}

const DEFAULT_ATTACH_MS = 60_000;

/** What `attach` was told to do. @throws UsageError */
export function resolveAttach({ args, options }: TypedCommand): AttachRun {
  const drive = driveOf(options);
  const durationMs = optional(textOf(options, 'duration'), (text) => durationOf(text, '--duration'));
  const warmupRounds = optional(textOf(options, 'warmup'), (text) => countOf(text, '--warmup'));
  const rounds = optional(textOf(options, 'rounds'), roundsOf);
  if (drive !== undefined && durationMs !== undefined) {
    throw contradiction('command' in drive ? '--drive' : '--url', '--duration');
  }
  if (drive === undefined && (rounds !== undefined || warmupRounds !== undefined)) {
    throw new UsageError(
      `${rounds === undefined ? '--warmup' : '--rounds'} needs to know what a round is.`,
      'Add --drive or --url.',
    );
  }
  return {
    target: args[0] ?? '',
    isRemoteAllowed: options.allowRemote === true,
    drive,
    rounds,
    warmupRounds,
    durationMs: durationMs ?? DEFAULT_ATTACH_MS,
    saveSnapshots: textOf(options, 'saveSnapshots'),
  };
}

/** What drives the script, if anything does. */
function driveOf(options: TypedOptions): Drive | undefined {
  const command = textOf(options, 'drive');
  const url = optional(textOf(options, 'url'), addressOf);
  const requests = optional(textOf(options, 'requests'), (text) => countOf(text, '--requests'));
  if (command !== undefined && url !== undefined) throw contradiction('--drive', '--url');
  if (url === undefined && requests !== undefined) {
    throw new UsageError('--requests needs an address.', 'Add --url http://localhost:3000/.');
  }
  if (requests === 0) throw new UsageError('--requests 0 would be idle rounds.', 'Write --requests 10.');
  if (command?.trim() === '') {
    throw new UsageError('--drive has no command.', "Write it like --drive 'node requests.js'.");
  }
  if (url !== undefined) return { url, requests };
  return command === undefined ? undefined : { command };
}

function addressOf(text: string): string {
  if (!/^https?:/.test(text) || !URL.canParse(text)) {
    throw new UsageError(
      `--url ${text} is not an HTTP address.`,
      'Write it like --url http://localhost:3000/path.',
    );
  }
  return text;
}

/** How to judge. @throws UsageError */
export function resolveJudge(options: TypedOptions): JudgeSettings {
  const updateBaseline = options.updateBaseline === true;
  const baseline = textOf(options, 'baseline');
  const failOn = (textOf(options, 'failOn') ?? 'likely') as Thresholds['failOn'];
  const maxLeaks = optional(textOf(options, 'maxLeaks'), (text) => countOf(text, '--max-leaks'));
  const maxGrowth = optional(textOf(options, 'maxGrowth'), (text) => bytesOf(text, '--max-growth'));
  if (failOn === 'never') {
    if (maxLeaks !== undefined) throw contradiction('--fail-on never', '--max-leaks');
    if (maxGrowth !== undefined) throw contradiction('--fail-on never', '--max-growth');
    if (updateBaseline) throw contradiction('--fail-on never', '--update-baseline');
  }
  return {
    ignore: listOf(options, 'ignore'),
    showIgnored: options.showIgnored === true,
    thresholds: { failOn, maxLeaks: maxLeaks ?? 0, maxBytesPerRound: maxGrowth ?? 0 },
    baselineFile: baseline ?? (updateBaseline ? DEFAULT_BASELINE : undefined),
    updateBaseline,
  };
}

/** Where the report goes. @throws UsageError */
export function resolveOutput(options: TypedOptions): OutputSettings {
  const quiet = options.quiet === true;
  const verbose = options.verbose === true;
  if (quiet && verbose) throw contradiction('--quiet', '--verbose');
  const files = listOf(options, 'output').map(outputFileOf);
  return {
    format: (textOf(options, 'format') ?? 'text') as ReportFormat,
    files,
    color: options.color as boolean | undefined,
    detail: quiet ? 'quiet' : verbose ? 'verbose' : 'normal',
  };
}

/** Milliseconds of `500ms`, `60s`, `5m`, `1h`; a bare number is seconds. @throws UsageError naming the flag */
export function durationOf(text: string, flag: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  const value = match
    ? Number(match[1]) * { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[(match[2] ?? 's') as 's']
    : 0;
  // Node turns timers longer than this into ones that fire at once.
  if (!(value > 0) || value > 2 ** 31 - 1) {
    throw new UsageError(`${flag} ${text} is not a time.`, `Write it like ${flag} 60s, 500ms or 5m.`);
  }
  return value;
}

/** Bytes of `4096`, `64KB`, `2KiB`, `1.5MiB`. KB and KiB both mean 1024 bytes. @throws UsageError naming the flag */
export function bytesOf(text: string, flag: string): number {
  const match = /^(\d+(?:\.\d+)?) ?(?:([KMG])i?)?B?$/i.exec(text);
  if (match === null) {
    throw new UsageError(
      `${flag} ${text} is not a number of bytes.`,
      `Write it like ${flag} 4096, 64KiB or 1.5MiB.`,
    );
  }
  const power = match[2] === undefined ? 0 : 'KMG'.indexOf(match[2].toUpperCase()) + 1;
  return Math.round(Number(match[1]) * 1024 ** power);
}

function countOf(text: string, flag: string): number {
  if (!/^\d{1,9}$/.test(text)) {
    throw new UsageError(`${flag} ${text} is not a whole number.`, `Write it like ${flag} 3.`);
  }
  return Number(text);
}

function roundsOf(text: string): readonly number[] {
  const rounds = text.split(',').map((part) => Number(/^\s*\d{1,9}\s*$/.test(part) ? part : Number.NaN));
  if (rounds.some((count) => !(count > 0))) {
    throw new UsageError(
      `--rounds ${text} is not a list of whole numbers above 0.`,
      'Write it like --rounds 3,5,7.',
    );
  }
  if (rounds.length < 2) {
    throw new UsageError(
      `--rounds ${text} is one generation, and growth needs at least two.`,
      'Write it like --rounds 3,5,7: different numbers tell a leak from noise.',
    );
  }
  return rounds;
}

function outputFileOf(text: string): OutputFile {
  const [format, ...rest] = text.split('=');
  const file = rest.join('=');
  if (file === '' || !FORMATS.some((known) => known === format)) {
    throw new UsageError(
      `--output ${text} is not <format>=<file>.`,
      `Write it like --output json=leaks.json; the formats are ${FORMATS.join(' and ')}.`,
    );
  }
  return { format: format as ReportFormat, file };
}

function contradiction(one: string, other: string): UsageError {
  return new UsageError(`${one} and ${other} contradict each other.`, 'Leave one of them out.');
}

function textOf(options: TypedOptions, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

function listOf(options: TypedOptions, name: string): readonly string[] {
  const value = options[name];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

function optional<T>(text: string | undefined, read: (text: string) => T): T | undefined {
  return text === undefined ? undefined : read(text);
}
