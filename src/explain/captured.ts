import type { Evidence } from '../detect/evidence.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import { compareTexts, largestFirst } from '../shared/size-order.ts';
import type { CapturedVariable, Explanation } from './explanation.ts';
import type { HeapSource } from './heap-source.ts';
import type { ToldPath } from './retention.ts';
import { contextChain } from './scopes.ts';

/** The function of the program that the leak keeps, with everything its scopes keep with it. */
export function capturedBy(
  evidence: Evidence,
  source: HeapSource,
  told: ToldPath,
  representative: NodeOrdinal,
): Explanation['closure'] {
  const closure = keptFunction(evidence, told, representative);
  if (closure === undefined) return undefined;
  const found = source.positions.locate(closure);
  return {
    functionName: functionName(evidence, source, closure),
    ...('reason' in found ? {} : { location: source.positions.withFrame(found) }),
    captured: capturedVariables(evidence, source, closure),
  };
}

function functionName(evidence: Evidence, source: HeapSource, closure: NodeOrdinal): string {
  const position = evidence.graph.snapshot.position(closure);
  const name = position === undefined ? undefined : source.programs.nameAt(position);
  return name ?? evidence.classes.nameOf(closure);
}

/** Properties by which objects of Node.js know the function that they call: timers, immediates and listeners of an EventTarget. */
const CALLED = ['_onTimeout', '_onImmediate', 'callback', 'listener'];

/** The first function of the program's in the leak, or else the one that an object of Node.js in it calls. */
export function keptFunction(
  evidence: Evidence,
  told: ToldPath,
  representative: NodeOrdinal,
): NodeOrdinal | undefined {
  const { graph, classes } = evidence;
  const inside = told.hops.slice(told.entry).flatMap((hop) => [hop.from, hop.to]);
  const leaking = [...inside.slice(1), representative];
  const called = leaking
    .filter((node) => classes.rankOf(node) === 'core-class')
    .flatMap((node) => CALLED.flatMap((name) => graph.follow(node, name) ?? []));
  return [...leaking, ...called].find((node) => classes.rankOf(node) === 'own-function');
}

/** Variables of the function's scopes, module scopes left out, largest first. */
function capturedVariables(evidence: Evidence, source: HeapSource, closure: NodeOrdinal): CapturedVariable[] {
  const captured: CapturedVariable[] = [];
  for (const context of contextChain(evidence.graph, closure)) {
    const scope = source.scopes.scopeOf(context, closure);
    if (scope.kind === 'module') continue;
    for (const variable of scope.variables) {
      captured.push({
        name: variable.name,
        retainedBytes: evidence.graph.retainedSizeOf(variable.value),
        readBy: variable.readBy,
        readers: variable.readers.map((reader) => reader.name),
      });
    }
  }
  return largestFirst(
    captured,
    (variable) => variable.retainedBytes,
    (a, b) => compareTexts(a.name, b.name),
  );
}
