import { describe, expect, test } from 'vitest';
import type { LeakKind } from '../../src/detect/finding.ts';
import { kinds } from '../../src/detect/kinds.ts';
import type { LeakHolder } from '../../src/explain/holder.ts';
import { remedyFor } from '../../src/explain/remedy.ts';

const ALL = Object.keys(kinds) as LeakKind[];
const site = (line: number) => ({
  location: { file: 'app.js', line, column: 3 },
  code: 'sessions.set(id, session)',
  inside: 'open',
  isCertain: true,
  place: { scriptId: 1, offset: 10 * line },
});
const BARE: LeakHolder = { name: 'Map sessions', location: undefined, adds: [], removes: [] };
const place = {
  className: 'Session',
  holder: BARE,
  edge: "listener of 'data'",
  functionAt: undefined,
  openHandle: undefined,
  isChain: false,
  isRepeated: false,
  deadVariables: [],
};

test.each(ALL)('%s has a remedy of one sentence that says who holds what', (kind) => {
  const remedy = remedyFor({ ...place, kind });
  expect(remedy).toMatch(/^[A-Z].*\.$/s);
  expect(remedy).not.toMatch(/undefined|\s{2}| ,/);
  expect(remedy.includes('Session') || remedy.includes('Map sessions')).toBe(true);
});

test('kinds have different remedies', () => {
  expect(new Set(ALL.map((kind) => remedyFor({ ...place, kind }))).size).toBe(ALL.length);
});

describe('a collection that grows', () => {
  test('is told where it is added to, and that nothing takes anything out', () => {
    const remedy = remedyFor({ ...place, kind: 'collection-growth', holder: { ...BARE, adds: [site(4)] } });
    expect(remedy).toContain('added at app.js:4:3');
    expect(remedy).toContain('nothing in that file takes anything out');
  });

  test('is told where it is taken from, which is not reached', () => {
    const holder = { ...BARE, adds: [site(4)], removes: [site(9)] };
    expect(remedyFor({ ...place, kind: 'collection-growth', holder })).toContain('app.js:9:3');
  });
});

test('what is open is what to close, and not what it keeps', () => {
  const remedy = remedyFor({ ...place, kind: 'handle', openHandle: 'FSWatcher' });
  expect(remedy).toContain('Close each FSWatcher when its Session is done');
});

test('variables that nobody reads are what to change about a function', () => {
  const remedy = remedyFor({ ...place, kind: 'retained-closure', deadVariables: ['rows', 'index'] });
  expect(remedy).toContain('Do not capture rows, index');
});

test('promises that wait for one another are a matter of how the loop is written', () => {
  expect(remedyFor({ ...place, kind: 'pending-promise', isChain: true })).toContain('a loop with await');
});

test.each(['listener', 'collection-growth'] as const)(
  'one object that is added again and again as %s is to be added once',
  (kind) => {
    expect(remedyFor({ ...place, kind, isRepeated: true })).toMatch(/^Add .* once/);
  },
);
