import type { Finding } from '../detect/finding.ts';
import type { Explanation } from './explanation.ts';

/** What cutting the holders of a leak in the living target has shown. */
export type Proof = NonNullable<Explanation['proof']>;

/** A finding that was put to the proof. */
export interface Proven {
  readonly proof: Proof;
  /** The finding as it is to be told: aimed at a holder that really frees it, where it was aimed at another one. */
  readonly finding: Finding;
}

/** Proofs by the finding as the detectors saw it. */
export type Proofs = ReadonlyMap<Finding, Proven>;

/**
 * A finding with its proof: a likely one that is confirmed is certain, a refuted one is withdrawn to what is only possible.
 * A proof says who holds the objects, and a cache holds its entries as well: what was only possible stays so.
 */
export function withProof(explanation: Explanation, proof: Proof | undefined): Explanation {
  if (proof === undefined) return explanation;
  switch (proof.status) {
    case 'confirmed':
      return {
        ...explanation,
        confidence: explanation.confidence === 'possible' ? 'possible' : 'certain',
        proof,
      };
    case 'refuted':
      return { ...explanation, confidence: 'possible', proof };
    case 'not-testable':
      return { ...explanation, proof };
  }
}
