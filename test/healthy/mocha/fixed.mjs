import { fileURLToPath } from 'node:url';
import Mocha from 'mocha';
import { runAsScript } from '../../../fixtures/run-as-script.mjs';

// A suite of tests is run in every round, in this process.

class Silent extends Mocha.reporters.Base {}

const totals = { passes: 0, failures: 0 };
let mocha;

export async function setup() {
  mocha = new Mocha({ reporter: Silent, timeout: 2_000 });
  mocha.cleanReferencesAfterRun(false);
  mocha.addFile(fileURLToPath(new URL('./suite.cjs', import.meta.url)));
}

export async function iterate() {
  await new Promise((resolve) => {
    const runner = mocha.run((failures) => {
      totals.failures += failures;
      resolve();
    });
    runner.on('pass', () => {
      totals.passes += 1;
    });
  });
}

export async function teardown() {
  mocha.dispose();
}

await runAsScript(import.meta.url, { setup, iterate, teardown });
