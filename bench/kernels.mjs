/**
 * The engine's kernels against its plain code on the same snapshots, each run in its own process and in turns. Prints the
 * least CPU time and the least peak memory of each, and the ratio; above 1 the kernels win.
 *
 *     npm run build && node bench/kernels.mjs <snapshot>… [--rounds 3]
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ENGINES = ['plain', 'kernels'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '3' }, once: { type: 'string' } },
});

if (values.once === undefined) for (const file of positionals) compare(file, Number(values.rounds));
else console.log(JSON.stringify(await measure(positionals[0], values.once)));

function compare(file, rounds) {
  const best = {};
  for (let round = 0; round < rounds; round++) {
    for (const engine of ENGINES) {
      const script = fileURLToPath(import.meta.url);
      const figures = JSON.parse(
        execFileSync(process.execPath, [script, file, '--once', engine], { encoding: 'utf8' }),
      );
      best[engine] ??= figures;
      for (const [name, value] of Object.entries(figures))
        best[engine][name] = Math.min(best[engine][name], value);
    }
  }
  console.log(file);
  for (const name of Object.keys(best.plain)) {
    const [plain, kernels] = ENGINES.map((engine) => best[engine][name]);
    console.log(
      `  ${name.padEnd(24)} ${plain.toFixed(0).padStart(8)} ${kernels.toFixed(0).padStart(8)} ${(plain / kernels).toFixed(2)}`,
    );
  }
}

/** CPU milliseconds by phase, and the peak memory in MB. */
async function measure(file, engine) {
  const { readSnapshot } = await import('../dist/ingest/read-snapshot.js');
  const { buildHeapGraph } = await import('../dist/graph/build-heap-graph.js');
  const figures = {};
  let before = process.cpuUsage();
  const lap = (name) => {
    const { user, system } = process.cpuUsage(before);
    figures[name] = (user + system) / 1000;
    before = process.cpuUsage();
  };
  const { tables } = buildHeapGraph(await readSnapshot(file, { engine }), 'devtools');
  lap('read');
  // Asking for a table computes it.
  for (const name of ['distance', 'selfSize', 'retainedSize', 'retainerEdge']) {
    tables[name];
    lap(name);
  }
  figures['peak MB'] = process.resourceUsage().maxRSS / 1024;
  return figures;
}
