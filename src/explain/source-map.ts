import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  AnyMap,
  GREATEST_LOWER_BOUND,
  LEAST_UPPER_BOUND,
  type OriginalMapping,
  originalPositionFor,
  type SectionedSourceMapInput,
  sourceContentFor,
  type TraceMap,
} from '@jridgewell/trace-mapping';
import type { LineColumn } from './line-table.ts';

/** A place in the source that a compiler or bundler started from. Line and column from 0. */
interface OriginalPlace extends LineColumn {
  /** Absolute path, or what the map calls the source when that is not a file (`webpack://` and the like). */
  readonly file: string;
  /** What the identifier at this place was called before it was renamed. */
  readonly name: string | undefined;
}

/** Leads from compiled text back to its sources. */
export interface SourceMap {
  /** Undefined for code that the compiler made up. */
  original(place: LineColumn): OriginalPlace | undefined;
  /** Text of a source by the name `original` gave it, if the map carries it. */
  content(file: string): string | undefined;
}

/** Why a map that the text asks for cannot be used, as the end of a sentence. */
export interface NoSourceMap {
  readonly reason: string;
}

const REFERENCE = /^[ \t]*(?:\/\/|\/\*)[#@][ \t]*sourceMappingURL=([^\s'"]+)/gm;

/**
 * The source map of a compiled text: inline, or the file that its last `sourceMappingURL` names.
 * Undefined when the text names none.
 */
export function sourceMapOf(text: string, path: string | undefined): SourceMap | NoSourceMap | undefined {
  const reference = [...text.matchAll(REFERENCE)].at(-1)?.[1];
  if (reference === undefined) return undefined;
  const base = path === undefined ? undefined : pathToFileURL(path);
  try {
    if (reference.startsWith('data:')) return open(inlineContent(reference), base?.href);
    const url = new URL(reference, base);
    return open(readFileSync(fileURLToPath(url), 'utf8'), url.href);
  } catch (error) {
    const named = reference.startsWith('data:') ? 'its inline source map' : `its source map ${reference}`;
    return { reason: `${named} cannot be read: ${(error as Error).message}` };
  }
}

function inlineContent(dataUrl: string): string {
  const comma = dataUrl.indexOf(',');
  const content = dataUrl.slice(comma + 1);
  const isBase64 = dataUrl.slice(0, comma).endsWith(';base64');
  return isBase64 ? Buffer.from(content, 'base64').toString('utf8') : decodeURIComponent(content);
}

function open(json: string, mapUrl: string | undefined): SourceMap {
  const map = new AnyMap(JSON.parse(json.replace(/^\)\]\}'.*\n/, '')) as SectionedSourceMapInput, mapUrl);
  const sourceByFile = new Map<string, string>();

  function original({ line, column }: LineColumn): OriginalPlace | undefined {
    const found = nearest(map, line + 1, column);
    if (found === undefined || found.source === null) return undefined;
    const file = fileOf(found.source);
    sourceByFile.set(file, found.source);
    return { file, line: found.line - 1, column: found.column, name: found.name ?? undefined };
  }

  function content(file: string): string | undefined {
    const source = sourceByFile.get(file);
    return (source === undefined ? null : sourceContentFor(map, source)) ?? undefined;
  }

  return { original, content };
}

/** The segment that covers the place, or else the next one on the same line. */
function nearest(map: TraceMap, line: number, column: number): OriginalMapping | undefined {
  for (const bias of [GREATEST_LOWER_BOUND, LEAST_UPPER_BOUND] as const) {
    const found = originalPositionFor(map, { line, column, bias });
    if (found.source !== null) return found;
  }
  return undefined;
}

/** `file:` URLs as paths; of bundlers' own schemes what follows the namespace (`webpack://app/./src/a.ts`: `src/a.ts`). */
function fileOf(source: string): string {
  if (source.startsWith('file:')) return fileURLToPath(source);
  const bundled = /^[a-z][a-z0-9+.-]*:\/\/[^/]*\/+(?:\.\/)?(.+)$/i.exec(source);
  return bundled?.[1] ?? source;
}
