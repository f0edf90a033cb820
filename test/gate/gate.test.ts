import { expect, test } from 'vitest';
import { type GateOptions, gate } from '../../src/gate/gate.ts';
import { defaultThresholds } from '../../src/gate/thresholds.ts';
import { finding } from '../report/sample-report.ts';

const options: GateOptions = {
  ignore: [],
  thresholds: defaultThresholds,
  baseline: undefined,
  updateBaseline: false,
  today: '2026-11-20',
};
const enough = { insufficient: [], notCovered: [] };
const session = finding();
const listener = finding({
  kind: 'listener',
  signature: 'feed',
  objects: { ...session.objects, className: 'Tab' },
});

test.each(['listener', 'Tab', 'feed'])(
  'what --ignore %s names is listed as ignored and does not count',
  (rule) => {
    const { findings, ignored, verdict } = gate([session, listener], { ...options, ignore: [rule] }, enough);
    expect(findings).toEqual([session]);
    expect(ignored).toEqual([
      {
        predicate: '--ignore',
        reason: `${rule} is not to be accused`,
        className: 'Tab',
        count: 60,
        retainedBytes: 24000,
      },
    ]);
    expect(verdict.reasons).toEqual(['1 leak over the gate (1 certain).']);
  },
);

test('updating the baseline accepts every leak that counts and drops the entries that met nothing', () => {
  const gone = { signature: 'gone', title: 'old', reason: 'r' };
  const possible = finding({ confidence: 'possible', signature: 'maybe' });
  const { verdict, baseline } = gate(
    [session, possible],
    { ...options, baseline: { file: 'b.json', accepted: [gone] }, updateBaseline: true },
    enough,
  );
  expect(verdict.status).toBe('pass');
  expect(baseline?.accepted.map((entry) => entry.signature)).toEqual([session.signature]);
  expect(baseline?.stale).toEqual([]);
});
