/**
 * Measures the engines on the same snapshots in one run, each in a process of its own, in turns. Of several rounds the
 * one with the least CPU time counts. Prints Markdown: what leakscan took, and what the others took in its measure; then
 * how fast it reads, beside a C program that only turns digits into numbers (where there is a C compiler).
 *
 *     npm run bench:engine -- [--megabytes 250] [--rounds 3] [--kinds app,ts,json,deep] [--engines …] [--folder …] [--patience 240]
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compiledScan } from './scan.mjs';
import { KINDS, snapshotOf } from './snapshots.mjs';

const MEASURE = fileURLToPath(new URL('measure.mjs', import.meta.url));
const PEERS = ['devtools-core', 'devtools', 'memlab', 'v8-heap-parser'];
const MEGABYTE = 1e6;

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '50' },
    rounds: { type: 'string', default: '3' },
    kinds: { type: 'string', default: KINDS.join(',') },
    engines: { type: 'string', default: PEERS.join(',') },
    folder: { type: 'string' },
    // Seconds; an engine that takes longer is stopped.
    patience: { type: 'string', default: '240' },
  },
});
const peers = values.engines.split(',').filter((engine) => engine !== '');
const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'leakscan-bench-'));
mkdirSync(folder, { recursive: true });

try {
  const [{ model }, memory] = [cpus()[0], Math.round(totalmem() / 2 ** 30)];
  console.log(`Node ${process.version}, ${cpus().length} cores (${model.trim()}), ${memory} GiB.\n`);
  console.log(
    '| file | leakscan: wall, CPU, peak per byte | others: wall / CPU / peak, as multiples of leakscan |',
  );
  console.log('| --- | --- | --- |');
  const scan = compiledScan(folder);
  const readings = [];
  for (const kind of values.kinds.split(',')) {
    const file = snapshotOf(kind, Number(values.megabytes), folder);
    const size = statSync(file).size;
    const results = new Map();
    const reading = { readMs: Number.POSITIVE_INFINITY, scanMs: Number.POSITIVE_INFINITY };
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const engine of ['leakscan', ...peers]) {
        const known = results.get(engine);
        if (known?.failure !== undefined) continue;
        const result = measured(engine, file);
        if (known === undefined || result.failure !== undefined || result.cpuMs < known.cpuMs)
          results.set(engine, result);
      }
      reading.readMs = Math.min(reading.readMs, measured('reading', file).readMs);
      if (scan !== undefined) reading.scanMs = Math.min(reading.scanMs, scan(file));
    }
    console.log(row(`${kind} ${Math.round(size / MEGABYTE)} MB`, size, results));
    readings.push(readingRow(kind, size, reading));
    if (values.folder === undefined) rmSync(file);
  }
  console.log('\n| file | reading alone | C scan | share of it |\n| --- | --- | --- | --- |');
  console.log(readings.join('\n'));
} finally {
  rmSync(values.folder === undefined ? folder : join(folder, 'scan'), { recursive: true, force: true });
}

function measured(engine, file) {
  try {
    const text = execFileSync(process.execPath, ['--max-old-space-size=16000', MEASURE, engine, file], {
      timeout: 1000 * Number(values.patience),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return JSON.parse(text.trim().split('\n').at(-1));
  } catch (error) {
    return { failure: error.code === 'ETIMEDOUT' ? `stopped after ${values.patience} s` : 'failed' };
  }
}

function row(name, size, results) {
  const own = results.get('leakscan');
  if (own.failure !== undefined) throw new Error(`leakscan ${own.failure} on ${name}`);
  const others = peers.map((peer) => {
    const result = results.get(peer);
    if (result.failure !== undefined) return `${peer} ${result.failure}`;
    // memlab and v8-heap-parser follow other rules; DevTools' figures are to be the same.
    if (peer.startsWith('devtools') && result.bytes !== own.bytes)
      throw new Error(`${peer} differs on ${name}`);
    const ratios = ['wallMs', 'cpuMs', 'peakBytes'].map((figure) =>
      (result[figure] / own[figure]).toFixed(1),
    );
    return `${peer} ${ratios.join(' / ')}`;
  });
  const took = `${seconds(own.wallMs)}, ${seconds(own.cpuMs)}, ${(own.peakBytes / size).toFixed(2)}`;
  return `| ${name} | ${took} | ${others.join('; ')} |`;
}

function readingRow(kind, size, { readMs, scanMs }) {
  const speed = (ms) => (ms === Number.POSITIVE_INFINITY ? '-' : `${(size / ms / MEGABYTE).toFixed(2)} GB/s`);
  return `| ${kind} | ${speed(readMs)} | ${speed(scanMs)} | ${scanMs === Number.POSITIVE_INFINITY ? '-' : `${Math.round((100 * scanMs) / readMs)} %`} |`;
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(2)} s`;
}
