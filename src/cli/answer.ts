import type { EdgeRules } from '../graph/heap-graph.ts';
import { UsageError } from '../shared/errors.ts';
import { type OpenHeap, openHeap } from '../summary/open-heap.ts';
import { ExitCode } from './exit-code.ts';
import type { TypedOptions } from './options.ts';
import type { TypedCommand } from './program.ts';
import { progressOn, silentProgress } from './progress.ts';
import { writeAll } from './streams.ts';
import { type Terminal, terminalFor } from './terminal.ts';

/** A question about one snapshot: what is computed, and how it looks to a person. */
export interface Question<Answer> {
  ask(heap: OpenHeap): Answer | Promise<Answer>;
  show(answer: Answer, terminal: Terminal): readonly string[];
}

/**
 * The way of the commands that answer a question about a snapshot, the first argument: open it, ask, and print the
 * answer, as one JSON document with `--json`.
 */
export async function answer<Answer>(
  { args, options }: TypedCommand,
  question: Question<Answer>,
): Promise<number> {
  const answered = await question.ask(await heapOf(args[0]!, options));
  const terminal = terminalFor(process.stdout, options.color as boolean | undefined, process.env);
  const text =
    options.json === true ? JSON.stringify(answered, null, 2) : question.show(answered, terminal).join('\n');
  await writeAll(process.stdout, 'standard output', `${text}\n`);
  return ExitCode.pass;
}

/** The heap of a snapshot under the rules that were asked for. */
export async function heapOf(file: string, options: TypedOptions): Promise<OpenHeap> {
  const stderr = terminalFor(process.stderr, options.color as boolean | undefined, process.env);
  const progress = stderr.isTty ? progressOn(process.stderr, stderr) : silentProgress;
  progress.step(`reading ${file}`);
  try {
    const rules = (options.rules ?? 'leakscan') as EdgeRules;
    return await openHeap(file, { rules, index: options.index === true });
  } finally {
    progress.clear();
  }
}

/** A whole number above 0 that an option was given. @throws UsageError */
export function countOf(options: TypedOptions, name: 'limit' | 'depth', otherwise: number): number {
  const text = options[name];
  if (text === undefined) return otherwise;
  if (typeof text === 'string' && /^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`--${name} ${text} is not a whole number above 0.`, `Write it like --${name} 20.`);
}
