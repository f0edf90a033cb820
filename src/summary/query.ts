import { join } from 'node:path';
import type { HeapGraph } from '../graph/heap-graph.ts';
import { UsageError } from '../shared/errors.ts';
import { makeDirectory } from '../shared/make-directory.ts';
import { HEAP_TABLES, heapDatabase, tablesIn } from './heap-database.ts';

export interface QueryResult {
  readonly columns: readonly string[];
  /** Whole numbers that a double cannot hold come as text. */
  readonly rows: readonly (readonly (string | number | boolean | null)[])[];
}

/** The answer of DuckDB to a statement about the heap. @throws LeakscanError when there is no DuckDB, or it refuses */
export async function query(graph: HeapGraph, sql: string): Promise<QueryResult> {
  const connection = await heapDatabase(graph, tablesIn(sql));
  try {
    const result = await connection.runAndReadAll(sql);
    return { columns: result.columnNames(), rows: result.getRows().map((row) => row.map(plainValue)) };
  } catch (error) {
    throw new UsageError(
      `DuckDB does not take the query: ${(error as Error).message}`,
      `The tables are ${HEAP_TABLES.join(', ')}; the guide to the commands lists their columns.`,
      { cause: error },
    );
  }
}

/** Writes all tables into a folder, a Parquet file each. @throws UsageError when it cannot be written */
export async function exportParquet(graph: HeapGraph, folder: string): Promise<void> {
  const connection = await heapDatabase(graph, HEAP_TABLES);
  try {
    makeDirectory(folder);
    for (const table of HEAP_TABLES) {
      const file = join(folder, `${table}.parquet`);
      await connection.run(`COPY (FROM ${table}) TO '${file.replaceAll("'", "''")}' (FORMAT parquet)`);
    }
  } catch (error) {
    throw new UsageError(
      `${folder} cannot be written: ${(error as Error).message}.`,
      'Name a folder that can be written.',
      { cause: error },
    );
  }
}

function plainValue(value: unknown): string | number | boolean | null {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') {
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : `${value}`;
  }
  return String(value);
}
