// Runs leakscan over the shared corpus and the project's own programs, and prints how many leaks it finds, how
// often it names the culprit first, how often it accuses falsely, and where the time goes.
//
//   npm run corpus                                  the shared corpus and the fixtures, in scenario mode
//   npm run corpus -- --only timer                  cases whose name matches
//   npm run corpus -- --set corpus,fixtures,packages,healthy
//   npm run corpus -- --set <folder>                cases of your own, laid out like the corpus
//   npm run corpus -- --mode scenario,script --node 20,22,24,26
//   npm run corpus -- --mode snapshots             three snapshots of a plain process, compared
//   npm run corpus -- --jobs 4 --json --save <folder> --arg --prove --leakscan <other bin/leakscan.js>
//
// Exits with 1 when a leak was missed, a culprit not named, or a program falsely accused.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { casesOf, expectationOn, SETS, satisfies } from './cases.mjs';
import { nodeOfLine, runLeakscan } from './run-case.mjs';
import { scoreHealthy, scoreLeaky } from './score.mjs';

const { values: options } = parseArgs({
  options: {
    set: { type: 'string', default: 'corpus,fixtures' },
    mode: { type: 'string', default: 'scenario' },
    node: { type: 'string', default: process.versions.node.split('.')[0] },
    only: { type: 'string', default: '' },
    variant: { type: 'string', default: 'leaky,fixed' },
    jobs: { type: 'string', default: '2' },
    arg: { type: 'string', multiple: true, default: [] },
    save: { type: 'string' },
    leakscan: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const list = (text) => text.split(',').filter(Boolean);
for (const set of list(options.set))
  if (!(set in SETS) && !existsSync(set))
    throw new Error(`--set ${set}: there are ${Object.keys(SETS).join(', ')}, and folders`);

const only = new RegExp(options.only);
const lines = list(options.node).map((line) => {
  const binary = nodeOfLine(line);
  return { line, binary, version: execFileSync(binary, ['--version'], { encoding: 'utf8' }).trim() };
});
const cases = list(options.set)
  .flatMap(casesOf)
  .filter(({ name }) => only.test(name));
const work = lines.flatMap((node) =>
  list(options.mode).flatMap((mode) =>
    cases
      .filter(({ meta }) => satisfies(node.version, meta.node))
      .flatMap((one) =>
        list(options.variant)
          .filter((variant) => one.programs[variant])
          .map((variant) => ({ ...one, variant, mode, node })),
      ),
  ),
);

const results = [];
let next = 0;
const worker = async () => {
  while (next < work.length) {
    const at = next++;
    const result = await measured(work[at]);
    results[at] = result;
    if (!options.json)
      console.error(`${result.ok ? 'ok  ' : 'MISS'} ${label(result)} ${result.seconds.toFixed(1)} s`);
  }
};
await Promise.all(Array.from({ length: Number(options.jobs) }, worker));

if (options.json) console.log(JSON.stringify(results, undefined, 1));
else print(results);
process.exitCode = results.length > 0 && results.every(({ ok }) => ok) ? 0 : 1;

async function measured({ set, name, meta, variant, mode, node, programs }) {
  const { report, seconds, code, problem } = await runLeakscan(programs[variant], {
    node: node.binary,
    mode,
    rounds: meta.rounds,
    args: options.arg,
    leakscan: options.leakscan,
  });
  const base = { set, name, variant, mode, node: node.line, seconds, code };
  if (options.save && report) {
    mkdirSync(options.save, { recursive: true });
    writeFileSync(
      join(options.save, `${name}.${variant}.${mode}.${node.line}.json`),
      JSON.stringify(report, undefined, 1),
    );
  }
  if (problem) return { ...base, ok: false, why: problem };
  const timings = report.timings ?? {};
  if (variant === 'leaky') {
    const score = scoreLeaky(report, expectationOn(meta, node.version));
    return { ...base, timings, ...score, ok: score.found && score.named };
  }
  const score = scoreHealthy(report);
  const judged = report.verdict.status !== 'inconclusive' && code === 0;
  const why = score.why ?? (judged ? undefined : `exit code ${code}: ${report.verdict.reasons.join('; ')}`);
  return { ...base, timings, ...score, why, ok: score.falseAlarms === 0 && judged };
}

function label({ set, name, variant, mode, node }) {
  return `${set}/${name} ${variant} (${mode}, Node ${node})`;
}

function print(all) {
  const table = new Table({
    head: [
      'set',
      'mode',
      'Node',
      'leaks',
      'found',
      'named',
      'healthy',
      'false alarms',
      'no verdict',
      'median s',
    ],
    style: { head: [], border: [] },
  });
  for (const rows of groups(all)) {
    const [{ set, mode, node }] = rows;
    const leaky = rows.filter(({ variant }) => variant === 'leaky');
    const healthy = rows.filter(({ variant }) => variant === 'fixed');
    table.push([
      set,
      mode,
      node,
      leaky.length,
      leaky.filter(({ found }) => found).length,
      leaky.filter(({ named }) => named).length,
      healthy.length,
      healthy.filter(({ falseAlarms }) => falseAlarms > 0).length,
      rows.filter(({ ok, found, falseAlarms }) => !ok && found === undefined && !falseAlarms).length,
      median(rows.map(({ seconds }) => seconds)).toFixed(1),
    ]);
  }
  const misses = all.filter(({ ok }) => !ok);
  for (const miss of misses) console.log(`MISS ${label(miss)}: ${miss.why}`);
  if (misses.length > 0) console.log('');
  console.log(table.toString());
  console.log(`\nmedian milliseconds by phase: ${phases(all)}`);
  console.log(`median overhead in scenario mode: ${overhead(all)} s`);
}

function groups(all) {
  const byKey = new Map();
  for (const result of all) {
    const key = `${result.set} ${result.mode} ${result.node}`;
    byKey.set(key, [...(byKey.get(key) ?? []), result]);
  }
  return byKey.values();
}

/** Where the time goes: the median of each phase over the runs that have it, and of what no phase accounts for. */
function phases(all) {
  const runs = all.filter(({ timings }) => timings && Object.keys(timings).length > 0);
  const rest = ({ seconds, timings }) =>
    seconds * 1000 - Object.values(timings).reduce((sum, ms) => sum + ms, 0);
  const names = [...new Set(runs.flatMap(({ timings }) => Object.keys(timings)))];
  const medians = names.map((name) => [name, median(runs.flatMap(({ timings }) => timings[name] ?? []))]);
  medians.push(['not accounted for', median(runs.map(rest))]);
  return medians.map(([name, ms]) => `${name} ${Math.round(ms)}`).join(', ');
}

/** Seconds beyond the program's own rounds: what it costs to be watched and judged. */
function overhead(all) {
  const runs = all.filter(({ mode, timings }) => mode === 'scenario' && timings?.rounds !== undefined);
  return median(runs.map(({ seconds, timings }) => seconds - timings.rounds / 1000)).toFixed(1);
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0 ? 0 : sorted[Math.floor(sorted.length / 2)];
}
