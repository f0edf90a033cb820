import { describe, expect, test } from 'vitest';
import type { Explanation, Hop, RetentionPath } from '../../src/explain/explanation.ts';
import type { Verdict } from '../../src/gate/verdict.ts';
import { expectationOn, satisfies } from './cases.mjs';
import { scoreHealthy, scoreLeaky } from './score.mjs';

const expected = { detector: 'listener', also: ['retained-closure'], culprit: ['rates'], leaks: ['Basket'] };

function hop(edge: string, node: string): Hop {
  return {
    edge: { type: 'property', name: edge },
    node: { name: node, type: 'object', id: 1, retainedBytes: 8 },
    status: 'unknown',
    reason: '',
    suspect: false,
  };
}

/** A path from a module variable along `[edge, node]` pairs. */
function pathOf(...steps: readonly (readonly [string, string])[]): RetentionPath {
  const hops = steps.map(([edge, node]) => hop(edge, node));
  return { root: 'module app.js', hops, to: hops.at(-1)!.node.name, shows: 'holder' };
}

function finding(parts: Partial<Explanation>): Explanation {
  return {
    kind: 'listener',
    also: [],
    confidence: 'certain',
    signature: 'abc',
    title: 'a title',
    remedy: 'a remedy',
    evidence: 'evidence',
    objects: { className: 'Basket', count: 3, births: [1, 1, 1], perRound: 1 },
    retainedBytes: 8,
    bytesPerRound: 8,
    paths: [pathOf(['rates', 'EventEmitter'], ['item', 'Basket'])],
    ...parts,
  };
}

const reportOf = (...findings: Explanation[]) => ({
  findings,
  verdict: { status: findings.length > 0 ? 'fail' : 'pass', reasons: ['a reason'] } as unknown as Verdict,
});

describe('a leaky program', () => {
  test('is found and named by a finding of the kind with the culprit on its path', () => {
    expect(scoreLeaky(reportOf(finding({})), expected)).toMatchObject({ found: true, named: true });
  });

  test('is found by a further kind of the finding', () => {
    const report = reportOf(finding({ kind: 'timer', also: ['retained-closure'] }));
    expect(scoreLeaky(report, expected)).toMatchObject({ found: true, named: true });
  });

  test('is not found by a finding that is only possible', () => {
    const score = scoreLeaky(reportOf(finding({ confidence: 'possible' })), expected);
    expect(score).toMatchObject({
      found: false,
      named: false,
      why: expect.stringContaining('possible listener'),
    });
  });

  test('is not found by another kind', () => {
    const score = scoreLeaky(reportOf(finding({ kind: 'timer' })), expected);
    expect(score).toMatchObject({ found: false, why: expect.stringContaining('kind is none of listener') });
  });

  test('is not found when no path leads to what leaks', () => {
    const elsewhere = pathOf(['rates', 'Socket']);
    const other = { ...finding({}).objects, className: 'Socket' };
    expect(scoreLeaky(reportOf(finding({ paths: [elsewhere], objects: other })), expected).found).toBe(false);
  });

  test('is found and not named when the culprit is on no path of the first finding', () => {
    const first = finding({ paths: [pathOf(['x', 'Basket'])] });
    const score = scoreLeaky(reportOf(first, finding({})), expected);
    expect(score).toMatchObject({
      found: true,
      named: false,
      why: expect.stringContaining('/rates/ not on the path'),
    });
  });

  test('goes by either of two names', () => {
    const minified = pathOf(['rates', 'i']);
    expect(
      scoreLeaky(reportOf(finding({ paths: [minified] })), { ...expected, leaks: ['Basket|i'] }).named,
    ).toBe(true);
  });

  test('must show each of several holders on a path of its own', () => {
    const other = pathOf(['tenants', 'Map'], ['entry', 'Basket']);
    const wanted = { ...expected, holders: ['rates', 'tenants'] };
    const both = finding({ paths: [...finding({}).paths, other] });
    expect(scoreLeaky(reportOf(both), wanted).named).toBe(true);
    expect(scoreLeaky(reportOf(finding({})), wanted)).toMatchObject({
      named: false,
      why: expect.stringContaining('tenants'),
    });
  });

  test('must be located where the expectation asks for it', () => {
    const located = { name: 'rates', location: { file: 'src/app.ts', line: 3, column: 1 } };
    const wanted = { ...expected, position: 'app\\.ts:3$' };
    expect(scoreLeaky(reportOf(finding({ holder: located })), wanted).named).toBe(true);
    expect(scoreLeaky(reportOf(finding({})), wanted).named).toBe(false);
  });
});

describe('a healthy program', () => {
  test('is falsely accused by every likely or certain finding, and by no possible one', () => {
    const report = reportOf(
      finding({}),
      finding({ confidence: 'likely' }),
      finding({ confidence: 'possible' }),
    );
    expect(scoreHealthy(report).falseAlarms).toBe(2);
    expect(scoreHealthy(reportOf(finding({ confidence: 'possible' })))).toEqual({
      falseAlarms: 0,
      why: undefined,
    });
  });
});

describe('expectations for versions of Node', () => {
  test('ranges compare as many numbers as they name', () => {
    expect(satisfies('v22.18.0', '>=22.18')).toBe(true);
    expect(satisfies('v22.9.0', '>=22.18')).toBe(false);
    expect(satisfies('v26.10.0', '>=20 <26')).toBe(false);
    expect(satisfies('v24.0.1', '>=20 <26')).toBe(true);
  });

  test('changes hold on the versions that they name', () => {
    const meta = {
      expect: { leaky: [{ ...expected, on: { '>=26': { leaks: ['Reaction'] } } }], fixed: [] as const },
    };
    expect(expectationOn(meta, 'v24.0.0')?.leaks).toEqual(['Basket']);
    expect(expectationOn(meta, 'v26.1.0')?.leaks).toEqual(['Reaction']);
  });
});
