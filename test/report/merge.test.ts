import { expect, test } from 'vitest';
import { mergedFindings } from '../../src/report/merge.ts';
import { inReportOrder } from '../../src/report/report.ts';
import { finding } from './sample-report.ts';

test('a leak that several reports have seen is taken from the surest', () => {
  const possible = finding({ confidence: 'possible', retainedBytes: 9e6 });
  const certain = finding({ confidence: 'certain', retainedBytes: 10 });
  const larger = finding({ confidence: 'certain', retainedBytes: 20 });
  expect(mergedFindings([{ findings: [possible] }, { findings: [certain] }, { findings: [larger] }])).toEqual(
    [larger],
  );
});

test('leaks of nearly the same size keep their order when the sizes change a little', () => {
  const one = finding({ signature: 'a', retainedBytes: 1000 });
  const two = finding({ signature: 'b', retainedBytes: 1020 });
  const small = finding({ signature: '0', retainedBytes: 100 });
  expect(inReportOrder([two, small, one])).toEqual([one, two, small]);
});

test('different leaks stay apart and come worst first', () => {
  const one = finding({ signature: 'a', confidence: 'possible', retainedBytes: 9e6 });
  const two = finding({ signature: 'b', retainedBytes: 10 });
  const three = finding({ signature: 'c', retainedBytes: 10 });
  expect(inReportOrder(mergedFindings([{ findings: [three, one] }, { findings: [two] }]))).toEqual([
    two,
    three,
    one,
  ]);
});
