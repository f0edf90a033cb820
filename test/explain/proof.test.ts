import { expect, test } from 'vitest';
import type { Explanation } from '../../src/explain/explanation.ts';
import { type Proof, withProof } from '../../src/explain/proof.ts';
import { sampleReport } from '../report/sample-report.ts';

const [finding] = sampleReport().findings as [Explanation];

test.each<[Explanation['confidence'], Proof['status'], Explanation['confidence']]>([
  ['likely', 'confirmed', 'certain'],
  ['possible', 'confirmed', 'possible'],
  ['certain', 'refuted', 'possible'],
  ['likely', 'not-testable', 'likely'],
])('a %s finding that is %s is %s', (confidence, status, told) => {
  const proof: Proof = { status, cut: 'entries of Map sessions', freedBytes: 0, reason: '' };
  expect(withProof({ ...finding, confidence }, proof)).toMatchObject({ confidence: told, proof });
});
