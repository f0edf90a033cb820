import type { LeakKind } from '../detect/finding.ts';
import { VALUES } from '../detect/swelling-stores.ts';
import type { SourceLocation } from './explanation.ts';
import type { LeakHolder } from './holder.ts';

/** What a remedy may speak of. */
export interface RemedyPlace {
  readonly kind: LeakKind;
  readonly className: string;
  readonly holder: LeakHolder;
  /** The step that enters the leak, in words. */
  readonly edge: string;
  /** Where the function that leaks was handed over, or else written. */
  readonly functionAt: SourceLocation | undefined;
  /** The class of what is open, where it keeps something else. */
  readonly openHandle: string | undefined;
  /** Do promises wait for one another in a row? */
  readonly isChain: boolean;
  /** Is one object added again and again? */
  readonly isRepeated: boolean;
  /** Captured variables that nobody reads. */
  readonly deadVariables: readonly string[];
}

/** One sentence: what to change, and where. */
export function remedyFor(place: RemedyPlace): string {
  const { holder, className } = place;
  const added = place.holder.adds[0];
  const at = added === undefined ? whereOf(holder.location) : ` (added at ${placeText(added.location)})`;
  const written = place.functionAt === undefined ? '' : ` (${placeText(place.functionAt)})`;
  switch (place.kind) {
    case 'unhandled-failure':
      return `Add an errback at the end of the chain of each ${className} kept by ${holder.name}${at}, and drop those that are done.`;
    case 'pending-deferred':
      return `Fire, time out (addTimeout) or cancel each ${className} that ${holder.name} keeps${at}.`;
    case 'unhandled-rejection':
      return `Add a catch to the promises that ${holder.name} keeps${at}, or await them where errors are handled.`;
    case 'pending-promise':
      if (place.edge.startsWith('local variable of'))
        return `Bound what ${holder.name} keeps, or let the function come to its end${at}: what it uses stays as long as it is suspended.`;
      if (place.isChain)
        return `Do not settle a promise with the one of the next turn, as a function that returns its own call from then() does: use a loop with await. Or make sure that what ${holder.name} keeps${at} settles.`;
      return `Make sure that what ${holder.name} waits for settles or is given up: every wait leaves a reaction with ${className} behind${at}.`;
    case 'listener':
      if (place.isRepeated)
        return `Add the ${place.edge} to ${holder.name} once, or remove it as often as it is added${written || at}: off(), or once().`;
      return `Remove the ${place.edge} from ${holder.name} when its ${className} is done${written || at}: off(), or once().`;
    case 'abort-signal':
      return `Remove the ${place.edge} from ${holder.name} when the work is over${written || at}: removeEventListener in a finally block.`;
    case 'timer':
      return `Clear the timer when its ${className} is done${written || at}: keep its handle and call clearTimeout, clearInterval or clearImmediate; stop() if it is a LoopingCall.`;
    case 'async-context':
      return `Leave the context, or drop what was stored for it, when the ${className} is done${at}.`;
    case 'collection-growth':
      if (place.isRepeated)
        return `Add the same ${className} to ${holder.name} once, or take it out as often as it is added${at}${removalText(holder)}.`;
      return `Bound ${holder.name} or take ${className === VALUES ? 'each value' : `each ${className}`} out when it is done${at}${removalText(holder)}.`;
    case 'retained-closure':
      return place.deadVariables.length > 0
        ? `Do not capture ${place.deadVariables.join(', ')}: no function reads it${written || at}.`
        : `Let go of the function that ${holder.name} keeps, or capture only what it needs${written || at}.`;
    case 'cycle-leak':
      return `Cut the edge ${place.edge} of ${holder.name} when the ${className} is done${at}.`;
    case 'finalization-cycle':
      return `Make the held value and the cleanup callback independent of the ${className}${written || at}: pass an id or a handle, not the object.`;
    case 'stream':
      return `Read ${className} to its end, or destroy it, on every way out${at}.`;
    case 'handle':
      return place.openHandle === undefined
        ? `Close each ${className} when it is done${written || at}: an open handle keeps everything it calls back.`
        : `Close each ${place.openHandle} when its ${className} is done${written || at}: an open handle keeps everything it calls back.`;
    case 'worker':
      return `Terminate each ${className} before dropping it, or use it again${at}.`;
    case 'vm-context':
      return `Use one context again, or drop ${holder.name} when its work is done${at}: each context is a whole set of globals.`;
    case 'string-slice':
      return `Copy the piece that ${holder.name} keeps${at}, for instance through Buffer.from(piece).toString(): a slice keeps the whole text it was cut from.`;
    case 'arraybuffer':
      return `Copy the bytes that ${holder.name} keeps, or let go of the buffer${at}: a view keeps the whole buffer under it.`;
  }
}

function removalText(holder: LeakHolder): string {
  if (holder.adds.length === 0) return '';
  return holder.removes.length === 0
    ? '; nothing in that file takes anything out'
    : `; it is taken out at ${placeText(holder.removes[0]!.location)}, which is not reached for these`;
}

function whereOf(location: SourceLocation | undefined): string {
  return location === undefined ? '' : ` (${placeText(location)})`;
}

function placeText(location: SourceLocation): string {
  return `${location.file}:${location.line}:${location.column}`;
}
