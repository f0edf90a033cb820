import { describe, expect, test } from 'vitest';
import type { Confidence } from '../../src/detect/finding.ts';
import { defaultThresholds } from '../../src/gate/thresholds.ts';
import { type Case, type Judged, judge } from '../../src/gate/verdict.ts';

function leak(confidence: Confidence, more: Partial<Judged> = {}): Judged {
  return { confidence, signature: `${confidence}-1`, objects: { perRound: 1 }, bytesPerRound: 100, ...more };
}

function verdict(findings: readonly Judged[], more: Partial<Case> = {}) {
  return judge({
    findings,
    thresholds: defaultThresholds,
    baseline: undefined,
    insufficient: [],
    notCovered: [],
    ...more,
  });
}

describe('the gate', () => {
  test('passes when nothing was found', () => {
    expect(verdict([])).toEqual({ status: 'pass', reasons: ['No leak found.'] });
  });

  test('fails by default on certain and likely leaks, not on possible ones', () => {
    expect(verdict([leak('certain')]).status).toBe('fail');
    expect(verdict([leak('likely')]).status).toBe('fail');
    expect(verdict([leak('possible')])).toEqual({
      status: 'pass',
      reasons: ['1 leak below --fail-on likely, shown only.'],
    });
  });

  test('counts from the confidence that --fail-on names', () => {
    const failingOn = (failOn: Confidence | 'never') => ({ thresholds: { ...defaultThresholds, failOn } });
    expect(verdict([leak('possible')], failingOn('possible')).status).toBe('fail');
    expect(verdict([leak('likely')], failingOn('certain')).status).toBe('pass');
    expect(verdict([leak('certain')], failingOn('never')).status).toBe('pass');
  });

  test('tolerates as many leaks as --max-leaks says, and not one more', () => {
    const thresholds = { ...defaultThresholds, maxLeaks: 1 };
    expect(verdict([leak('certain')], { thresholds }).status).toBe('pass');
    expect(verdict([leak('certain'), leak('likely')], { thresholds })).toEqual({
      status: 'fail',
      reasons: ['2 leaks over the gate (1 certain, 1 likely), and --max-leaks allows 1.'],
    });
  });

  test('tolerates slow growth with --max-growth, but never a leak whose rate is not known', () => {
    const thresholds = { ...defaultThresholds, maxBytesPerRound: 100 };
    expect(verdict([leak('certain', { bytesPerRound: 100 })], { thresholds }).status).toBe('pass');
    expect(verdict([leak('certain', { bytesPerRound: 101 })], { thresholds }).status).toBe('fail');
    expect(
      verdict([leak('certain', { objects: { perRound: 0 }, bytesPerRound: 0 })], { thresholds }).status,
    ).toBe('fail');
  });

  test('accepts what the baseline accepts, and says so', () => {
    const accepted = { signature: 'certain-1', title: '', reason: 'known' };
    const baseline = { file: 'b.json', accepted: [accepted], expired: [], stale: [] };
    expect(verdict([leak('certain')], { baseline })).toEqual({
      status: 'pass',
      reasons: ['1 known leak accepted by b.json.'],
    });
    expect(verdict([leak('certain'), leak('likely')], { baseline }).status).toBe('fail');
  });

  test('fails on an acceptance that has expired, and names its day', () => {
    const expired = { signature: 'certain-1', title: '', reason: 'known', expires: '2026-01-31' };
    const baseline = { file: 'b.json', accepted: [], expired: [expired], stale: [] };
    const { status, reasons } = verdict([leak('certain')], { baseline });
    expect(status).toBe('fail');
    expect(reasons).toContain('The acceptance of certain-1 in b.json expired on 2026-01-31.');
  });

  test('is inconclusive rather than passing when the evidence does not suffice', () => {
    const insufficient = ['The script threw.'];
    expect(verdict([], { insufficient })).toEqual({ status: 'inconclusive', reasons: ['The script threw.'] });
    expect(verdict([leak('possible')], { insufficient }).status).toBe('inconclusive');
  });

  test('fails on a leak even when the evidence does not suffice', () => {
    expect(verdict([leak('certain')], { insufficient: ['The script threw.'] }).status).toBe('fail');
  });

  test('says what an acquittal does not cover', () => {
    expect(verdict([], { notCovered: ['Only the state was judged.'] }).reasons).toEqual([
      'No leak found in what could be judged.',
      'Only the state was judged.',
    ]);
  });
});
