import type { HeapGraph } from '../graph/heap-graph.ts';
import { isFailureReport } from '../objects/deferreds.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../shared/ids.ts';
import { holderOfGroup } from './census.ts';
import type { Evidence } from './evidence.ts';
import type { Generations } from './generations.ts';
import { type Growth, isOfProgram, isRing } from './growth.ts';
import type { GrowthGroup } from './growth-groups.ts';

/** Something that grows or stays and is nobody's mistake, recognised by name with the reason. */
export interface KnownReference {
  readonly name: string;
  /** Why it is no leak of the program: a sentence. */
  readonly reason: string;
  /** V8 makes it for itself, now more and now less: it is told only where every round leaves the same number behind. */
  readonly isOfEngine?: true;
  matches(evidence: Evidence, growth: Growth): boolean;
}

/** V8 compiles functions when they are first called and keeps code, feedback and maps with them. */
const isCompiledCode: KnownReference = {
  name: 'compiled-code',
  reason: 'V8 compiles functions when they are first called; code, feedback and maps stay with them',
  isOfEngine: true,
  matches: (evidence, growth) => !isOfProgram(evidence, growth),
};

/** Where V8 keeps what it copies a literal from, beside the code that has it. */
const LITERAL_SITE = 'system / AllocationSite';

/** The first time a literal is evaluated, V8 keeps a model of it, from which it copies all later ones. */
const isLiteralBoilerplate: KnownReference = {
  name: 'literal-boilerplates',
  reason: 'V8 keeps a model of each literal in the code that ran, to copy it from',
  isOfEngine: true,
  matches: ({ graph, classes }, { all }) => {
    const isModel = ({ members }: GrowthGroup): boolean =>
      members.every((node) => graph.nameOf(graph.immediateDominatorOf(node)) === LITERAL_SITE);
    const isPartOfModel = (group: GrowthGroup | undefined): boolean =>
      group !== undefined && (isModel(group) || isPartOfModel(group.parent));
    return all.every((group) => classes.rankOf(group.members[0]!) === 'engine' || isPartOfModel(group));
  },
};

/** Nodes in which V8 keeps the names of properties and variables beside code and maps. */
const NAME_TABLES = new Set(['code', 'object shape', 'hidden', 'synthetic', 'number']);

/** Strings that only V8's own tables hold are names, of properties, of variables, of what was compiled; or numbers written out. */
const isNameOfCode: KnownReference = {
  name: 'names-of-code',
  reason: 'V8 keeps the names of properties and variables with maps and code',
  isOfEngine: true,
  matches: ({ graph, classes }, { top }) => {
    if (classes.rankOf(top.members[0]!) !== 'text') return false;
    const isTable = (node: NodeOrdinal): boolean => NAME_TABLES.has(graph.typeOf(node));
    if (top.stableDominator !== undefined && isTable(top.stableDominator)) return true;
    return top.members.every((node) =>
      graph.retainerEdges(node).every((edge) => isTable(graph.edgeSource(edge as EdgeOrdinal))),
    );
  },
};

/** What a running function or native code refers to at this moment is in use. */
const isInUse: KnownReference = {
  name: 'in-use-now',
  reason: 'only functions that run at the moment of the snapshot refer to it',
  matches: ({ graph }, { top }) => {
    const holder = top.stableDominator;
    const name = holder === undefined ? '' : graph.nameOf(holder);
    return name === '(Stack roots)' || name === '(Handle scope)';
  },
};

/** A ring, or a cache that was full before the first mark: it keeps new objects in place of old ones. */
export const isReplacedInPlace: KnownReference = {
  name: 'replaced-in-place',
  reason: 'as many older ones went as new ones came: the holder is full and replaces its members',
  matches: (evidence, growth) => isRing(evidence, growth),
};

/** Name and reason where growth hangs on members of a full holder alone: what they share is bounded by them. */
export const SHARED_BY_REPLACED = {
  name: 'shared-by-replaced',
  reason: 'only members of a holder that is full and replaces its members refer to it',
};

/** What leakscan's own preload keeps in the target: the marks it made, its channel. */
const isLeakscan: KnownReference = {
  name: 'leakscan-itself',
  reason: 'it belongs to the part of leakscan that runs inside the target',
  matches: ({ graph }, growth) => {
    let holder = growth.top.stableDominator;
    for (let level = 0; level < 6 && holder !== undefined && holder !== 0; level += 1) {
      if (graph.nameOf(holder).startsWith('Leakscan')) return true;
      holder = graph.immediateDominatorOf(holder);
    }
    return false;
  },
};

/** The Deferred runtime keeps the text of a failure as long as the Deferred, which is told by its state. */
const isFailureOfDeferred: KnownReference = {
  name: 'reports-of-deferreds',
  reason: 'the runtime keeps what it would report of each failed Deferred until that is gone',
  matches: ({ graph }, { top }) => top.members.every((node) => isFailureReport(graph, node)),
};

/** Arguments of `console` calls stay while an inspector is attached: V8 keeps the last thousand messages. */
const isInspectorConsole: KnownReference = {
  name: 'inspector-console',
  reason: 'an attached inspector keeps the arguments of the last 1,000 console calls',
  matches: ({ graph }, growth) => {
    const top = growth.top.members[0]!;
    for (const edge of graph.retainerEdges(top)) {
      const name = graph.edgeNameOf(edge as EdgeOrdinal);
      if (typeof name === 'string' && name.endsWith('DevTools console')) return true;
    }
    return false;
  },
};

/**
 * An array that was made with room for all it will hold, and fills up. Only where rounds are not counted: there a run is
 * often too short to see the end of it. The room was meant for pieces of text, not for the texts that they are cut from.
 */
const isFillingUp: KnownReference = {
  name: 'filling-reserved-room',
  reason: 'the array still fills the room it was made with before the first mark',
  matches: ({ graph, generations }, { top, below }) => {
    if (generations.unit !== 'time') return false;
    if ([top, ...below].some((group) => graph.typeOf(group.members[0]!) === 'sliced string')) return false;
    const holders =
      top.siblings === undefined
        ? [holderOfGroup(graph, top)]
        : top.members.map((node) => graph.immediateDominatorOf(node));
    return [...new Set(holders)].every(
      (each) => each !== undefined && hasItsFirstStore(graph, generations, each),
    );
  },
};

function hasItsFirstStore(graph: HeapGraph, generations: Generations, holder: NodeOrdinal): boolean {
  const store = graph.typeOf(holder) === 'array' ? holder : graph.follow(holder, 'elements', 'internal');
  const isArray =
    graph.nameOf(holder) === 'Array' || graph.nameOf(graph.immediateDominatorOf(holder)) === 'Array';
  return isArray && store !== undefined && generations.bornIn(graph.idOf(store)) <= 1;
}

/** Every `fetch` leaves an entry for `performance.getEntriesByType('resource')`; Node keeps the first 250 of them. */
const isResourceTiming: KnownReference = {
  name: 'resource-timing',
  reason: 'Node keeps the timings of the first 250 resources that were fetched',
  matches: ({ graph }, { top }) => {
    if (graph.nameOf(top.members[0]!) !== 'PerformanceResourceTiming' || top.stableDominator === undefined)
      return false;
    for (const edge of graph.retainerEdges(top.stableDominator)) {
      if (graph.edgeNameOf(edge as EdgeOrdinal) === 'resourceTimingBuffer') return true;
    }
    return false;
  },
};

/** Asked in this order; the first that matches gives the reason. */
export const knownReferences: readonly KnownReference[] = [
  isLeakscan,
  isFailureOfDeferred,
  isInspectorConsole,
  isInUse,
  isResourceTiming,
  isCompiledCode,
  isLiteralBoilerplate,
  isNameOfCode,
  isReplacedInPlace,
  isFillingUp,
];
