import { expect, test } from 'vitest';
import { finding, sampleReport } from '../report/sample-report.ts';
import { differences } from './sameness.mjs';

const report = sampleReport({ findings: [finding()], timings: { start: 1 } });

test('reports that differ in sizes, ids and times are the same', () => {
  const [hop] = finding().paths[0]!.hops;
  const moved = { ...hop!, node: { ...hop!.node, id: 99, retainedBytes: 7 } };
  const paths = [{ ...finding().paths[0]!, hops: [moved, ...finding().paths[0]!.hops.slice(1)] }];
  const other = sampleReport({ findings: [finding({ retainedBytes: 1, paths })], timings: { start: 2 } });
  expect(differences(report, other)).toEqual([]);
});

test('sizes within a sentence are sizes', () => {
  const grew = (size: string) => ({
    couldNotJudge: [{ what: `resident memory, which grew by about ${size}` }],
  });
  expect(differences(grew('7.68 MiB each round'), grew('812 KiB each round'))).toEqual([]);
});

test('whatever else differs is told, with its place', () => {
  const other = sampleReport({ findings: [finding({ signature: 'other' })], timings: { start: 1 } });
  expect(differences(report, other)).toEqual([`findings[0].signature: "${finding().signature}" | "other"`]);
});

test('what one of them lacks differs', () => {
  expect(differences({ findings: [1] }, { findings: [] })).toEqual(['findings[0]: 1 | nothing']);
  expect(differences({}, { ignored: [] })).toEqual(['ignored: nothing | []']);
});
