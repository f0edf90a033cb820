// Runs a program under observation as the command line does, and leaves with its exit code:
// node drive.mjs <options as JSON> <script> [args]
import { startTarget } from '../../../dist/capture/run-target.js';

const [, , options, script, ...args] = process.argv;
const target = await startTarget({ script, args, ...JSON.parse(options) });
process.on('exit', () => target.cleanUp());
await target.untilEnd();
const { outcome } = await target.finish();
process.exitCode = outcome.exitCode ?? 1;
