import { readFileSync } from 'node:fs';
import { isAbsolute, parse as parsePath, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HeapGraph } from '../graph/heap-graph.ts';
import type { ScriptPosition } from '../ingest/snapshot.ts';
import { ownerOfScript, type ScriptOwner } from '../objects/scripts.ts';
import type { EdgeOrdinal, HeapObjectId, NodeOrdinal } from '../shared/ids.ts';
import type { LineRule } from './line-table.ts';
import type { SourceType } from './syntax.ts';

/** A script that V8 compiled. */
export interface Script {
  readonly id: number;
  /** As V8 has it: a path, a `file:` URL, `node:…`, a `sourceURL`, or `''` for evaluated code without one. */
  readonly name: string;
  readonly owner: ScriptOwner;
  /** Absolute path; undefined for code that did not come from a file. */
  readonly path: string | undefined;
  /** Query and fragment of the `file:` URL, `''` without one. */
  readonly query: string;
  /** What people are shown: the path relative to the working folder, else the name, else `evaluated code`. */
  readonly display: string;
  readonly sourceType: SourceType;
}

/** The text of a script and where it was found. */
export interface SourceText {
  readonly text: string;
  readonly origin: 'file' | 'snapshot' | 'live' | 'saved';
  /** Is it the TypeScript file whose types Node blanked, rather than the very text that V8 compiled? */
  readonly isTypeScript: boolean;
  /** Of such a file, the text with its types blanked, which has the same positions; undefined where it is not at hand. */
  readonly compiled?: string;
}

/** Why there is no text, as the end of a sentence about the script. */
export interface NoText {
  readonly reason: string;
}

export interface SourceOptions {
  /** Working folder of the target, for relative paths. */
  readonly cwd?: string;
  /** Texts by script id that the capture kept. */
  readonly savedTexts?: ReadonlyMap<number, string>;
  /** Where suspended functions stand, by the heap id of their frame: as the running target has told. */
  readonly suspendedAt?: ReadonlyMap<HeapObjectId, ScriptPosition>;
  /** Asks the running target for the text of a script. */
  readonly readLive?: (scriptId: number) => Promise<string | undefined>;
}

const TYPESCRIPT = /\.[cm]?tsx?$/;

/**
 * The scripts of a heap and their texts.
 *
 * A text is looked for in this order, and only when asked for: the file, if what V8 shows of the script's source
 * still agrees with it (of TypeScript, if Node only blanked its types, so that all positions are kept); the source in the snapshot, where V8
 * wrote all of it (it cuts strings at 1024 characters unless told otherwise); texts kept by the capture or read from
 * the running target by `prepare`.
 */
export class ScriptSources {
  /** How the V8 that wrote the heap counted lines. */
  readonly lineRule: LineRule;
  readonly #graph: HeapGraph;
  readonly #options: SourceOptions;
  readonly #nodeById: ReadonlyMap<number, NodeOrdinal>;
  readonly #scripts = new Map<number, Script>();
  readonly #texts = new Map<number, SourceText | NoText>();

  constructor(graph: HeapGraph, options: SourceOptions = {}) {
    this.#graph = graph;
    this.#options = options;
    const { nodeById, lineRule } = scriptNodes(graph);
    this.#nodeById = nodeById;
    this.lineRule = lineRule;
  }

  /** The script of a function, class instance or generator; undefined where V8 wrote no position. */
  scriptOf(node: NodeOrdinal): Script | undefined {
    const position = this.#graph.snapshot.position(node);
    return position === undefined ? undefined : this.script(position.scriptId);
  }

  script(id: number): Script {
    let script = this.#scripts.get(id);
    if (script === undefined) {
      script = describeScript(id, this.#nameOf(id), this.#options.cwd);
      this.#scripts.set(id, script);
    }
    return script;
  }

  /** A file as reports show it. */
  displayOf(file: string): string {
    return displayPath(file, this.#options.cwd);
  }

  /** Scripts whose functions are in the heap, Node.js' own left out. */
  userScripts(): Script[] {
    const scripts = [...this.#nodeById.keys()].map((id) => this.script(id));
    return scripts.filter(({ owner }) => owner === 'user' || owner === 'dependency');
  }

  /** The text that V8 compiled, or why it is not known. Read once. */
  textOf(id: number): SourceText | NoText {
    let text = this.#texts.get(id);
    if (text === undefined) {
      text = this.#find(id);
      this.#texts.set(id, text);
    }
    return text;
  }

  /**
   * Asks the running target for texts that cannot be had otherwise, or only with their types: of these nodes' scripts,
   * or of all that are the user's. To be called before anything else is asked about such a script.
   */
  async prepare(nodes?: Iterable<NodeOrdinal>): Promise<void> {
    const { readLive } = this.#options;
    if (readLive === undefined) return;
    const scripts =
      nodes === undefined
        ? this.userScripts().filter(({ owner }) => owner === 'user')
        : [...nodes].flatMap((node) => this.scriptOf(node) ?? []);
    for (const { id, owner } of scripts) {
      const known = this.textOf(id);
      if (owner === 'core' || isCompiled(known)) continue;
      const text = await readLive(id);
      if (text === undefined) continue;
      if (!('text' in known)) this.#texts.set(id, { text, origin: 'live', isTypeScript: false });
      else if (isStrippedFrom(known.text, asSnapshotText(text)))
        this.#texts.set(id, { ...known, compiled: text });
    }
  }

  #nameOf(id: number): string {
    const graph = this.#graph;
    const node = this.#nodeById.get(id);
    if (node === undefined) return '';
    const name = graph.follow(node, 'name', 'internal');
    const text = name === undefined ? '' : (stringContent(graph, name)?.text ?? '');
    return text || sourceUrl(graph, node);
  }

  #find(id: number): SourceText | NoText {
    const script = this.script(id);
    if (script.owner === 'core') return { reason: 'it is part of Node.js' };
    const saved = this.#options.savedTexts?.get(id);
    if (saved !== undefined) return { text: saved, origin: 'saved', isTypeScript: false };
    const node = this.#nodeById.get(id);
    const sourceNode = node === undefined ? undefined : this.#graph.follow(node, 'source', 'internal');
    const compiled = sourceNode === undefined ? undefined : stringContent(this.#graph, sourceNode);
    const file = script.path === undefined ? undefined : fileThatFits(script, compiled);
    if (typeof file === 'string') {
      const isTypeScript = TYPESCRIPT.test(script.path!);
      const isAtHand = isTypeScript && compiled?.isComplete;
      return { text: file, origin: 'file', isTypeScript, ...(isAtHand && { compiled: compiled.text }) };
    }
    if (compiled?.isComplete) return { text: compiled.text, origin: 'snapshot', isTypeScript: false };
    return file ?? { reason: 'it was evaluated from a string that the snapshot does not hold in full' };
  }
}

/** Is there nothing more to know about the text that V8 compiled? */
function isCompiled(known: SourceText | NoText): boolean {
  return 'text' in known && (!known.isTypeScript || known.compiled !== undefined);
}

/** The script node of each script id, read through the functions that have a position. */
function scriptNodes(graph: HeapGraph): { nodeById: Map<number, NodeOrdinal>; lineRule: LineRule } {
  const nodeById = new Map<number, NodeOrdinal>();
  let lineRule: LineRule = 'ecmascript';
  for (let ordinal = 0; ordinal < graph.nodeCount; ordinal += 1) {
    const node = ordinal as NodeOrdinal;
    if (graph.typeOf(node) !== 'closure') continue;
    const position = graph.snapshot.position(node);
    if (position === undefined || nodeById.has(position.scriptId)) continue;
    const shared = graph.follow(node, 'shared', 'internal');
    if (shared === undefined) continue;
    let script = graph.follow(shared, 'script', 'internal');
    if (script === undefined) {
      script = graph.follow(shared, 'script_or_debug_info', 'internal'); // the edge's name up to V8 11.3, in Node 20
      if (script !== undefined) lineRule = 'newline';
    }
    if (script !== undefined) nodeById.set(position.scriptId, script);
  }
  return { nodeById, lineRule };
}

/** The `//# sourceURL=` of evaluated code: a string of the script that has no edge name. */
function sourceUrl(graph: HeapGraph, script: NodeOrdinal): string {
  for (let row: number = graph.firstEdge(script); row < graph.firstEdge(script + 1); row += 1) {
    const edge = row as EdgeOrdinal;
    const target = graph.edgeTarget(edge);
    if (graph.edgeTypeOf(edge) !== 'hidden' || graph.typeOf(target) !== 'string') continue;
    const text = graph.nameOf(target);
    if (!text.startsWith('data:') && !text.endsWith('.map')) return text;
  }
  return '';
}

function describeScript(id: number, name: string, cwd: string | undefined): Script {
  const url = name.startsWith('file:') && URL.canParse(name) ? new URL(name) : undefined;
  const path = url !== undefined ? pathOf(url) : isAbsolute(name) ? name : undefined;
  const isModule = name.startsWith('file:') || /\.m[jt]s$/.test(name);
  return {
    id,
    name,
    owner: ownerOfScript(name),
    path,
    query: url === undefined ? '' : url.search + url.hash,
    display: path === undefined ? name || 'evaluated code' : displayPath(path, cwd),
    sourceType: isModule ? 'module' : path === undefined ? 'script' : 'commonjs',
  };
}

/** Path of a `file:` URL; undefined for one that names another host. */
function pathOf(url: URL): string | undefined {
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}

/** Relative to the working folder, with `/`; absolute when the two have nothing in common. */
export function displayPath(path: string, cwd: string | undefined): string {
  if (cwd === undefined || !isAbsolute(path)) return path;
  const shown = relative(cwd, path);
  const climbsToRoot =
    isAbsolute(shown) || path === `${parsePath(path).root}${shown.replaceAll(`..${sep}`, '')}`;
  return (climbsToRoot ? path : shown).replaceAll(sep, '/');
}

/** Text of the file when it is what V8 compiled. Without the source in the snapshot the file is believed. */
function fileThatFits(script: Script, compiled: StringContent | undefined): string | NoText {
  let onDisk: string;
  try {
    onDisk = readFileSync(script.path!, 'utf8');
  } catch {
    return { reason: `${script.display} is no longer there` };
  }
  if (compiled === undefined) return onDisk;
  const candidates = [onDisk];
  if (onDisk.startsWith('\ufeff')) candidates.unshift(onDisk.slice(1)); // Node drops the mark of modules, not of CommonJS
  const isTypeScript = TYPESCRIPT.test(script.path!);
  for (const text of candidates) {
    if (fits(text, compiled) || (isTypeScript && isStrippedFrom(text, compiled.text))) return text;
  }
  if (isTypeScript) return { reason: `${script.display} was compiled to JavaScript that is not at hand` };
  return { reason: `${script.display} has changed since it was loaded` };
}

/** What a snapshot tells of a string: its beginning, and from its size in bytes how long it is. */
interface StringContent {
  readonly text: string;
  readonly isComplete: boolean;
  /** Does the string have this many UTF-16 units, as far as its size tells? */
  readonly mayHaveLength: (length: number) => boolean;
}

const STRING_HEADER_BYTES = 16;
const WORD_BYTES = 8;

/** Characters that V8 writes wrongly into snapshots end up here: what was astral or half a pair. */
const POSSIBLY_DAMAGED = /[\ud800-\uf8ff]/;

function stringContent(graph: HeapGraph, node: NodeOrdinal): StringContent | undefined {
  const type = graph.typeOf(node);
  if (type === 'concatenated string') {
    const first = graph.follow(node, 'first');
    const second = graph.follow(node, 'second');
    const parts = [first, second].map((part) =>
      part === undefined ? undefined : stringContent(graph, part),
    );
    const [head, tail] = parts;
    if (head === undefined || tail === undefined) return undefined;
    if (!head.isComplete) return { ...head, mayHaveLength: () => true };
    return { text: head.text + tail.text, isComplete: tail.isComplete, mayHaveLength: () => true };
  }
  if (type !== 'string') return undefined;
  const text = graph.nameOf(node);
  const size = graph.selfSizeOf(node);
  if (size === 0) return { text, isComplete: true, mayHaveLength: (length) => length === text.length }; // a constant of V8's own
  const isExternal = size <= STRING_HEADER_BYTES + 2 * WORD_BYTES && text.length > size;
  const bytesOf = (length: number): number =>
    Math.ceil((STRING_HEADER_BYTES + length) / WORD_BYTES) * WORD_BYTES;
  const mayHaveLength = (length: number): boolean =>
    isExternal || size === bytesOf(length) || size === bytesOf(2 * length);
  return {
    text,
    isComplete: !isExternal && mayHaveLength(text.length) && !POSSIBLY_DAMAGED.test(text),
    mayHaveLength,
  };
}

function fits(text: string, compiled: StringContent): boolean {
  if (!compiled.mayHaveLength(text.length)) return false;
  const shown = asSnapshotText(text.slice(0, 2 * compiled.text.length));
  const length = Math.min(shown.length, compiled.text.length);
  return shown.slice(0, length) === compiled.text.slice(0, length);
}

/** Is the compiled text the TypeScript one with blanks for its types, as Node writes it? Semicolons may stand for line ends. */
function isStrippedFrom(text: string, compiled: string): boolean {
  const original = asSnapshotText(text);
  for (let at = 0; at < compiled.length && at < original.length; at += 1) {
    const character = compiled[at]!;
    if (character !== original[at] && character.trim() !== '' && character !== ';') return false;
  }
  return true;
}

/** How V8 would write a text into a snapshot: astral characters lose their high bits, NUL becomes a space. */
function asSnapshotText(text: string): string {
  return text.replace(/[\u{10000}-\u{10ffff}]|\0/gu, (character) =>
    character === '\0' ? ' ' : String.fromCharCode(character.codePointAt(0)! & 0xffff),
  );
}
