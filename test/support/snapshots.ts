import { Readable } from 'node:stream';
import fc from 'fast-check';
import type { Snapshot } from '../../src/ingest/snapshot.ts';
import type { NodeOrdinal } from '../../src/shared/ids.ts';
import { type EdgeType, HeapBuilder, type NodeLine, type NodeType } from './heap.ts';

export const NODE_LINES: readonly NodeLine[] = [20, 22, 24, 26];

/** A heap with a bit of everything that the format knows. */
export function variedHeap(): HeapBuilder {
  const heap = new HeapBuilder();
  const gc = heap.edge(heap.root, 'element', 1, heap.node('synthetic', '(GC roots)'));
  const handles = heap.edge(gc, 'element', 7, heap.node('synthetic', '(Global handles)'));
  const global = heap.edge(heap.root, 'shortcut', 'global', heap.node('object', 'global', { id: 7 }));
  heap.edge(handles, 'internal', '2', global);
  const session = heap.object(global, 'sessions', 'Session', { at: { scriptId: 12, line: 3, column: 14 } });
  const table = heap.edge(session, 'internal', 'table', heap.node('array', ''));
  heap.ephemeron(table, session, heap.node('object', 'Value "quoted" \\ and\nlines'));
  heap.edge(
    session,
    'hidden',
    4_294_967_295,
    heap.node('native', 'system / JSArrayBufferData', { size: 5 * 2 ** 30 }),
  );
  heap.edge(session, 'property', 'é 漢 😀 \u2028', heap.node('string', '\u0000\u0001 tab\t'));
  heap.edge(session, 'weak', 'target', session);
  heap.node('closure', 'unreached', { at: { scriptId: 12, line: 0, column: 0 } });
  return heap;
}

const anyText = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constant('a'),
);

/** Random heaps with random names, sizes, edge types and locations. */
export const anyHeap: fc.Arbitrary<HeapBuilder> = fc
  .record({
    nodes: fc.array(
      fc.record({
        type: fc.constantFrom<NodeType>(
          'hidden',
          'array',
          'string',
          'object',
          'closure',
          'native',
          'synthetic',
        ),
        name: anyText,
        size: fc.oneof(
          fc.nat(200),
          fc.maxSafeNat().map((size) => size % 1e13),
        ),
        line: fc.option(fc.nat(99)),
      }),
      { maxLength: 8 },
    ),
    edges: fc.array(
      fc.record({
        from: fc.nat(8),
        to: fc.nat(8),
        type: fc.constantFrom<EdgeType>(
          'context',
          'element',
          'property',
          'internal',
          'hidden',
          'shortcut',
          'weak',
        ),
        name: anyText,
        index: fc.nat(0xffff_ffff),
      }),
      { maxLength: 20 },
    ),
  })
  .map(({ nodes, edges }) => {
    const heap = new HeapBuilder();
    for (const { type, name, size, line } of nodes) {
      heap.node(type, name, line === null ? { size } : { size, at: { scriptId: 5, line, column: 2 * line } });
    }
    for (const { from, to, type, name, index } of edges) {
      if (from > nodes.length || to > nodes.length) continue;
      const isIndexed = type === 'element' || type === 'hidden';
      heap.edge(from as NodeOrdinal, type, isIndexed ? index : name, to as NodeOrdinal);
    }
    return heap;
  });

/** The same bytes in pieces of the given lengths, over and over. */
export function inPieces(
  text: string | Uint8Array,
  lengths: readonly number[] = [Number.POSITIVE_INFINITY],
): Readable {
  const bytes = Buffer.from(text);
  function* pieces(): Generator<Buffer> {
    for (let at = 0, turn = 0; at < bytes.length; turn++) {
      const end = Math.min(bytes.length, at + Math.max(1, lengths[turn % lengths.length]!));
      yield bytes.subarray(at, end);
      at = end;
    }
  }
  return Readable.from(pieces(), { objectMode: false });
}

function edgesOf({ nodeCount, firstEdge, edgeTo, firstLabel, labelType, labelName }: Snapshot): unknown {
  return Array.from({ length: nodeCount }, (_, node) => {
    const label = firstLabel[node]! - firstEdge[node]!;
    return Array.from(edgeTo.subarray(firstEdge[node], firstEdge[node + 1]), (to, at) => {
      const edge = firstEdge[node]! + at;
      return [labelType[label + edge], labelName[label + edge], to];
    });
  }).flat();
}

/** Everything that a snapshot says, by value: two snapshots are the same exactly when these are equal. */
export function contentOf(snapshot: Snapshot): unknown {
  const strings = Array.from({ length: snapshot.stringCount }, (_, index) => snapshot.string(index));
  return {
    strings,
    nodeTypes: [...snapshot.nodeTypes],
    edgeTypes: [...snapshot.edgeTypes],
    nodes: Array.from({ length: snapshot.nodeCount }, (_, node) => [
      snapshot.nodeType[node],
      snapshot.nodeName[node],
      snapshot.nodeId[node],
      snapshot.selfSize[node],
      snapshot.firstEdge[node],
      snapshot.position(node as NodeOrdinal),
    ]),
    edges: edgesOf(snapshot),
    end: snapshot.firstEdge[snapshot.nodeCount],
    extraNativeBytes: snapshot.extraNativeBytes,
  };
}
