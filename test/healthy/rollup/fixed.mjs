import { rollup } from 'rollup';
import { runAsScript } from '../../../fixtures/run-as-script.mjs';

// A small library is bundled again and again from files in memory.

const files = {
  'main.js':
    "import { sum } from './sum.js';\nimport { scale } from './scale.js';\nexport const total = (list) => sum(scale(list, 2));",
  'sum.js': 'export const sum = (list) => list.reduce((a, b) => a + b, 0);\nexport const unused = () => 1;',
  'scale.js':
    "import { sum } from './sum.js';\nexport const scale = (list, by) => list.map((x) => (x * by) / (sum([1]) || 1));",
};

const fromMemory = (version) => ({
  name: 'from-memory',
  resolveId: (id) => id.replace('./', ''),
  load: (id) => `${files[id]}\nexport const version = ${version};`,
});

export async function setup() {}

export async function iterate(round) {
  const bundle = await rollup({ input: 'main.js', plugins: [fromMemory(round)], onwarn: () => {} });
  const { output } = await bundle.generate({ format: 'es', sourcemap: true });
  if (!output[0].code.includes('total')) throw new Error('the bundle is empty');
  await bundle.close();
}

export async function teardown() {}

await runAsScript(import.meta.url, { setup, iterate, teardown });
