import {
  cleanBatch,
  type FailurePolicy,
  observeDeferreds,
  setFailurePolicy,
  unhandledFailures,
} from '../../src/deferred/index.ts';
import type { LogObserver } from '../../src/reactor/log/event.ts';
import { globalLogBeginner, globalLogPublisher } from '../../src/reactor/log/global-log.ts';
import { collect, settle } from './collect.ts';
import type { Operations } from './operations.ts';
import { Program } from './program.ts';
import { canonical, type Json, type Vector } from './vector.ts';

/** Oddities of the original that this runtime mends on purpose, with the reason. */
export const mendedQuirks: Readonly<Record<string, string>> = {
  'quirk:cooperator-stop-skips':
    'Cooperator.stop ends all tasks: one that is passed over never learns that it ended, and its whenDone never fires',
  'quirk:await-again-inside-a-failed-wait':
    'a failed wait that is repeated throws the error again: the original stumbles over an assertion of its own',
};

/** How one vector came out. `difference` is the first that was found, for `failed`. */
export interface Outcome extends Pick<Vector, 'id' | 'area' | 'tags'> {
  readonly status: 'passed' | 'failed' | 'skipped';
  readonly difference?: string;
}

interface Report {
  readonly program: string;
  readonly error: Json;
}

/** A program that ran and was dropped; its last reports are still to come. */
interface Finished {
  readonly vector: Vector;
  readonly difference: string | undefined;
}

/** Programs whose last collection is made together: collecting is slow. */
const BATCH_SIZE = 250;

/** Collections made before a report that is missing counts as missing. */
const MOST_COLLECTIONS = 4;

/** Replays vectors on the runtime, one after the other, under a cleaning policy. */
export class Replay {
  readonly #operations: Operations;
  readonly #policy: FailurePolicy;
  readonly #reports = new Map<string, Json[]>();
  #program: Program | null = null;

  constructor(operations: Operations, policy: FailurePolicy) {
    this.#operations = operations;
    this.#policy = policy;
  }

  async run(vectors: Iterable<Vector>): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    const restore = this.#listen();
    try {
      let batch: Vector[] = [];
      for (const vector of vectors) {
        batch.push(vector);
        if (batch.length < BATCH_SIZE) continue;
        outcomes.push(...(await this.#runBatch(batch)));
        batch = [];
      }
      outcomes.push(...(await this.#runBatch(batch)));
    } finally {
      restore();
    }
    return outcomes;
  }

  async #runBatch(vectors: readonly Vector[]): Promise<Outcome[]> {
    const finished: Finished[] = [];
    const skipped: Outcome[] = [];
    for (const vector of vectors) {
      if (vector.tags?.some((tag) => tag in mendedQuirks)) skipped.push(outcomeOf(vector, 'skipped'));
      else finished.push(await this.#runOne(vector));
    }
    for (let i = 0; i < MOST_COLLECTIONS; i += 1) {
      await this.#collect();
      if (finished.every(({ vector }) => this.#reportsOf(vector).length >= vector.unhandled.length)) break;
    }
    const outcomes = [...skipped, ...finished.map((one) => this.#judge(one))];
    this.#reports.clear();
    return outcomes;
  }

  async #runOne(vector: Vector): Promise<Finished> {
    const program = new Program(vector.id, this.#operations);
    this.#program = program;
    this.#reports.set(vector.id, []);
    const { end, delayed } = await program.run(vector.prog, {
      gc: (one) => this.#recordUnhandled(one, vector),
      settle,
    });
    this.#program = null;
    const difference =
      program.notUnderstood ??
      firstDifference('event', program.trace, vector.trace) ??
      differenceOf('end', end, vector.end) ??
      differenceOf('delayed', delayed, vector.delayed) ??
      differenceOf('unhandled on request', sorted(this.#onRequest(vector)), sorted(vector.unhandled));
    return { vector, difference };
  }

  /** What was reported, and what would be: together they are to be all that the original reports in the end. */
  #onRequest(vector: Vector): Json[] {
    const due = unhandledFailures().map(({ note }) => JSON.parse(note) as Report);
    return [
      ...this.#reportsOf(vector),
      ...due.filter(({ program }) => program === vector.id).map(({ error }) => error),
    ];
  }

  async #recordUnhandled(program: Program, vector: Vector): Promise<void> {
    const before = countUnhandled(program.trace);
    const event = vector.trace[program.trace.length] as Json[] | undefined;
    const expected = event?.[1] === 'unhandled' ? (event[2] as Json[]).length : 0;
    for (let i = 0; i < MOST_COLLECTIONS; i += 1) {
      await this.#collect();
      if (this.#reportsOf(vector).length - before >= expected) break;
    }
    program.record('unhandled', sorted(this.#reportsOf(vector).slice(before)));
  }

  async #collect(): Promise<void> {
    if (this.#policy === 'batch') cleanBatch();
    await collect();
  }

  #reportsOf(vector: Vector): Json[] {
    return this.#reports.get(vector.id) ?? [];
  }

  #judge({ vector, difference: found }: Finished): Outcome {
    const difference =
      found ??
      differenceOf('unhandled after collection', sorted(this.#reportsOf(vector)), sorted(vector.unhandled));
    return difference === undefined
      ? outcomeOf(vector, 'passed')
      : { ...outcomeOf(vector, 'failed'), difference };
  }

  /** Takes what the runtime says on its own: reports, logged failures and warnings. */
  #listen(): () => void {
    setFailurePolicy(this.#policy);
    const recordLog: LogObserver = ({ failure }) => {
      if (failure) this.#program?.record('log', this.#program.encoder.errorTuple(failure.value));
    };
    globalLogBeginner.beginLoggingTo([recordLog], { discardBuffer: true });
    const warnBefore = process.emitWarning;
    process.emitWarning = ((_text: string, category: string) => {
      this.#program?.record('warn', category);
    }) as typeof process.emitWarning;
    const stopObserving = observeDeferreds({
      describe: (failure) => {
        const program = this.#program;
        return JSON.stringify({
          program: program?.id ?? '',
          error: program?.encoder.errorTuple(failure.value) ?? [],
        });
      },
      unhandled: ({ note }) => {
        const report = JSON.parse(note) as Report;
        this.#reports.get(report.program)?.push(report.error);
      },
    });
    return () => {
      setFailurePolicy('text');
      globalLogPublisher.removeObserver(recordLog);
      process.emitWarning = warnBefore;
      stopObserving();
    };
  }
}

/** Without the program and its trace, which nobody needs any more. */
function outcomeOf({ id, area, tags }: Vector, status: Outcome['status']): Outcome {
  return { id, area, ...(tags && { tags }), status };
}

/** Number of reports that are in the trace already. */
function countUnhandled(trace: readonly Json[]): number {
  return (trace as Json[][])
    .filter(([, kind]) => kind === 'unhandled')
    .reduce((sum, [, , reports]) => sum + (reports as Json[]).length, 0);
}

function sorted(values: readonly Json[]): Json[] {
  return [...values].sort((a, b) => (canonical(a) < canonical(b) ? -1 : 1));
}

function firstDifference(
  what: string,
  actual: readonly Json[],
  expected: readonly Json[],
): string | undefined {
  for (let i = 0; i < Math.max(actual.length, expected.length); i += 1) {
    const difference = differenceOf(
      `${what} ${i}`,
      withSortedReports(actual[i]),
      withSortedReports(expected[i]),
    );
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function withSortedReports(event: Json | undefined): Json | undefined {
  if (!Array.isArray(event) || event[1] !== 'unhandled') return event;
  return [event[0] as Json, 'unhandled', sorted(event[2] as Json[])];
}

function differenceOf(
  what: string,
  actual: Json | undefined,
  expected: Json | undefined,
): string | undefined {
  if (canonical(actual) === canonical(expected)) return undefined;
  return `${what}: expected ${canonical(expected)}, got ${canonical(actual)}`;
}
