import type { Evidence } from '../detect/evidence.ts';
import type { LogicalHop } from '../objects/hop.ts';
import { SETTLES } from '../objects/reading/bindings.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../shared/ids.ts';
import type { SourceLocation } from './explanation.ts';
import type { HeapSource } from './heap-source.ts';
import type { ToldPath } from './retention.ts';
import type { Site } from './sites.ts';

/** Who holds a leak: the object in which it piles up, by the name a developer knows it by. */
export interface LeakHolder {
  /** `Map sessions`, `EventEmitter bus`, `pending timers of Node.js`. */
  readonly name: string;
  readonly location: SourceLocation | undefined;
  /** Where the source puts something into it, as far as syntax tells. */
  readonly adds: readonly Site[];
  /** Where it takes something out. */
  readonly removes: readonly Site[];
}

/** Steps that add to the object they start from; for others the variable or property itself is the holder. */
const CONTAINER_ROLES = new Set([
  'entry',
  'element',
  'listener',
  'timer',
  'immediate',
  'reaction',
  'registry',
  'async-context',
]);

/** Names the holder from the last named step before the leak. */
export function holderOf(evidence: Evidence, source: HeapSource, told: ToldPath): LeakHolder {
  const entry = told.hops[told.entry]!;
  const className = evidence.classes.nameOf(entry.from);
  if (entry.role === 'timer' || entry.role === 'immediate') {
    return { name: told.root, location: undefined, adds: [], removes: [] };
  }
  // Whoever keeps the function that settles a promise keeps the promise.
  if (entry.name === SETTLES && told.entry > told.shownFrom)
    return holderOf(evidence, source, { ...told, entry: told.entry - 1 });
  const nameAt = CONTAINER_ROLES.has(entry.role) ? told.entry - 1 : told.entry;
  const naming = nameAt >= told.shownFrom ? told.hops[nameAt] : undefined;
  const variable = naming === undefined ? undefined : source.variables.behind(naming.edges.at(-1)!);
  if (variable !== undefined) {
    const name = CONTAINER_ROLES.has(entry.role)
      ? `${className} ${variable.name}`
      : variable.phrase.replaceAll('`', '');
    return {
      name,
      location: variable.declaredAt,
      adds: source.sites.ofVariable(variable, 'adds'),
      removes: source.sites.ofVariable(variable, 'removes'),
    };
  }
  if (naming !== undefined && (naming.role === 'property' || naming.role === 'private-field')) {
    const container = CONTAINER_ROLES.has(entry.role) ? className : undefined;
    const before = nameAt > told.shownFrom ? told.hops[nameAt - 1] : undefined;
    const isPlain = evidence.classes.nameOf(naming.from) === 'Object';
    const known = container !== undefined && isPlain ? moduleHolder(evidence, source, entry.from) : undefined;
    return known ?? propertyHolder(evidence, source, naming, before, container);
  }
  if (naming?.role === 'local') return localHolder(source, naming, naming === entry ? undefined : className);
  const found = source.positions.locate(entry.from);
  const words = className.startsWith('(') || className === 'system / Context' ? told.root : className;
  return { name: words, location: 'reason' in found ? undefined : found, adds: [], removes: [] };
}

/** A container that a path leads to by way of `module.exports` or another plain object, by the variable of a module that has it. */
function moduleHolder(
  { graph, classes }: Evidence,
  source: HeapSource,
  container: NodeOrdinal,
): LeakHolder | undefined {
  for (const edge of graph.retainerEdges(container).slice()) {
    const variable = source.variables.behind(edge as EdgeOrdinal);
    if (variable?.source?.binding.scope.kind !== 'program') continue;
    return {
      name: `${classes.nameOf(container)} ${variable.name}`,
      location: variable.declaredAt,
      adds: source.sites.ofVariable(variable, 'adds'),
      removes: source.sites.ofVariable(variable, 'removes'),
    };
  }
  return undefined;
}

/** `Array in a local variable of suspended serve()`; V8 writes no name for it, so the function's place has to do. */
function localHolder(
  source: HeapSource,
  { from: frame, name }: LogicalHop,
  container: string | undefined,
): LeakHolder {
  const found = source.positions.locate(frame);
  return {
    name: container === undefined ? `a ${name}` : `${container} in a ${name}`,
    location: 'reason' in found ? undefined : found,
    adds: [],
    removes: [],
  };
}

/**
 * `Map Store.entries`: a holder that is a property of an object; `container` is its class where it is a container. An object
 * without a class of its own goes by the variable that it is in, where `before` leads to it from one.
 */
function propertyHolder(
  evidence: Evidence,
  source: HeapSource,
  { from: owner, name: property }: LogicalHop,
  before: LogicalHop | undefined,
  container: string | undefined,
): LeakHolder {
  const className = evidence.classes.nameOf(owner);
  const variable =
    before === undefined || className !== 'Object'
      ? undefined
      : source.variables.behind(before.edges.at(-1)!);
  const path = `${variable?.name ?? className}.${property}`;
  const ownerPlace = source.positions.locate(owner);
  const made = source.sites.ofProperty(owner, property, 'makes')[0]?.location;
  return {
    name: container === undefined ? path : `${container} ${path}`,
    location: made ?? ('reason' in ownerPlace ? undefined : ownerPlace),
    adds: source.sites.ofProperty(owner, property, 'adds'),
    removes: source.sites.ofProperty(owner, property, 'removes'),
  };
}
