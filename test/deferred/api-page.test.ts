import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('every public name of the runtime stands on the page of names', () => {
  const index = readFileSync(new URL('../../src/deferred/index.ts', import.meta.url), 'utf8');
  const errors = readFileSync(new URL('../../src/deferred/errors.ts', import.meta.url), 'utf8');
  const page = readFileSync(new URL('../../docs/deferred-api.md', import.meta.url), 'utf8');
  const exported = [...index.matchAll(/export \{([^}]*)\}/g)].flatMap(([, names]) =>
    (names ?? '').split(','),
  );
  const names = [
    ...exported.map((name) => name.replace(/\btype\b/, '').trim()).filter((name) => name !== ''),
    ...[...errors.matchAll(/export class (\w+)/g)].map(([, name]) => name as string),
  ];
  expect(names.length).toBeGreaterThan(80);
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
