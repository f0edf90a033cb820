/** Builds the heap of a program and writes its snapshot: `node write-snapshot.mjs <kind> <units> <file>`. */
import { writeHeapSnapshot } from 'node:v8';

const [kind, units, file] = process.argv.slice(2);
const { build } = await import(`./programs/${kind}.mjs`);
globalThis.kept = build(Number(units));
setImmediate(() => {
  writeHeapSnapshot(file);
  process.exit();
});
