import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LeakscanError } from '../shared/errors.ts';

/** What is used of `@duckdb/node-api`, which is installed by those who want to query. */
export interface DuckDb {
  readonly DuckDBInstance: { create(path: string): Promise<{ connect(): Promise<Connection> }> };
  readonly DuckDBDataChunk: { create(types: readonly unknown[], rowCount: number): DataChunk };
  readonly UTINYINT: unknown;
  readonly UINTEGER: unknown;
  readonly INTEGER: unknown;
  readonly DOUBLE: unknown;
  readonly VARCHAR: unknown;
}

export interface Connection {
  run(sql: string): Promise<unknown>;
  runAndReadAll(sql: string): Promise<{ columnNames(): string[]; getRows(): unknown[][] }>;
  createAppender(table: string): Promise<{ appendDataChunk(chunk: DataChunk): void; closeSync(): void }>;
}

export interface DataChunk {
  rowCount: number;
  setColumnValues(column: number, values: ArrayLike<number | string>): void;
}

const PACKAGE = '@duckdb/node-api';

/** Something that a command needs and that leakscan does not bring along. */
class MissingPackageError extends LeakscanError {
  readonly exitCode = 3;
}

/** DuckDB, installed beside leakscan or in the folder that the command runs in. @throws MissingPackageError */
export async function loadDuckDb(): Promise<DuckDb> {
  for (const base of [import.meta.url, pathToFileURL(join(process.cwd(), 'package.json'))]) {
    const file = resolveFrom(base);
    if (file !== undefined) return (await import(pathToFileURL(file).href)) as DuckDb;
  }
  throw new MissingPackageError(
    `This needs DuckDB, and the package ${PACKAGE} is not installed.`,
    `npm install ${PACKAGE} installs it here; with -g beside a leakscan that was installed with -g.`,
  );
}

function resolveFrom(base: string | URL): string | undefined {
  try {
    return createRequire(base).resolve(PACKAGE);
  } catch {
    return undefined;
  }
}
