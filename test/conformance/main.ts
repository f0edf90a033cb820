import { parseArgs } from 'node:util';
import type { FailurePolicy } from '../../src/deferred/index.ts';
import { allOperations } from './all-operations.ts';
import { mendedQuirks, type Outcome, Replay } from './replay.ts';
import { readVectors, UnreadableVectors, type Vector } from './vector.ts';

const usage = `Usage: npm run conformance -- [options] <folder>

Replays every *.jsonl and *.jsonl.gz of a folder on the Deferred runtime.

  --policy keep|text|batch|eager   how failures are cleaned (default: text)
  --area <name>                    only this area; may be given several times
  --id <id>                        only this vector; may be given several times
  --failures <n>                   failures shown for each area (default: 5)`;

const policies: readonly FailurePolicy[] = ['keep', 'text', 'batch', 'eager'];

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      policy: { type: 'string', default: 'text' },
      area: { type: 'string', multiple: true },
      id: { type: 'string', multiple: true },
      failures: { type: 'string', default: '5' },
      help: { type: 'boolean' },
    },
  });
  const [folder] = positionals;
  const policy = policies.find((name) => name === values.policy);
  if (values.help || folder === undefined || policy === undefined) {
    process.stdout.write(`${usage}\n`);
    return values.help ? 0 : 2;
  }
  const outcomes = await replay(folder, policy, values);
  if (typeof outcomes === 'string') {
    process.stderr.write(`${outcomes}\n`);
    return 2;
  }
  process.stdout.write(summary(outcomes, Number(values.failures)));
  return outcomes.some(({ status }) => status === 'failed') ? 1 : 0;
}

/** What became of the vectors of a folder; a text when there are none, or when they cannot be read. */
async function replay(
  folder: string,
  policy: FailurePolicy,
  wanted: { area?: string[]; id?: string[] },
): Promise<Outcome[] | string> {
  try {
    const outcomes = await new Replay(allOperations, policy).run(chosen(readVectors(folder), wanted));
    return outcomes.length === 0 ? `No such vectors were found in ${folder}.` : outcomes;
  } catch (thrown) {
    if (thrown instanceof UnreadableVectors) return thrown.message;
    throw thrown;
  }
}

function* chosen(vectors: Iterable<Vector>, wanted: { area?: string[]; id?: string[] }): Generator<Vector> {
  for (const vector of vectors) {
    if ((wanted.area?.includes(vector.area) ?? true) && (wanted.id?.includes(vector.id) ?? true))
      yield vector;
  }
}

/** A line for each area, its first failures below it, and the reasons for what was skipped. */
function summary(outcomes: readonly Outcome[], mostFailures: number): string {
  const areas = [...new Set(outcomes.map((one) => one.area))].sort();
  const lines = [row('area', 'passed', 'failed', 'skipped')];
  for (const area of areas) {
    const ofArea = outcomes.filter((one) => one.area === area);
    lines.push(counts(area, ofArea));
    for (const { id, difference } of ofArea
      .filter(({ status }) => status === 'failed')
      .slice(0, mostFailures)) {
      lines.push(`  ${id}: ${difference}`);
    }
  }
  lines.push(counts('all', outcomes));
  for (const [tag, reason] of Object.entries(mendedQuirks)) lines.push(`skipped ${tag}: ${reason}`);
  return `${lines.join('\n')}\n`;
}

function counts(name: string, outcomes: readonly Outcome[]): string {
  const count = (status: Outcome['status']) => String(outcomes.filter((one) => one.status === status).length);
  return row(name, count('passed'), count('failed'), count('skipped'));
}

function row(name: string, ...cells: string[]): string {
  return [name.padEnd(12), ...cells.map((cell) => cell.padStart(8))].join('');
}

process.exitCode = await main();
