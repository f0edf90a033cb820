/** The answer of the gate. `inconclusive` is neither: the evidence does not suffice to say. */
export interface Verdict {
  readonly status: 'pass' | 'fail' | 'inconclusive';
  /** The rules that decided, one sentence each, most important first. */
  readonly reasons: readonly string[];
}
