import { parseArgs } from 'node:util';
import type { FailurePolicy } from '../../src/deferred/index.ts';
import { allOperations } from './all-operations.ts';
import { mendedQuirks, type Outcome, Replay } from './replay.ts';
import { readVectors } from './vector.ts';

const usage = `Usage: npm run conformance -- [options] <folder>

Replays every *.jsonl and *.jsonl.gz of a folder on the Deferred runtime.

  --policy keep|text|batch|eager   how failures are cleaned (default: text)
  --area <name>                    only this area; may be given several times
  --id <id>                        only this vector; may be given several times
  --failures <n>                   failures shown for each area (default: 5)`;

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
  if (values.help || folder === undefined) {
    process.stdout.write(`${usage}\n`);
    return values.help ? 0 : 2;
  }
  const vectors = readVectors(folder).filter(
    ({ area, id }) => (values.area?.includes(area) ?? true) && (values.id?.includes(id) ?? true),
  );
  const outcomes = await new Replay(allOperations, values.policy as FailurePolicy).run(vectors);
  process.stdout.write(summary(outcomes, Number(values.failures)));
  return outcomes.some(({ status }) => status === 'failed') ? 1 : 0;
}

/** A line for each area, its first failures below it, and the reasons for what was skipped. */
function summary(outcomes: readonly Outcome[], mostFailures: number): string {
  const areas = [...new Set(outcomes.map(({ vector }) => vector.area))].sort();
  const lines = [row('area', 'passed', 'failed', 'skipped')];
  for (const area of areas) {
    const ofArea = outcomes.filter(({ vector }) => vector.area === area);
    lines.push(counts(area, ofArea));
    for (const { vector, difference } of ofArea
      .filter(({ status }) => status === 'failed')
      .slice(0, mostFailures)) {
      lines.push(`  ${vector.id}: ${difference}`);
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
