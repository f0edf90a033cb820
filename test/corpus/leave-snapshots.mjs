// Does rounds of a program without leakscan and writes a heap snapshot after each series of them:
//
//   node --expose-gc leave-snapshots.mjs <program> <snapshot>=<rounds> [<snapshot>=<rounds> …]
import { setTimeout as pause } from 'node:timers/promises';
import { writeHeapSnapshot } from 'node:v8';
import { loadProgram } from './without-leakscan.mjs';

/** Milliseconds in which what the last round began comes to its end. */
const REST_MS = 100;

const [file, ...series] = process.argv.slice(2);
const program = await loadProgram(file);
await program.setup?.();
let round = 0;
for (const [snapshot, rounds] of series.map((each) => each.split('='))) {
  for (let turn = 0; turn < Number(rounds); turn += 1) await program.iterate(round++);
  await pause(REST_MS);
  globalThis.gc();
  writeHeapSnapshot(snapshot);
}
// What the program keeps open would keep the process.
process.exit(0);
