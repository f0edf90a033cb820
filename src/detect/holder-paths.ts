import type { HeapGraph } from '../graph/heap-graph.ts';
import { edgesOf } from '../objects/edges.ts';
import { explainingPath } from '../objects/explaining-path.ts';
import type { HeapPath, LogicalHop } from '../objects/hop.ts';
import { logicalPath } from '../objects/logical-path.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../shared/ids.ts';
import type { Evidence } from './evidence.ts';

/** A leaked object with more holders than this is shown with the first ones. */
export const MOST_HOLDERS = 4;

/** By leak, object and number: the detectors and the explanation ask for the same paths. */
const known = new WeakMap<ReadonlySet<NodeOrdinal>, Map<string, readonly HeapPath[]>>();

/**
 * Paths to the accused object, one for each holder that keeps it by itself; the cheapest first. They are looked for once
 * for each set of leaking objects, which is one leak of one heap.
 */
export function holderPaths(
  evidence: Evidence,
  node: NodeOrdinal,
  leaking: ReadonlySet<NodeOrdinal>,
  most: number,
): readonly HeapPath[] {
  const ofLeak = known.get(leaking) ?? new Map<string, readonly HeapPath[]>();
  known.set(leaking, ofLeak);
  const question = `${node} ${most}`;
  const paths = ofLeak.get(question) ?? findHolderPaths(evidence, node, leaking, most);
  ofLeak.set(question, paths);
  return paths;
}

function findHolderPaths(
  evidence: Evidence,
  node: NodeOrdinal,
  leaking: ReadonlySet<NodeOrdinal>,
  most: number,
): readonly HeapPath[] {
  const paths: HeapPath[] = [];
  const told = new Set<string>();
  const cut = new Set<EdgeOrdinal>();
  for (let count = 0; count < most; count += 1) {
    const path = explainingPath(evidence.graph, node, { edges: cut });
    if (path === undefined) break;
    const words = pathWords(evidence, path);
    if (!told.has(words)) paths.push(path);
    told.add(words);
    const entry = entryEdge(path, leaking);
    const holder = holderParts(evidence.graph, path.nodes[entry]!);
    if (isOnlyHolder(evidence, node, holder, leaking)) break;
    for (const part of holder) {
      for (const edge of edgesOf(evidence.graph, part)) {
        if (leaking.has(evidence.graph.edgeTarget(edge))) cut.add(edge);
      }
    }
  }
  return paths;
}

/**
 * Is a node reached through code of the program, or does it hold something of it? What only code of Node.js or leakscan
 * refers to is no business of the program.
 */
export function isHeldByProgram(evidence: Evidence, node: NodeOrdinal, held?: NodeOrdinal): boolean {
  const [path] = holderPaths(evidence, node, new Set([node]), 1);
  const nodes = [...(path?.nodes ?? []), ...(held === undefined ? [] : [held])];
  const owners = nodes.map((each) => evidence.scripts.ownerOf(each));
  return owners.includes('user') || owners.includes('dependency');
}

/** Stores that V8 keeps apart from the object they belong to, by the name of the edge. */
const STORES = ['elements', 'properties', 'table'];

/** A holder and its stores: an array and its elements, a Map and its table are one to a developer. */
function holderParts(graph: HeapGraph, holder: NodeOrdinal): NodeOrdinal[] {
  const owner = graph.typeOf(holder) === 'array' ? graph.immediateDominatorOf(holder) : holder;
  if (graph.typeOf(owner) !== 'object') return [holder];
  const stores = STORES.flatMap((name) => graph.follow(owner, name, 'internal') ?? []);
  return [owner, ...stores.filter((store) => graph.typeOf(store) === 'array')];
}

/** A path by its words alone: two paths that read the same are one holder to a developer. */
function pathWords(evidence: Evidence, path: HeapPath): string {
  return logicalPath(evidence.graph, path)
    .map((hop) => `${hop.name} ${evidence.graph.nameOf(hop.to)}`)
    .join('/');
}

/** Index of the first edge of a path that leads into the leak; the last edge when only the target is in it. */
export function entryEdge(path: HeapPath, leaking: ReadonlySet<NodeOrdinal>): number {
  const first = path.nodes.findIndex((node) => leaking.has(node));
  return first <= 0 ? path.edges.length - 1 : first - 1;
}

/** A holder that dominates the object is the only one; a root category is never a holder that can be taken away whole. */
function isOnlyHolder(
  evidence: Evidence,
  node: NodeOrdinal,
  holder: readonly NodeOrdinal[],
  leaking: ReadonlySet<NodeOrdinal>,
): boolean {
  if (evidence.graph.typeOf(holder[0]!) === 'synthetic') return false;
  let above = evidence.graph.immediateDominatorOf(node);
  while (leaking.has(above)) above = evidence.graph.immediateDominatorOf(above);
  return holder.includes(above);
}

/** Index of the hop that leads into the leak; the last one when none does. */
function entryHop(
  evidence: Evidence,
  hops: readonly LogicalHop[],
  leaking: ReadonlySet<NodeOrdinal>,
): number {
  const entry = hops.findIndex((hop) =>
    hop.edges.some((edge) => leaking.has(evidence.graph.edgeTarget(edge))),
  );
  return entry === -1 ? hops.length - 1 : entry;
}

/** A path in logical steps, and which of them leads into the leak. */
export interface LeakSteps {
  readonly hops: readonly LogicalHop[];
  readonly entry: number;
}

/** An object from which this many properties lead into a leak is used as a dictionary. */
const DICTIONARY = 4;

/**
 * A path in logical steps down into a leak. Where the leak hangs on an object that is used as a dictionary, the property is
 * a key, which is data of the program and another one in each run: the step is told as an entry, like that of a Map.
 */
export function stepsInto(evidence: Evidence, path: HeapPath, leaking: ReadonlySet<NodeOrdinal>): LeakSteps {
  const hops = logicalPath(evidence.graph, path);
  const entry = entryHop(evidence, hops, leaking);
  const step = hops[entry];
  if (step?.role !== 'property' || !isDictionary(evidence.graph, step.from, leaking)) return { hops, entry };
  return { hops: hops.with(entry, { ...step, role: 'entry', name: 'entry' }), entry };
}

function isDictionary(graph: HeapGraph, node: NodeOrdinal, leaking: ReadonlySet<NodeOrdinal>): boolean {
  let keys = 0;
  for (const edge of edgesOf(graph, node)) {
    if (graph.edgeTypeOf(edge) === 'property' && leaking.has(graph.edgeTarget(edge))) keys += 1;
    if (keys === DICTIONARY) return true;
  }
  return false;
}
