import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { nodeLines, program, start } from './support/programs.ts';

const RUNNING = fileURLToPath(new URL('../../dist/deferred/index.js', import.meta.url));

const importing = `
  import { createRequire } from 'node:module';
  import { writeFileSync } from 'node:fs';
  import { Deferred } from 'leakscan/deferred';
  const require = createRequire(import.meta.url);
  const later = await import('leakscan/deferred');
  const seen = {
    resolved: import.meta.resolve('leakscan/deferred'),
    required: require.resolve('leakscan/deferred'),
    same: [later.Deferred === Deferred, require('leakscan/deferred').Deferred === Deferred],
    others: ['leakscan', 'leakscan/testing', 'leakscan/package.json'].map((name) => { try { return require.resolve(name); } catch (error) { return error.code; } }),
  };
  writeFileSync(new URL('seen.json', import.meta.url), JSON.stringify(seen));
`;

describe.each(nodeLines)('with $name', ({ node }) => {
  test.each([
    ['without a leakscan of its own', 'bare'],
    ['with one', 'own'],
  ])('a program %s gets the running one, by import and by require', async (_, folder) => {
    const script = program(`${folder}/main.mjs`, importing);
    if (folder === 'own') {
      const manifest = {
        name: 'leakscan',
        exports: { './deferred': './index.js', './package.json': './package.json' },
      };
      program('own/node_modules/leakscan/package.json', JSON.stringify(manifest));
      program('own/node_modules/leakscan/index.js', 'exports.Deferred = class Impostor {};');
    }
    const target = await start(script, { node });
    await target.untilEnd();
    expect((await target.finish()).outcome).toMatchObject({ kind: 'completed', exitCode: 0 });
    const seen = JSON.parse(readFileSync(join(dirname(script), 'seen.json'), 'utf8'));
    expect(fileURLToPath(seen.resolved)).toBe(RUNNING);
    expect(seen.required).toBe(RUNNING);
    expect(seen.same).toEqual([true, true]);
    expect(seen.others.slice(0, 2)).toEqual([
      join(RUNNING, '../../index.js'),
      join(RUNNING, '../../testing/index.js'),
    ]);
    // What else a program asks of its own leakscan it gets from there.
    expect(seen.others[2]).toBe(
      folder === 'own' ? join(dirname(script), 'node_modules/leakscan/package.json') : 'MODULE_NOT_FOUND',
    );
  });
});
