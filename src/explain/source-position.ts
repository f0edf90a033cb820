import { readFileSync } from 'node:fs';
import type { HeapGraph } from '../graph/heap-graph.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import { codeFrame } from './code-frame.ts';
import type { SourceLocation } from './explanation.ts';
import type { LineColumn } from './line-table.ts';
import type { OriginalNames } from './programs.ts';
import { type NoSourceMap, type SourceMap, sourceMapOf } from './source-map.ts';
import { displayPath, type Script, type ScriptSources, type SourceOptions } from './source-text.ts';

/** Why something has no place in the source: a sentence. */
export interface NoLocation {
  readonly reason: string;
}

/** Leads places in the text that V8 compiled (line and column from 0) to the source that people wrote. */
export interface Locator {
  locateIn(scriptId: number, place: LineColumn): SourceLocation | NoLocation;
}

/**
 * Where things of one heap stand in the source that people wrote: V8's own positions, led through source maps.
 *
 * The place of a function is that of its parameter list, of an arrow its first character, of a class
 * instance the constructor of its class: what V8 records.
 */
export class SourcePositions implements Locator, OriginalNames {
  readonly #graph: HeapGraph;
  readonly #sources: ScriptSources;
  readonly #cwd: string | undefined;
  readonly #suspendedAt: SourceOptions['suspendedAt'];
  readonly #maps = new Map<number, SourceMap | NoSourceMap | undefined>();
  /** By the name shown in a location: how to get at the text for its frame. */
  readonly #textByFile = new Map<string, () => string | undefined>();

  constructor(graph: HeapGraph, sources: ScriptSources, options: SourceOptions = {}) {
    this.#graph = graph;
    this.#sources = sources;
    this.#cwd = options.cwd;
    this.#suspendedAt = options.suspendedAt;
  }

  /** Place of the function or class of a node (of a suspended function the line it waits at, if that was told), or why it has none. A bound function has the place of its target. */
  locate(node: NodeOrdinal): SourceLocation | NoLocation {
    const graph = this.#graph;
    const position = this.#suspendedAt?.get(graph.idOf(node)) ?? graph.snapshot.position(node);
    if (position !== undefined) return this.locateIn(position.scriptId, position);
    const bound = graph.follow(node, 'bound_function', 'internal');
    if (bound !== undefined) return this.locate(bound);
    return { reason: reasonWithoutPosition(graph.typeOf(node), graph.nameOf(node)) };
  }

  /** Place in people's source of a place (line and column from 0) in the text that V8 compiled. */
  locateIn(scriptId: number, place: LineColumn): SourceLocation | NoLocation {
    const script = this.#sources.script(scriptId);
    const map = this.#mapOf(script);
    if (map !== undefined && 'original' in map) {
      const original = map.original(place);
      if (original === undefined) return { reason: `The compiler of ${script.display} made this code up.` };
      const file = displayPath(original.file, this.#cwd);
      this.#textByFile.set(file, () => map.content(original.file) ?? fileText(original.file));
      return { file, line: original.line + 1, column: original.column + 1 };
    }
    if (map !== undefined && isCompiled(script))
      return { reason: `${script.display} was compiled and ${map.reason}.` };
    const found = this.#sources.textOf(scriptId);
    if ('reason' in found && isCompiled(script))
      return { reason: `No line is known because ${found.reason}.` };
    if ('text' in found) this.#textByFile.set(script.display, () => found.text);
    return { file: script.display, line: place.line + 1, column: place.column + 1 };
  }

  /** What an identifier was called in people's source, where a source map tells; undefined otherwise. */
  originalName(scriptId: number, place: LineColumn): string | undefined {
    const map = this.#mapOf(this.#sources.script(scriptId));
    return map !== undefined && 'original' in map ? map.original(place)?.name : undefined;
  }

  /** The location with the lines around it, where their text is known. */
  withFrame(location: SourceLocation): SourceLocation {
    const text = this.#textByFile.get(location.file)?.();
    const place = { line: location.line - 1, column: location.column - 1 };
    const frame = text === undefined ? undefined : codeFrame(text, place);
    return frame === undefined ? location : { ...location, frame };
  }

  #mapOf(script: Script): SourceMap | NoSourceMap | undefined {
    if (!this.#maps.has(script.id)) {
      const found = this.#sources.textOf(script.id);
      this.#maps.set(script.id, 'text' in found ? sourceMapOf(found.text, script.path) : undefined);
    }
    return this.#maps.get(script.id);
  }
}

/** Is the script's name that of a source which V8 cannot run as it is, so that its lines are not those of the file? */
function isCompiled(script: Script): boolean {
  return /\.([cm]?tsx?|jsx|vue|svelte)$/.test(script.path ?? '');
}

function fileText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function reasonWithoutPosition(type: string, name: string): string {
  switch (type) {
    case 'closure':
      return 'It is a function of the engine or of native code, which has no source.';
    case 'object':
      return name.startsWith('system / ')
        ? 'It is made by the engine.'
        : 'V8 records positions of functions and of instances of classes only.';
    case 'native':
    case 'synthetic':
      return 'It belongs to native code.';
    case 'array':
    case 'hidden':
    case 'code':
    case 'object shape':
      return 'It is made by the engine.';
    default:
      return 'V8 records no positions of values.';
  }
}
