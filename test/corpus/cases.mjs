import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = resolve(fileURLToPath(import.meta.url), '../../..');

/** Where the cases of each set are, and what the file with the expectations is called there. */
export const SETS = {
  corpus: { folder: resolve(PROJECT, '../shared/corpus'), expected: 'case.json' },
  fixtures: { folder: join(PROJECT, 'fixtures'), expected: 'expected.json' },
  packages: { folder: join(PROJECT, 'test/packages'), expected: 'expected.json' },
  healthy: { folder: join(PROJECT, 'test/healthy'), expected: 'expected.json' },
};

/** All cases of a set, or of a folder that is laid out like the corpus, sorted by name; none where it is not there. */
export function casesOf(set) {
  const { folder, expected } = SETS[set] ?? { folder: resolve(set), expected: 'case.json' };
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .filter((name) => existsSync(join(folder, name, expected)))
    .map((name) => {
      const meta = JSON.parse(readFileSync(join(folder, name, expected), 'utf8'));
      return { set, name, folder: join(folder, name), meta, programs: programsIn(join(folder, name)) };
    });
}

function programsIn(folder) {
  const programs = {};
  for (const variant of ['leaky', 'fixed']) {
    const file = ['mjs', 'cjs', 'ts'].map((ending) => join(folder, `${variant}.${ending}`)).find(existsSync);
    if (file) programs[variant] = file;
  }
  return programs;
}

/** What the leaky program must show on this version of Node: the case's expectation with the changes for the version. */
export function expectationOn(meta, version) {
  const [expectation] = meta.expect.leaky;
  if (!expectation) return undefined;
  const changes = Object.entries(expectation.on ?? {}).filter(([range]) => satisfies(version, range));
  return Object.assign({}, expectation, ...changes.map(([, change]) => change));
}

/** Is `version` (`v22.18.0`) in `range`, a list such as `>=20 <26` or `>=22.18`? */
export function satisfies(version, range = '>=20') {
  const numbers = (text) => text.replace(/^v/, '').split('.').map(Number);
  const have = numbers(version);
  return range.split(/\s+/).every((term) => {
    const [, operator, wanted] = /^(>=|<=|>|<|)(.*)$/.exec(term);
    const want = numbers(wanted);
    let order = 0;
    for (let k = 0; k < want.length && order === 0; k += 1) order = Math.sign(have[k] - want[k]);
    return { '>=': order >= 0, '<=': order <= 0, '>': order > 0, '<': order < 0, '': order === 0 }[operator];
  });
}
