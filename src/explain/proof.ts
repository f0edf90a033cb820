import type { Finding } from '../detect/finding.ts';
import type { Explanation } from './explanation.ts';

/** What cutting the accused edges in the living target has shown. */
export type Proof = NonNullable<Explanation['proof']>;

/** Proofs by finding. */
export type Proofs = ReadonlyMap<Finding, Proof>;

/** A finding with its proof: a confirmed one is certain, a refuted one is withdrawn to what is only possible. */
export function withProof(explanation: Explanation, proof: Proof | undefined): Explanation {
  if (proof === undefined) return explanation;
  switch (proof.status) {
    case 'confirmed':
      return { ...explanation, confidence: 'certain', proof };
    case 'refuted':
      return { ...explanation, confidence: 'possible', proof };
    case 'not-testable':
      return { ...explanation, proof };
  }
}
