import { createHash } from 'node:crypto';
import type { Observation } from '../capture/run-record.ts';
import { isOwnFrame } from '../objects/scripts.ts';
import type { Explanation } from './explanation.ts';

/**
 * Failures that the run saw and no heap shows any more: the Deferred or promise was collected with its failure untaken.
 * Equal ones are one finding, and so are those that `told`, the findings of the heap, have an equal of: at the end of a
 * program Deferreds are reported that are still there.
 */
export function observedFindings(
  observations: readonly Observation[],
  told: readonly Explanation[] = [],
): Explanation[] {
  const groups = new Map<string, Observation[]>();
  for (const observation of observations) {
    if (told.some((finding) => tellsOf(finding, observation))) continue;
    const key = `${observation.kind} ${observation.errorName} ${firstFrame(observation)}`;
    const others = groups.get(key);
    if (others === undefined) groups.set(key, [observation]);
    else others.push(observation);
  }
  return [...groups.values()].map(observedFinding);
}

/** Is it about the same failure, by its class and where it happened or its Deferred was made? */
function tellsOf({ kind, also, deferred }: Explanation, observation: Observation): boolean {
  if (kind !== observation.kind && !also.includes(observation.kind)) return false;
  if (deferred?.failure?.type !== observation.errorName) return false;
  const frame = firstFrame(observation);
  return deferred.failure.traceback[0] === frame || deferred.createdAt[0] === frame;
}

function observedFinding(same: readonly Observation[]): Explanation {
  const { kind, errorName, message, stack } = same[0]!;
  const what = kind === 'unhandled-failure' ? 'Deferred' : 'Promise';
  const place = firstFrame(same[0]!)
    .replace(/(:\d+)+\)?$/, '')
    .replace(/[^\s(]*[\\/]/, '');
  // Function and file: no line, which edits move, and no folder, which is another one on the build server.
  const identity = [kind, errorName, place].join('\n');
  return {
    kind,
    also: [],
    // A promise may have been handled for all that by the program's own unhandledRejection listener.
    confidence: kind === 'unhandled-failure' ? 'certain' : 'possible',
    signature: createHash('sha256').update(identity).digest('hex').slice(0, 16),
    title: `${same.length} ${what} failed with ${errorName} and nobody took the failure; it has been collected since`,
    remedy:
      kind === 'unhandled-failure'
        ? `Add an errback at the end of the chain that fails with ${errorName}.`
        : `Add a catch to the promise that rejects with ${errorName}.`,
    evidence: `It was reported ${same.length === 1 ? 'once' : `${same.length} times`} while the program ran.`,
    objects: { className: what, count: same.length, births: [], perRound: 0 },
    retainedBytes: 0,
    bytesPerRound: 0,
    paths: [],
    deferred: {
      state: 'failed, and nobody took the failure',
      failure: {
        type: errorName,
        message,
        traceback: stack.filter((line) => isFrame(line) && !isOwnFrame(line)),
      },
      createdAt: [],
      firedAt: [],
    },
  };
}

/** Where it failed, or was made; stacks of errors begin with the message, which may be another one each time. */
function firstFrame({ stack }: Observation): string {
  return stack.find(isFrame) ?? '';
}

function isFrame(line: string): boolean {
  return line.startsWith('at ');
}
