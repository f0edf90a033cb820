import { createHash } from 'node:crypto';
import type { NodeOrdinal } from '../shared/ids.ts';
import type { Explanation } from './explanation.ts';
import type { ToldPath } from './retention.ts';

/** What a developer would call "the same leak". */
export interface LeakIdentity {
  readonly kind: Explanation['kind'];
  readonly className: string;
  readonly holder: string;
  /** File of the holder or of the leak; no line, so that edits above it change nothing. */
  readonly file: string;
  /** Undefined where nothing leads to the leak any more. */
  readonly told: ToldPath | undefined;
  readonly nameOf: (node: NodeOrdinal) => string;
}

/**
 * Sixteen hexadecimal digits that name a leak across runs: kind, classes, holder, file, and the steps from the holder to
 * the object. No addresses, ids, lines, counts or keys go in; digits of names in the source do: `cache1` is not `cache2`.
 */
export function signatureOf({ kind, className, holder, file, told, nameOf }: LeakIdentity): string {
  const text = [kind, className, holder, file].map(withoutNumbers);
  if (told !== undefined) {
    const from = Math.max(told.shownFrom, told.entry - 1);
    for (const [index, hop] of told.hops.entries()) {
      if (index < from) continue;
      const isInside = index > told.entry && hop.role === 'property';
      const name = isInside ? hop.name.replace(/\d+/g, '#') : withoutNumbers(hop.name);
      text.push(`${hop.role}:${name}>${withoutNumbers(nameOf(hop.to))}`);
    }
  }
  return createHash('sha256').update(text.join('\n')).digest('hex').slice(0, 16);
}

/** Ports, counters and lengths differ from run to run; a number that is part of a word is part of a name. */
function withoutNumbers(text: string): string {
  return text.replace(/(?<![\w$])\d+(?![\w$])/g, '#');
}
