// Measures, without leakscan, that the leaky programs of the project grow round after round and the others do not.
//
//   node test/corpus/measure.mjs [--set fixtures,packages,healthy] [--only <expression>] [--node 20]
//
// Each program runs in a child process that collects garbage after every round and notes the bytes in use. The slope
// is the median of the slopes between all pairs of rounds in the last two thirds (Theil and Sen). The optimising
// compilers are off, for machine code is in the heap as well and drifts by some hundred bytes a round.
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { casesOf, satisfies } from './cases.mjs';
import { nodeOfLine } from './run-case.mjs';
import { loadProgram } from './without-leakscan.mjs';

const QUIET = ['--expose-gc', '--no-opt', '--no-sparkplug', '--no-maglev'];
/** Bytes a round from which a program leaks, unless the case says less, and up to which it is flat. */
const GROWS = 400;
const FLAT = 200;

if (process.argv[2] === '--measured') await measuredProcess(...process.argv.slice(3));
else await main();

async function measuredProcess(file, rounds, settleMs) {
  const program = await loadProgram(file);
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const bytes = new Float64Array(Number(rounds));
  const outside = new Float64Array(Number(rounds));
  await program.setup?.();
  for (let round = 0; round < bytes.length; round += 1) {
    await program.iterate(round);
    await pause(Number(settleMs));
    globalThis.gc();
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc();
    const usage = process.memoryUsage();
    bytes[round] = usage.heapUsed + usage.external;
    outside[round] = usage.arrayBuffers;
  }
  await program.teardown?.();
  process.stdout.write(`\nmeasured ${JSON.stringify({ bytes: [...bytes], outside: [...outside] })}\n`, () =>
    process.exit(0),
  );
}

async function main() {
  const { values: options } = parseArgs({
    options: {
      set: { type: 'string', default: 'fixtures' },
      only: { type: 'string', default: '' },
      node: { type: 'string', default: process.versions.node.split('.')[0] },
      rounds: { type: 'string' },
    },
  });
  const only = new RegExp(options.only);
  const cases = options.set
    .split(',')
    .flatMap(casesOf)
    .filter(({ name }) => only.test(name));
  let wrong = 0;
  for (const { name, meta, programs } of cases) {
    if (!satisfies(`${options.node}.99.0`, meta.node)) continue;
    for (const [variant, file] of Object.entries(programs)) {
      const settings = meta.verify ?? {};
      const rounds = options.rounds ?? settings.rounds ?? 120;
      const result = await spawnMeasured(nodeOfLine(options.node), [file, rounds, settings.settleMs ?? 0]);
      const series = result?.[settings.metric === 'arrayBuffers' ? 'outside' : 'bytes'];
      const slope = series ? theilSen(series.slice(Math.floor(series.length / 3))) : Number.NaN;
      const right = variant === 'leaky' ? slope >= (settings.least ?? GROWS) : slope <= FLAT;
      if (!right) wrong += 1;
      console.log(`${right ? 'ok   ' : 'WRONG'} ${name} ${variant}: ${slope.toFixed(0)} bytes a round`);
    }
  }
  process.exitCode = wrong > 0 ? 1 : 0;
}

function spawnMeasured(node, args) {
  return new Promise((resolve) => {
    const self = process.argv[1];
    const child = spawn(node, [...QUIET, self, '--measured', ...args.map(String)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks = [];
    const errors = [];
    child.stderr.on('data', (chunk) => errors.push(chunk));
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.on('close', () => {
      const line = Buffer.concat(chunks)
        .toString()
        .split('\n')
        .findLast((text) => text.startsWith('measured '));
      if (!line) console.error(Buffer.concat(errors).toString().slice(-2000));
      resolve(line && JSON.parse(line.slice('measured '.length)));
    });
  });
}

function theilSen(values) {
  const slopes = [];
  for (let i = 0; i < values.length; i += 1) {
    for (let j = i + 1; j < values.length; j += 1) slopes.push((values[j] - values[i]) / (j - i));
  }
  slopes.sort((a, b) => a - b);
  return slopes[slopes.length >> 1];
}
