import type { HeapGraph } from '../graph/heap-graph.ts';
import { type EdgeOrdinal, type NodeOrdinal, ROOT } from '../shared/ids.ts';
import { TEXT_TYPES } from './text.ts';

/**
 * What an edge says of itself in every run of a program: its name and what it leads to, a function with its place in the
 * source. Without the slots of tables, arrays and handles, ids and numbers in names, which differ from run to run.
 */
export function edgeWords(graph: HeapGraph): (edge: EdgeOrdinal) => string {
  return (edge) => {
    const name = graph.edgeNameOf(edge);
    const said = typeof name === 'number' ? '#' : name.replace(/@?\b\d+/g, '#');
    return `${said} ${nodeWords(graph, graph.edgeTarget(edge))}`;
  };
}

/** Texts are data of the program. */
const TEXTS = new Set([...TEXT_TYPES, 'number', 'bigint']);

function nodeWords(graph: HeapGraph, node: NodeOrdinal): string {
  const type = graph.typeOf(node);
  if (TEXTS.has(type)) return type;
  const position = type === 'closure' ? graph.snapshot.position(node) : undefined;
  const place = position === undefined ? '' : ` ${position.line}:${position.column}`;
  return `${type} ${graph.nameOf(node).replace(/\b\d+/g, '#')}${place}`;
}

/** Steps upwards by which equals are told apart; further up they are held by the same. */
const LEVELS = 6;

/** How a node is held, some steps up the shortest way to the root. */
export interface Way {
  /** By what, over which edge, and what holds that in turn. */
  readonly words: string;
  /** Slots of arrays and tables on the way, the uppermost first: arrays, Maps and Sets have their members in order of age. */
  readonly slots: readonly number[];
}

/** The shortest way by which a node is held; of several the one whose words come first in the order of the alphabet. */
export function wayInto(graph: HeapGraph, node: NodeOrdinal): Way {
  const words = edgeWords(graph);
  const steps: string[] = [];
  const slots: number[] = [];
  for (let at: NodeOrdinal = node; steps.length < LEVELS && at !== ROOT; ) {
    const { holder, edge, said } = nearestHolder(graph, at, words);
    if (holder === undefined || edge === undefined) break;
    steps.push(said);
    const slot = Number(graph.edgeNameOf(edge));
    if (Number.isInteger(slot)) slots.unshift(slot);
    at = holder;
  }
  return { words: steps.join(' < '), slots };
}

/** What holds a node nearest to the root, over which edge, and both in words. */
interface NearestHolder {
  readonly holder?: NodeOrdinal | undefined;
  readonly edge?: EdgeOrdinal | undefined;
  readonly said: string;
}

/** Nodes with more holders than that are asked for again and again: whatever leaks hangs on them in the end. */
const MANY_HOLDERS = 8;
const nearestByGraph = new WeakMap<HeapGraph, Map<NodeOrdinal, NearestHolder>>();

function nearestHolder(
  graph: HeapGraph,
  node: NodeOrdinal,
  words: (edge: EdgeOrdinal) => string,
): NearestHolder {
  const edges = graph.retainerEdges(node);
  if (edges.length <= MANY_HOLDERS) return nearestAmong(graph, edges, words);
  const known = nearestByGraph.get(graph) ?? new Map<NodeOrdinal, NearestHolder>();
  nearestByGraph.set(graph, known);
  const nearest = known.get(node) ?? nearestAmong(graph, edges, words);
  known.set(node, nearest);
  return nearest;
}

function nearestAmong(
  graph: HeapGraph,
  edges: Uint32Array,
  words: (edge: EdgeOrdinal) => string,
): NearestHolder {
  let holder: NodeOrdinal | undefined;
  let first: EdgeOrdinal | undefined;
  let nearest = Number.POSITIVE_INFINITY;
  let said = '';
  for (const row of edges) {
    const edge = row as EdgeOrdinal;
    const source = graph.edgeSource(edge);
    const distance = graph.distanceOf(source);
    if (distance > nearest) continue;
    const says = `${words(edge)} of ${nodeWords(graph, source)}`;
    if (distance < nearest || says < said) {
      holder = source;
      first = edge;
      said = says;
    }
    nearest = distance;
  }
  return { holder, edge: first, said };
}
