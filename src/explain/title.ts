import type { Finding } from '../detect/finding.ts';
import { VALUES } from '../detect/swelling-stores.ts';

/** What a title speaks of besides the finding. */
export interface TitlePlace {
  readonly holderName: string;
  /** The step that enters the leak, in words. */
  readonly edge: string;
  /** The class of what is open, where it keeps something else. */
  readonly openHandle: string | undefined;
  /** Do promises wait for one another in a row? */
  readonly isChain: boolean;
}

/** What leaks and where, in one sentence. */
export function titleOf(finding: Finding, { holderName, edge, openHandle, isChain }: TitlePlace): string {
  if (finding.className === VALUES)
    return `Numbers or other values that are no objects pile up in ${holderName}`;
  if (finding.repeated !== undefined) {
    const place = isListening(finding) ? `as ${edge} of ${holderName}` : `to ${holderName}`;
    return `The same ${finding.className} is added again and again ${place}`;
  }
  const what = `${finding.objects.length} ${finding.className}`;
  const rate = finding.perRound > 0 ? `, ${rounded(finding.perRound)} more each round` : '';
  switch (finding.kind) {
    case 'unhandled-failure':
      return `${what} failed and nobody handles it: kept by ${holderName}${rate}`;
    case 'pending-deferred':
      return `${what} wait for ever: kept by ${holderName}${rate}`;
    case 'unhandled-rejection':
      return `${what} rejected and nobody handles it: kept by ${holderName}${rate}`;
    case 'pending-promise':
      if (edge.startsWith('local variable of')) return `${what} kept by ${holderName}${rate}`;
      if (isChain) return `${what} wait in a chain, each for the next, kept by ${holderName}${rate}`;
      return `${what} kept by promises that do not settle, through ${holderName}${rate}`;
    case 'listener':
    case 'abort-signal':
      return `${what} kept by the ${edge} of ${holderName}${rate}`;
    case 'timer':
      return `${what} kept by timers that were never cleared${rate}`;
    case 'finalization-cycle':
      return `${what} kept by their own registration in a FinalizationRegistry${rate}`;
    case 'handle':
      if (openHandle !== undefined) return `${what} kept by each ${openHandle} that was never closed${rate}`;
      return `${what} never closed: kept by ${holderName}${rate}`;
    case 'stream':
      return `${what} never closed: kept by ${holderName}${rate}`;
    case 'worker':
      return `${what} kept by workers that were never terminated${rate}`;
    case 'string-slice':
      return `${what} keep the texts they were cut from: held by ${holderName}${rate}`;
    case 'retained-closure':
      return `${what} kept by a function that ${holderName} keeps${rate}`;
    default:
      return `${what} pile up in ${holderName}${rate}`;
  }
}

function isListening({ kind }: Finding): boolean {
  return kind === 'listener' || kind === 'abort-signal';
}

function rounded(value: number): string {
  return value >= 10 || Number.isInteger(value) ? String(Math.round(value)) : value.toFixed(1);
}
