import { buildHeapGraph } from '../../src/graph/build-heap-graph.ts';
import type { EdgeRules, HeapGraph } from '../../src/graph/heap-graph.ts';
import type { StrongEdges } from '../../src/graph/strong-edges.ts';
import type { ScriptPosition, Snapshot } from '../../src/ingest/snapshot.ts';
import type { HeapObjectId, NodeOrdinal } from '../../src/shared/ids.ts';

const NODE_TYPES = [
  'hidden',
  'array',
  'string',
  'object',
  'code',
  'closure',
  'regexp',
  'number',
  'native',
  'synthetic',
  'concatenated string',
  'sliced string',
  'symbol',
  'bigint',
  'object shape',
] as const;
const EDGE_TYPES = ['context', 'element', 'property', 'internal', 'hidden', 'shortcut', 'weak'] as const;

export type NodeType = (typeof NODE_TYPES)[number];
export type EdgeType = (typeof EDGE_TYPES)[number];

export interface NodeOptions {
  /** Odd numbers counted up when left out. */
  readonly id?: number;
  /** Bytes; 16 when left out. */
  readonly size?: number;
  /** Where the function or class stands, counted from 0. */
  readonly at?: ScriptPosition;
}

interface BuiltNode {
  readonly type: NodeType;
  readonly name: string;
  readonly id: number;
  readonly size: number;
  readonly at: ScriptPosition | undefined;
  readonly edges: { readonly type: EdgeType; readonly name: string | number; readonly to: number }[];
}

/** How each Node line lays out its snapshots. */
export type NodeLine = 20 | 22 | 24 | 26;

/**
 * Writes a heap in code:
 *
 *     const heap = new HeapBuilder();
 *     const map = heap.node('object', 'Map');
 *     heap.edge(heap.root, 'property', 'sessions', map);
 *     const graph = heap.graph();
 *
 * The root, node 0, is there from the start.
 */
export class HeapBuilder {
  readonly root: NodeOrdinal;
  readonly #nodes: BuiltNode[] = [];

  constructor() {
    this.root = this.node('synthetic', '', { size: 0 });
  }

  node(type: NodeType, name: string, { id, size = 16, at }: NodeOptions = {}): NodeOrdinal {
    const ordinal = this.#nodes.length;
    this.#nodes.push({ type, name, id: id ?? 2 * ordinal + 1, size, at, edges: [] });
    return ordinal as NodeOrdinal;
  }

  /** An edge; edges of one node keep the order in which they were made. Returns `to`. */
  edge(from: NodeOrdinal, type: EdgeType, name: string | number, to: NodeOrdinal): NodeOrdinal {
    this.#nodes[from]!.edges.push({ type, name, to });
    return to;
  }

  /** A property edge to a new object; returns the object. */
  object(from: NodeOrdinal, property: string, className: string, options?: NodeOptions): NodeOrdinal {
    return this.edge(from, 'property', property, this.node('object', className, options));
  }

  /** An entry of a WeakMap as V8 draws it: two edges of one name. `table` is the table node, not the WeakMap. */
  ephemeron(table: NodeOrdinal, key: NodeOrdinal, value: NodeOrdinal): void {
    const text = (node: NodeOrdinal): string => `${this.#nodes[node]!.name} @${this.#nodes[node]!.id}`;
    const name = ` / part of key (${text(key)}) -> value (${text(value)}) pair in WeakMap (table @${this.#nodes[table]!.id})`;
    this.edge(table, 'internal', `${this.#nodes[table]!.edges.length}${name}`, value);
    this.edge(key, 'internal', `${this.#nodes[key]!.edges.length}${name}`, value);
  }

  /** The highest id so far: what a mark made at this moment would have for a watermark. */
  get watermark(): HeapObjectId {
    return Math.max(...this.#nodes.map((node) => node.id)) as HeapObjectId;
  }

  /** A function of a script, as V8 writes it: its place, and the way to the name of the script. */
  closure(name: string, script: string, at: ScriptPosition): NodeOrdinal {
    const closure = this.node('closure', name, { at });
    const shared = this.edge(closure, 'internal', 'shared', this.node('code', name));
    this.edge(shared, 'internal', 'script', this.node('code', script));
    return closure;
  }

  /** A scope with its table of names; `outer` is the scope around it. Variables are to be added as `context` edges. */
  context(names: readonly string[], outer?: NodeOrdinal): NodeOrdinal {
    const context = this.node('object', 'system / Context');
    const scopeInfo = this.edge(context, 'internal', 'scope_info', this.node('code', 'system / ScopeInfo'));
    for (const [slot, name] of names.entries())
      this.edge(scopeInfo, 'hidden', slot, this.node('string', name));
    if (outer !== undefined) this.edge(context, 'internal', 'previous', outer);
    return context;
  }

  /** A Map or Set below a property of `from`; returns the table for `entry`. */
  collection(from: NodeOrdinal, property: string, className = 'Map'): NodeOrdinal {
    const collection = this.object(from, property, className);
    return this.edge(collection, 'internal', 'table', this.node('array', ''));
  }

  /** Puts a value into the table of a Map or Set; returns the value. */
  entry(table: NodeOrdinal, value: NodeOrdinal): NodeOrdinal {
    return this.edge(table, 'internal', `${3 + this.#nodes[table]!.edges.length}`, value);
  }

  graph(rules: EdgeRules = 'leakscan'): HeapGraph {
    return buildHeapGraph(this.snapshot(), rules);
  }

  snapshot(): Snapshot {
    const nodes = this.#nodes;
    const edges = nodes.flatMap((node) => node.edges);
    const { strings, index } = this.#strings();
    const firstEdge = new Uint32Array(nodes.length + 1);
    nodes.forEach((node, ordinal) => {
      firstEdge[ordinal + 1] = firstEdge[ordinal]! + node.edges.length;
    });
    return {
      nodeCount: nodes.length,
      edgeCount: edges.length,
      nodeTypes: NODE_TYPES,
      edgeTypes: EDGE_TYPES,
      nodeType: Uint8Array.from(nodes, (node) => NODE_TYPES.indexOf(node.type)),
      nodeName: Uint32Array.from(nodes, (node) => index(node.name)),
      nodeId: Float64Array.from(nodes, (node) => node.id),
      selfSize: Float64Array.from(nodes, (node) => node.size),
      firstEdge,
      firstLabel: firstEdge,
      labelType: Uint8Array.from(edges, (edge) => EDGE_TYPES.indexOf(edge.type)),
      labelName: Uint32Array.from(edges, ({ name }) => (typeof name === 'number' ? name : index(name))),
      edgeTo: Uint32Array.from(edges, (edge) => edge.to),
      extraNativeBytes: 0,
      stringCount: strings.length,
      string: (at) => strings[at] ?? '',
      findString: (text) => strings.indexOf(text),
      stringsContaining: (text) => strings.flatMap((string, at) => (string.includes(text) ? [at] : [])),
      position: (node) => nodes[node]?.at,
      nodesInScript: (id) =>
        nodes.flatMap(({ at }, node) => (at?.scriptId === id ? [node as NodeOrdinal] : [])),
    };
  }

  /** The heap as a file, as V8 of a Node line would lay it out. */
  text(line: NodeLine = 26): string {
    const wide = line < 24;
    const { strings, index } = this.#strings();
    const fields = [
      'type',
      'name',
      'id',
      'self_size',
      'edge_count',
      ...(wide ? ['trace_node_id'] : []),
      'detachedness',
    ];
    const types = [
      NODE_TYPES,
      'string',
      'number',
      'number',
      'number',
      'number',
      ...(line < 26 ? ['number'] : []),
    ];
    const rows = (table: number[][]): string =>
      `[${table.map((row) => row.join(',')).join(wide ? '\n,' : ',')}]`;
    const nodes = this.#nodes.map((node) => [
      NODE_TYPES.indexOf(node.type),
      index(node.name),
      node.id,
      node.size,
      node.edges.length,
      ...(wide ? [0, 0] : [0]),
    ]);
    const edges = this.#nodes.flatMap((node) =>
      node.edges.map(({ type, name, to }) => [
        EDGE_TYPES.indexOf(type),
        typeof name === 'number' ? name : index(name),
        to * fields.length,
      ]),
    );
    const locations = this.#nodes.flatMap(({ at }, node) =>
      at === undefined ? [] : [[node * fields.length, at.scriptId, at.line, at.column]],
    );
    const head = {
      meta: {
        node_fields: fields,
        node_types: types,
        edge_fields: ['type', 'name_or_index', 'to_node'],
        edge_types: [EDGE_TYPES, 'string_or_number', 'node'],
        location_fields: ['object_index', 'script_id', 'line', 'column'],
      },
      node_count: nodes.length,
      edge_count: edges.length,
      trace_function_count: 0,
      ...(wide ? {} : { extra_native_bytes: 0 }),
    };
    return [
      `{"snapshot":${JSON.stringify(head)}`,
      `"nodes":${rows(nodes)}`,
      `"edges":${rows(edges)}`,
      '"trace_function_infos":[]',
      '"trace_tree":[]',
      '"samples":[]',
      `"locations":${rows(locations)}`,
      `"strings":${JSON.stringify(strings)}}`,
    ].join(',\n');
  }

  #strings(): { strings: string[]; index: (text: string) => number } {
    const known = new Map([['<dummy>', 0]]);
    const add = (text: string): void => {
      if (!known.has(text)) known.set(text, known.size);
    };
    for (const node of this.#nodes) {
      add(node.name);
      for (const { name } of node.edges) if (typeof name === 'string') add(name);
    }
    return { strings: [...known.keys()], index: (text) => known.get(text)! };
  }
}

/** A heap of objects that hold each other by elements: `graphOf([[1, 2], [2], []])`; node 0 is the root. */
export function graphOf(
  successors: readonly (readonly number[])[],
  sizes: readonly number[] = [],
): HeapGraph {
  return heapOf(successors, sizes).graph();
}

/** The same heap, still to be written to. */
export function heapOf(
  successors: readonly (readonly number[])[],
  sizes: readonly number[] = [],
): HeapBuilder {
  const heap = new HeapBuilder();
  for (let node = 1; node < successors.length; node++)
    heap.node('object', `${node}`, { size: sizes[node] ?? 1 });
  successors.forEach((targets, node) => {
    targets.forEach((to, index) => {
      heap.edge(node as NodeOrdinal, 'element', index, to as NodeOrdinal);
    });
  });
  return heap;
}

/** The same heap as the algorithms take it, every edge strong. */
export function edgesOf(successors: readonly (readonly number[])[]): StrongEdges {
  const { tables, nodeCount } = graphOf(successors);
  return { nodeCount, firstEdge: tables.firstEdge, edgeTo: tables.edgeTo, strong: tables.strong };
}
