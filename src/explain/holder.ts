import type { Evidence } from '../detect/evidence.ts';
import type { SourceLocation } from './explanation.ts';
import type { HeapSource } from './heap-source.ts';
import type { ToldPath } from './retention.ts';
import { type Site, sitesOf } from './sites.ts';

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
  const nameAt = CONTAINER_ROLES.has(entry.role) ? told.entry - 1 : told.entry;
  const naming = nameAt >= told.shownFrom ? told.hops[nameAt] : undefined;
  const variable = naming === undefined ? undefined : source.variables.behind(naming.edges.at(-1)!);
  if (variable !== undefined) {
    const name = CONTAINER_ROLES.has(entry.role)
      ? `${className} ${variable.name}`
      : variable.phrase.replaceAll('`', '');
    const sites = variable.source;
    const found = (deed: 'adds' | 'removes') =>
      sites === undefined ? [] : sitesOf(sites.program, source.positions, { binding: sites.binding }, deed);
    return { name, location: variable.declaredAt, adds: found('adds'), removes: found('removes') };
  }
  if (naming !== undefined && (naming.role === 'property' || naming.role === 'private-field')) {
    return propertyHolder(evidence, source, told, naming.from, naming.name, className);
  }
  const found = source.positions.locate(entry.from);
  const words = className.startsWith('(') || className === 'system / Context' ? told.root : className;
  return { name: words, location: 'reason' in found ? undefined : found, adds: [], removes: [] };
}

function propertyHolder(
  evidence: Evidence,
  source: HeapSource,
  told: ToldPath,
  owner: ToldPath['hops'][number]['from'],
  property: string,
  className: string,
): LeakHolder {
  const ownerClass = evidence.classes.nameOf(owner);
  const isContainer = CONTAINER_ROLES.has(told.hops[told.entry]!.role);
  const name = isContainer ? `${className} ${ownerClass}.${property}` : `${ownerClass}.${property}`;
  const position = evidence.graph.snapshot.position(owner);
  const program = position === undefined ? undefined : source.programs.programOf(position.scriptId);
  const ownerPlace = source.positions.locate(owner);
  if (program === undefined || 'reason' in program) {
    return { name, location: 'reason' in ownerPlace ? undefined : ownerPlace, adds: [], removes: [] };
  }
  const holder = { property, className: ownerClass };
  const made = sitesOf(program, source.positions, holder, 'makes')[0]?.location;
  return {
    name,
    location: made ?? ('reason' in ownerPlace ? undefined : ownerPlace),
    adds: sitesOf(program, source.positions, holder, 'adds'),
    removes: sitesOf(program, source.positions, holder, 'removes'),
  };
}
