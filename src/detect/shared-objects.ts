import type { HeapGraph } from '../graph/heap-graph.ts';
import { reachableWithout } from '../graph/reachability.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../shared/ids.ts';
import type { Finding } from './finding.ts';

/** What a leak keeps together with others: it goes only when all of them are repaired. */
export interface SharedObjects {
  readonly bytes: number;
  /** The other leaks. */
  readonly with: readonly Finding[];
}

/** Leaks that are told apart; one bit each. */
const MOST_LEAKS = 32;

/**
 * What several of the findings keep alive at once. Whatever the root still reaches without any accused object belongs to
 * the program; the rest is walked from each leak, and a node that two walks come by is shared.
 *
 * @param findings the worst first; of those after the 32nd nothing is said
 * @returns entries for the findings that share something
 */
export function sharedObjects(
  graph: HeapGraph,
  findings: readonly Finding[],
): ReadonlyMap<Finding, SharedObjects> {
  const leaks = findings.slice(0, MOST_LEAKS);
  if (leaks.length < 2) return new Map();
  const accused = new Set(leaks.flatMap(({ leaking }) => [...leaking]));
  const kept = reachableWithout(graph, (edge) => accused.has(graph.edgeTarget(edge)));
  const leaksOf = new Uint32Array(graph.nodeCount);
  for (const [index, { leaking }] of leaks.entries()) walk(graph, leaking, kept, leaksOf, 1 << index);

  const bytes = new Float64Array(leaks.length);
  const others = new Uint32Array(leaks.length);
  for (let node = 0; node < graph.nodeCount; node += 1) {
    const mask = leaksOf[node]!;
    if ((mask & (mask - 1)) === 0) continue;
    const size = graph.selfSizeOf(node as NodeOrdinal);
    for (let index = 0; index < leaks.length; index += 1) {
      if ((mask & (1 << index)) === 0) continue;
      bytes[index] = bytes[index]! + size;
      others[index] = others[index]! | mask;
    }
  }
  const isOther = (index: number) => (_: Finding, other: number) =>
    other !== index && (others[index]! & (1 << other)) !== 0;
  return new Map(
    leaks.flatMap((leak, index) =>
      bytes[index]! > 0 ? [[leak, { bytes: bytes[index]!, with: leaks.filter(isOther(index)) }]] : [],
    ),
  );
}

/** Sets the leak's bit at all that its objects reach over strong edges, but for what the program keeps itself. */
function walk(
  graph: HeapGraph,
  from: Iterable<NodeOrdinal>,
  kept: Uint8Array,
  leaksOf: Uint32Array,
  bit: number,
): void {
  const { firstEdge, edgeTo } = graph.tables;
  const stack: number[] = [];
  const visit = (node: number): void => {
    if (kept[node] === 1 || (leaksOf[node]! & bit) !== 0) return;
    leaksOf[node] = leaksOf[node]! | bit;
    stack.push(node);
  };
  for (const node of from) visit(node);
  while (stack.length > 0) {
    const node = stack.pop()!;
    for (let row = firstEdge[node]!; row < firstEdge[node + 1]!; row += 1)
      if (graph.isStrong(row as EdgeOrdinal)) visit(edgeTo[row]!);
  }
}
