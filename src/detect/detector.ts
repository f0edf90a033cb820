import type { Evidence } from './evidence.ts';
import type { Finding, LeakKind } from './finding.ts';

/** Looks at what a run left in the heap and names the objects that are wrong by their state. */
export interface Detector {
  readonly name: LeakKind;
  detect(evidence: Evidence): Iterable<Finding>;
}
