import type { Cut } from '../capture/live-object.ts';
import type { Evidence } from '../detect/evidence.ts';
import { entryEdge, stepsInto } from '../detect/holder-paths.ts';
import type { HeapGraph } from '../graph/heap-graph.ts';
import { edgesOf } from '../objects/edges.ts';
import type { HeapPath, HopRole, LogicalHop } from '../objects/hop.ts';
import { isIndex } from '../objects/reading/collections.ts';
import type { EdgeOrdinal, HeapObjectId, NodeOrdinal } from '../shared/ids.ts';

/** How one holder of a leak can be made to let go in the living target. */
export interface CutPlan {
  /** What is cut, without the name of what it is cut from: `entries`, `listener of 'data'`. */
  readonly edge: string;
  /** Is the edge not the accused one but the next one inside the leak, because JavaScript cannot cut that? */
  readonly isInside: boolean;
  readonly cuts: readonly Cut[];
  /** Heap ids of the nodes that the accused edges leave: tables and stores rather than the collections. */
  readonly sources: ReadonlySet<HeapObjectId>;
}

/** What is cut where Node.js itself is the holder. */
export const OPEN_HANDLES = 'open handles';

/** Owners, timers and names in one plan at most. */
const MOST_OWNERS = 5000;
const MOST_NAMES = 10_000;
/** Objects of the leak that are asked who else holds them in the same way. */
const MOST_ASKED = 20_000;
/** Levels from a store up to the object that it belongs to. */
const MOST_LEVELS = 3;

/**
 * The cuts that take a leak from the holder on this path, and from those that hold it in the same way (the arrays of all
 * customers, the pending timers); or why JavaScript cannot cut there.
 */
export function cutPlan(
  evidence: Evidence,
  path: HeapPath,
  leaking: ReadonlySet<NodeOrdinal>,
): CutPlan | { readonly reason: string } {
  const { hops, entry } = stepsInto(evidence, path, leaking);
  const hop = hops[entry]!;
  const holders = holdersLike(evidence.graph, path, hops, entry, leaking);
  const sources = new Set([...holders.values()].flat().map((node) => evidence.graph.idOf(node)));
  const cuts = cutsOf(evidence, hop, holders, leaking);
  if (cuts?.some(({ kind }) => kind === 'entries') === true && isOfNodeItself(evidence, hops, entry))
    return { reason: `the ${hop.name} belongs to Node.js itself` };
  if (cuts !== undefined) return { edge: wordsFor(evidence.graph, hop), isInside: false, cuts, sources };
  const inside = (HELD_BY_ONE.has(hop.role) ? hops.slice(entry + 1) : []).find(
    (each) => INSIDE.has(each.role) && evidence.scripts.ownerOf(each.from) !== 'core',
  );
  const alone = inside === undefined ? [] : cutsOf(evidence, inside, new Map([[inside.from, []]]), leaking);
  if (inside !== undefined && alone !== undefined && alone.length > 0)
    return { edge: wordsFor(evidence.graph, inside), isInside: true, cuts: alone, sources };
  return { reason: reasonFor(hop) };
}

/** Steps that lead to one object, on which the rest of the leak then hangs. */
const HELD_BY_ONE = new Set<HopRole>([
  'variable',
  'module-variable',
  'global-variable',
  'private-field',
  'local',
]);
/** Steps inside a leak that one cut can make in the right place. */
const INSIDE = new Set<HopRole>(['property', 'entry', 'element']);

/** Is the collection one of Node.js' own? What that keeps as a whole is not ours to take away. */
function isOfNodeItself({ scripts }: Evidence, hops: readonly LogicalHop[], entry: number): boolean {
  const naming = hops[entry - 1];
  const isOwn = scripts.ownerOf(hops[entry]!.from) === 'core';
  return isOwn || (naming?.role === 'module-variable' && scripts.ownerOf(naming.from) === 'core');
}

function wordsFor(graph: HeapGraph, hop: LogicalHop): string {
  if (graph.typeOf(hop.from) === 'synthetic') return OPEN_HANDLES;
  if (hop.role === 'entry') return 'entries';
  return hop.role === 'element' ? 'elements' : hop.name;
}

function cutsOf(
  { graph }: Evidence,
  hop: LogicalHop,
  holders: ReadonlyMap<NodeOrdinal, readonly NodeOrdinal[]>,
  leaking: ReadonlySet<NodeOrdinal>,
): readonly Cut[] | undefined {
  const owners = [...holders.keys()];
  const last = hop.edges.at(-1)!;
  switch (hop.role) {
    case 'entry':
    case 'element':
      // An object that is used as a dictionary is also told as one with entries.
      if (graph.edgeTypeOf(last) === 'property')
        return owners.map((owner) => ({ owner: graph.idOf(owner), ...keysInto(graph, owner, leaking) }));
      if (graph.edgeNameOf(hop.edges[0]!) === 'properties' && graph.typeOf(hop.to) === 'string')
        return owners.map((owner) => ({ owner: graph.idOf(owner), ...keysAmong(graph, leaking) }));
      return owners.map((owner) => ({ owner: graph.idOf(owner), kind: 'entries' }));
    case 'listener': {
      const event = /'(.*)'$/s.exec(hop.name)?.[1];
      return owners.map((owner) => {
        const id = graph.idOf(owner);
        if (event === undefined) return { owner: id, kind: 'subscribers' };
        const indices = indicesInto(graph, holders.get(owner)!, leaking);
        return { owner: id, kind: 'listeners', event, ...(indices.length > 0 && { indices }) };
      });
    }
    case 'timer':
    case 'immediate':
      return [...leaking]
        .filter((node) => graph.nameOf(node) === 'Timeout' || graph.nameOf(node) === 'Immediate')
        .slice(0, MOST_OWNERS)
        .map((node) => ({ owner: graph.idOf(node), kind: 'timer' }));
    case 'weak-value':
      return weakValue(graph, last);
    case 'property': {
      const first = hop.edges[0]!;
      if (graph.edgeTypeOf(first) !== 'property') return undefined;
      const name = String(graph.edgeNameOf(first)).replace(/^<symbol (.*)>$/s, '$1');
      return owners.map((owner) => ({ owner: graph.idOf(owner), kind: 'properties', names: [name] }));
    }
    default:
      return graph.typeOf(hop.from) === 'synthetic' ? closings(graph, leaking) : undefined;
  }
}

/** Open handles of the leak: what Node.js keeps by itself until it is closed. */
function closings(graph: HeapGraph, leaking: ReadonlySet<NodeOrdinal>): Cut[] | undefined {
  const cuts: Cut[] = [];
  for (const node of leaking) {
    if (graph.typeOf(node) !== 'object' && graph.typeOf(node) !== 'native') continue;
    if (!isOpenHandle(graph, node)) continue;
    cuts.push({ owner: graph.idOf(node), kind: 'handle' });
    if (cuts.length === MOST_OWNERS) break;
  }
  return cuts.length === 0 ? undefined : cuts;
}

function isOpenHandle(graph: HeapGraph, node: NodeOrdinal): boolean {
  return [...graph.retainerEdges(node)].some((edge) => {
    const source = graph.edgeSource(edge as EdgeOrdinal);
    const name = graph.nameOf(source);
    return name === '(Global handles)' || name.startsWith('Node / ');
  });
}

/**
 * Objects from which the leak is entered by the same kind of step as on the path, the one of the path first, each with the nodes
 * (itself, or its stores) that the edges into the leak leave. Each holds objects that none before it holds: a second holder
 * of the same objects is another one, and for another cut.
 */
function holdersLike(
  graph: HeapGraph,
  path: HeapPath,
  hops: readonly LogicalHop[],
  at: number,
  leaking: ReadonlySet<NodeOrdinal>,
): Map<NodeOrdinal, NodeOrdinal[]> {
  const hop = hops[at]!;
  const naming = hops[at - 1]?.edges.at(-1);
  const entry = path.edges[entryEdge(path, leaking)]!;
  const unit = graph.edgeTarget(entry);
  const holders = new Map<NodeOrdinal, NodeOrdinal[]>([[hop.from, [graph.edgeSource(entry)]]]);
  /** Those who hold this object as the path does, known ones first. */
  const holdersOf = (node: NodeOrdinal) => {
    const found: { readonly owner: NodeOrdinal; readonly source: NodeOrdinal }[] = [];
    for (const retainer of graph.retainerEdges(node)) {
      const edge = retainer as EdgeOrdinal;
      const source = graph.edgeSource(edge);
      if (leaking.has(source) || !isLike(graph, edge, entry)) continue;
      const owner = ownerOf(graph, source, hop.from);
      if (owner === undefined || leaking.has(owner)) continue;
      if (holders.has(owner)) return [{ owner, source }];
      if (isNamedLike(graph, owner, naming)) found.push({ owner, source });
    }
    return found;
  };
  let asked = 0;
  for (const node of leaking) {
    if (graph.nameOf(node) !== graph.nameOf(unit) || graph.typeOf(node) !== graph.typeOf(unit)) continue;
    asked += 1;
    if (asked > MOST_ASKED || holders.size === MOST_OWNERS) break;
    const [first] = holdersOf(node);
    if (first === undefined) continue;
    const sources = holders.get(first.owner);
    if (sources === undefined) holders.set(first.owner, [first.source]);
    else if (!sources.includes(first.source)) sources.push(first.source);
  }
  return holders;
}

/** Two edges of one kind: entries or elements at any place, properties of one name. */
function isLike(graph: HeapGraph, edge: EdgeOrdinal, other: EdgeOrdinal): boolean {
  if (graph.edgeTypeOf(edge) !== graph.edgeTypeOf(other)) return false;
  const [name, otherName] = [graph.edgeNameOf(edge), graph.edgeNameOf(other)];
  return name === otherName || (isIndex(name) && isIndex(otherName));
}

/** Is the object held by a property or variable of that name, or at some place of a collection as the other one is? */
function isNamedLike(graph: HeapGraph, owner: NodeOrdinal, naming: EdgeOrdinal | undefined): boolean {
  if (naming === undefined) return true;
  return [...graph.retainerEdges(owner)].some((edge) => isLike(graph, edge as EdgeOrdinal, naming));
}

/** The object of the same class as `like` that a node is or belongs to. */
function ownerOf(graph: HeapGraph, source: NodeOrdinal, like: NodeOrdinal): NodeOrdinal | undefined {
  let node = source;
  for (let level = 0; level <= MOST_LEVELS; level += 1) {
    if (graph.typeOf(node) === graph.typeOf(like) && graph.nameOf(node) === graph.nameOf(like)) return node;
    node = graph.immediateDominatorOf(node);
  }
  return undefined;
}

function keysInto(graph: HeapGraph, owner: NodeOrdinal, leaking: ReadonlySet<NodeOrdinal>) {
  const names: string[] = [];
  for (const edge of edgesOf(graph, owner)) {
    if (graph.edgeTypeOf(edge) === 'property' && leaking.has(graph.edgeTarget(edge)))
      names.push(String(graph.edgeNameOf(edge)));
    if (names.length === MOST_NAMES) break;
  }
  return { kind: 'properties', names } as const;
}

/** Where the keys themselves are what leaks. */
function keysAmong(graph: HeapGraph, leaking: ReadonlySet<NodeOrdinal>) {
  const names: string[] = [];
  for (const node of leaking) {
    if (graph.typeOf(node) === 'string') names.push(graph.nameOf(node));
    if (names.length === MOST_NAMES) break;
  }
  return { kind: 'properties', names } as const;
}

/** Places of the leak among the listeners of one event; none where they are no array, or stand for all. */
function indicesInto(
  graph: HeapGraph,
  sources: readonly NodeOrdinal[],
  leaking: ReadonlySet<NodeOrdinal>,
): number[] {
  const indices: number[] = [];
  for (const source of sources) {
    for (const edge of edgesOf(graph, source)) {
      const name = graph.edgeNameOf(edge);
      if (graph.edgeTypeOf(edge) === 'element' && leaking.has(graph.edgeTarget(edge)))
        indices.push(Number(name));
    }
  }
  return indices;
}

/** The WeakMap whose table the name of the edge tells. */
function weakValue(graph: HeapGraph, edge: EdgeOrdinal): Cut[] | undefined {
  const tableId = /\(table @(\d+)\)$/.exec(String(graph.edgeNameOf(edge)))?.[1];
  const table = tableId === undefined ? undefined : graph.nodeWithId(Number(tableId) as HeapObjectId);
  if (table === undefined) return undefined;
  for (const retainer of graph.retainerEdges(table)) {
    const owner = graph.edgeSource(retainer as EdgeOrdinal);
    if (graph.typeOf(owner) !== 'object') continue;
    return [{ owner: graph.idOf(owner), kind: 'weak-value', key: graph.idOf(graph.edgeSource(edge)) }];
  }
  return undefined;
}

function reasonFor(hop: LogicalHop): string {
  switch (hop.role) {
    case 'variable':
    case 'module-variable':
    case 'global-variable':
      return `nobody but the program can write the variable ${hop.name}`;
    case 'private-field':
      return `nobody but its class can write the private field ${hop.name}`;
    case 'local':
      return `nobody but the suspended function can write the ${hop.name}`;
    case 'reaction':
    case 'await':
      return 'what waits for a promise cannot be taken off it';
    case 'registry':
      return 'a registration can be taken back by its token alone';
    default:
      return `JavaScript cannot cut the edge ${hop.name}`;
  }
}
