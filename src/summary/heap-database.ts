import type { HeapGraph } from '../graph/heap-graph.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../shared/ids.ts';
import { type Connection, type DuckDb, loadDuckDb } from './duckdb.ts';

/** The tables that a heap can be asked about. */
export const HEAP_TABLES = ['nodes', 'edges', 'retained', 'dominators', 'strings', 'locations'] as const;
export type HeapTable = (typeof HEAP_TABLES)[number];

/** Rows that DuckDB takes at once. */
const CHUNK_ROWS = 2048;

type Values = ArrayLike<number | string>;

/** A table as it is handed to DuckDB: columns of so many rows, read from `from` up to `to` when it is their turn. */
interface Columns {
  readonly rows: number;
  readonly columns: readonly {
    readonly name: string;
    readonly type: 'UTINYINT' | 'UINTEGER' | 'INTEGER' | 'DOUBLE' | 'VARCHAR';
    read(from: number, to: number): Values;
  }[];
}

/** A view that says in words what the columns say in numbers. */
interface View {
  readonly columns: Readonly<Record<string, (graph: HeapGraph) => Columns>>;
  sql(graph: HeapGraph): string;
}

/** A database in memory with these tables of the heap. @throws LeakscanError when DuckDB is not installed */
export async function heapDatabase(graph: HeapGraph, tables: readonly HeapTable[]): Promise<Connection> {
  const duckdb = await loadDuckDb();
  const connection = await (await duckdb.DuckDBInstance.create(':memory:')).connect();
  const filled = new Set<string>();
  for (const table of tables) {
    const view = VIEWS[table];
    for (const [name, columns] of Object.entries(view.columns)) {
      if (filled.has(name)) continue;
      filled.add(name);
      await fill(duckdb, connection, name, columns(graph));
    }
    await connection.run(`CREATE VIEW ${table} AS ${view.sql(graph)}`);
  }
  return connection;
}

/** The tables that a statement may mean: a word in it is enough. */
export function tablesIn(sql: string): HeapTable[] {
  return HEAP_TABLES.filter((table) => new RegExp(`\\b${table}\\b`, 'i').test(sql));
}

async function fill(
  duckdb: DuckDb,
  connection: Connection,
  table: string,
  { rows, columns }: Columns,
): Promise<void> {
  await connection.run(
    `CREATE TABLE ${table} (${columns.map(({ name, type }) => `${name} ${type}`).join(', ')})`,
  );
  const appender = await connection.createAppender(table);
  const types = columns.map(({ type }) => duckdb[type]);
  for (let from = 0; from < rows; from += CHUNK_ROWS) {
    const to = Math.min(rows, from + CHUNK_ROWS);
    const chunk = duckdb.DuckDBDataChunk.create(types, to - from);
    columns.forEach(({ read }, at) => {
      chunk.setColumnValues(at, read(from, to));
    });
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

const VIEWS: Readonly<Record<HeapTable, View>> = {
  nodes: {
    columns: { node_columns: nodeColumns, string_columns: stringColumns },
    sql: ({ snapshot }) =>
      `SELECT n.id::UBIGINT AS id, ${named(snapshot.nodeTypes, 'n.type')} AS type, s.text AS name,
        n.self_size::UBIGINT AS self_size, n.edge_count::UINTEGER AS edge_count
      FROM node_columns n JOIN string_columns s ON n.name = s.string`,
  },
  edges: {
    columns: { edge_columns: edgeColumns, string_columns: stringColumns },
    sql: ({ snapshot }) => {
      const type = named(snapshot.edgeTypes, 'e.type');
      return `SELECT e.from_id::UBIGINT AS from_id, e.to_id::UBIGINT AS to_id, ${type} AS type,
        CASE WHEN ${type} IN ('element', 'hidden') THEN e.name_or_index::VARCHAR ELSE s.text END AS name,
        e.strong = 1 AS strong
      FROM edge_columns e LEFT JOIN string_columns s ON e.name_or_index = s.string`;
    },
  },
  retained: {
    columns: { retained_columns: retainedColumns },
    sql: () =>
      `SELECT id::UBIGINT AS id, retained_size::UBIGINT AS retained_size,
        CASE WHEN distance < 0 THEN NULL ELSE distance END AS distance
      FROM retained_columns`,
  },
  dominators: {
    columns: { dominator_columns: dominatorColumns },
    sql: () => 'SELECT id::UBIGINT AS id, dominator_id::UBIGINT AS dominator_id FROM dominator_columns',
  },
  strings: {
    columns: { string_columns: stringColumns },
    sql: () => 'SELECT string AS index, text FROM string_columns',
  },
  locations: {
    columns: { location_columns: locationColumns },
    sql: () => 'SELECT id::UBIGINT AS id, script_id, line, "column" FROM location_columns',
  },
};

function named(names: readonly string[], column: string): string {
  return `[${names.map((name) => `'${name.replaceAll("'", "''")}'`).join(', ')}][${column} + 1]`;
}

/** Numbers of a typed array, in the narrowest type that holds them. */
function numbers(name: string, values: Uint8Array | Uint32Array | Int32Array | Float64Array) {
  const type =
    values instanceof Uint8Array
      ? 'UTINYINT'
      : values instanceof Uint32Array
        ? 'UINTEGER'
        : values instanceof Int32Array
          ? 'INTEGER'
          : 'DOUBLE';
  return { name, type, read: (from: number, to: number) => values.subarray(from, to) } as const;
}

/** Numbers that are computed row by row. */
function computed(name: string, type: 'UTINYINT' | 'UINTEGER' | 'DOUBLE', cell: (row: number) => number) {
  const read = (from: number, to: number): number[] =>
    Array.from({ length: to - from }, (_, at) => cell(from + at));
  return { name, type, read } as const;
}

function nodeColumns({ snapshot, nodeCount, tables }: HeapGraph): Columns {
  const { nodeId, nodeType, nodeName, firstEdge } = snapshot;
  return {
    rows: nodeCount,
    columns: [
      numbers('id', nodeId),
      numbers('type', nodeType),
      numbers('name', nodeName),
      numbers('self_size', tables.selfSize),
      computed('edge_count', 'UINTEGER', (node) => firstEdge[node + 1]! - firstEdge[node]!),
    ],
  };
}

function edgeColumns(graph: HeapGraph): Columns {
  const { snapshot, edgeCount, tables } = graph;
  const { nodeId, firstEdge, edgeTo, firstLabel, labelType, labelName } = snapshot;
  const { strong } = tables;
  const source = (edge: number): NodeOrdinal => graph.edgeSource(edge as EdgeOrdinal);
  const label = (edge: number): number => firstLabel[source(edge)]! + edge - firstEdge[source(edge)]!;
  return {
    rows: edgeCount,
    columns: [
      computed('from_id', 'DOUBLE', (edge) => nodeId[source(edge)]!),
      computed('to_id', 'DOUBLE', (edge) => nodeId[edgeTo[edge]!]!),
      computed('type', 'UTINYINT', (edge) => labelType[label(edge)]!),
      computed('name_or_index', 'UINTEGER', (edge) => labelName[label(edge)]!),
      computed('strong', 'UTINYINT', (edge) => (strong[edge >>> 3]! >> (edge & 7)) & 1),
    ],
  };
}

function retainedColumns({ snapshot, nodeCount, tables }: HeapGraph): Columns {
  return {
    rows: nodeCount,
    columns: [
      numbers('id', snapshot.nodeId),
      numbers('retained_size', tables.retainedSize),
      numbers('distance', tables.distance),
    ],
  };
}

function dominatorColumns({ snapshot, nodeCount, tables }: HeapGraph): Columns {
  const { nodeId } = snapshot;
  const { dominator } = tables;
  return {
    rows: nodeCount,
    columns: [numbers('id', nodeId), computed('dominator_id', 'DOUBLE', (node) => nodeId[dominator[node]!]!)],
  };
}

function stringColumns({ snapshot }: HeapGraph): Columns {
  return {
    rows: snapshot.stringCount,
    columns: [
      computed('string', 'UINTEGER', (index) => index),
      {
        name: 'text',
        type: 'VARCHAR',
        read: (from, to) => Array.from({ length: to - from }, (_, at) => snapshot.string(from + at)),
      },
    ],
  };
}

function locationColumns({ snapshot, nodeCount }: HeapGraph): Columns {
  const nodes: number[] = [];
  for (let node = 0; node < nodeCount; node++) {
    if (snapshot.position(node as NodeOrdinal) !== undefined) nodes.push(node);
  }
  const position = (row: number) => snapshot.position(nodes[row]! as NodeOrdinal)!;
  return {
    rows: nodes.length,
    columns: [
      computed('id', 'DOUBLE', (row) => snapshot.nodeId[nodes[row]!]!),
      computed('script_id', 'UINTEGER', (row) => position(row).scriptId),
      computed('line', 'UINTEGER', (row) => position(row).line),
      computed('"column"', 'UINTEGER', (row) => position(row).column),
    ],
  };
}
