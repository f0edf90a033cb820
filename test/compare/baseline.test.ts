import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type AcceptedLeak,
  baselineText,
  readBaseline,
  updatedBaseline,
  useBaseline,
} from '../../src/compare/baseline.ts';
import { InputError, UsageError } from '../../src/shared/errors.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leakscan-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function entry(signature: string, more: Partial<AcceptedLeak> = {}): AcceptedLeak {
  return { signature, title: `leak ${signature}`, reason: 'known', ...more };
}

function fileWith(text: string): string {
  const file = join(folder, 'baseline.json');
  writeFileSync(file, text);
  return file;
}

describe('reading a baseline', () => {
  test('gives back what was written', () => {
    const accepted = [entry('a', { owner: 'team', expires: '2027-01-31' }), entry('b')];
    expect(readBaseline(fileWith(baselineText({ accepted })), false).accepted).toEqual(accepted);
  });

  test('a missing file is an error, unless it is about to be written', () => {
    const file = join(folder, 'none.json');
    expect(() => readBaseline(file, false)).toThrow(UsageError);
    expect(readBaseline(file, true)).toEqual({ file, accepted: [] });
  });

  test.each([
    ['text', 'hello'],
    ['null', 'null'],
    ['foreign JSON', '{"a":1}'],
    ['an entry without a signature', '{"baselineVersion":1,"accepted":[{"reason":"x"}]}'],
    ['an entry that is a number', '{"baselineVersion":1,"accepted":[7]}'],
    ['a date that is none', '{"baselineVersion":1,"accepted":[{"signature":"a","expires":"2027-13-41"}]}'],
    ['an owner that is no text', '{"baselineVersion":1,"accepted":[{"signature":"a","owner":1}]}'],
  ])('%s is refused', (_, text) => {
    expect(() => readBaseline(fileWith(text), false)).toThrow(InputError);
  });
});

test('an entry holds through its last day, expires after it, and is stale when nothing matches it', () => {
  const baseline = {
    file: 'b.json',
    accepted: [entry('a', { expires: '2026-11-20' }), entry('b', { expires: '2026-11-19' }), entry('c')],
  };
  const use = useBaseline(
    baseline,
    [{ signature: 'a' }, { signature: 'b' }, { signature: 'd' }],
    '2026-11-20',
  );
  expect(use.accepted.map(({ signature }) => signature)).toEqual(['a']);
  expect(use.expired.map(({ signature }) => signature)).toEqual(['b']);
  expect(use.stale.map(({ signature }) => signature)).toEqual(['c']);
});

test('an update keeps reason, owner and date of what still occurs, drops the rest, and sorts', () => {
  const baseline = {
    file: 'b.json',
    accepted: [
      entry('b', { reason: 'why', owner: 'me', expires: '2027-01-01' }),
      entry('old'),
      entry('c', { expires: '2026-01-01' }),
    ],
  };
  const found = [
    { signature: 'c', title: 'C' },
    { signature: 'b', title: 'B' },
    { signature: 'a', title: 'A' },
    { signature: 'a', title: 'A' },
  ];
  expect(updatedBaseline(baseline, found, '2026-11-20').accepted).toEqual([
    { signature: 'a', title: 'A', reason: 'not reviewed yet' },
    { signature: 'b', title: 'B', reason: 'why', owner: 'me', expires: '2027-01-01' },
    { signature: 'c', title: 'C', reason: 'known' },
  ]);
});
