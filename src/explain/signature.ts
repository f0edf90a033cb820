import { createHash } from 'node:crypto';
import type { Explanation } from './explanation.ts';
import type { ToldPath } from './retention.ts';

/** What a developer would call "the same leak". */
export interface LeakIdentity {
  readonly kind: Explanation['kind'];
  readonly className: string;
  readonly holder: string;
  /** File of the holder or of the leak; no line, so that edits above it change nothing. */
  readonly file: string;
  readonly told: ToldPath;
  readonly nameOf: (node: ToldPath['hops'][number]['to']) => string;
}

/**
 * Sixteen hexadecimal digits that name a leak across runs: kind, classes, holder, file, and the steps from the holder to
 * the object, numbers left out. No addresses, ids, lines or counts go in.
 */
export function signatureOf(identity: LeakIdentity): string {
  const { told } = identity;
  const from = Math.max(told.shownFrom, told.entry - 1);
  const steps = told.hops.slice(from).map((hop) => `${hop.role}:${hop.name}>${identity.nameOf(hop.to)}`);
  const text = [identity.kind, identity.className, identity.holder, identity.file, ...steps]
    .map(withoutNumbers)
    .join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Ports, counters and chain lengths differ from run to run. */
function withoutNumbers(text: string): string {
  return text.replace(/\d+/g, '#');
}
