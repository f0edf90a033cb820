import { fileURLToPath } from 'node:url';
import type { HeapGraph } from '../graph/heap-graph.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import { textOf } from './text.ts';

/** Whose code a script is. `user` includes evaluated code of the user; `core` is Node.js itself. */
export type ScriptOwner = 'user' | 'dependency' | 'core' | 'leakscan' | 'unknown';

/** Folder of leakscan's own compiled code: the runtime that a target imports comes from the same place. */
const OWN_CODE_URL = new URL('..', import.meta.url).href;
const OWN_CODE = fileURLToPath(OWN_CODE_URL);

/** Which script a function, class or generator of the heap comes from. */
export class Scripts {
  readonly #graph: HeapGraph;
  /** Made at the first question. */
  #nameById: ReadonlyMap<number, string> | undefined;

  constructor(graph: HeapGraph) {
    this.#graph = graph;
  }

  /** Script name as V8 has it: a path, a `file:` URL, `node:…`, or `''` for evaluated code; undefined when
   * V8 wrote no position, or no function of the script is left to tell its name. */
  nameOf(node: NodeOrdinal): string | undefined {
    const position = this.#graph.snapshot.position(node);
    return position === undefined ? undefined : this.#names.get(position.scriptId);
  }

  /** Whose code the function or class of a node is; `unknown` when V8 wrote no position. */
  ownerOf(node: NodeOrdinal): ScriptOwner {
    const name = this.nameOf(node);
    return name === undefined ? 'unknown' : ownerOfScript(name);
  }

  get #names(): ReadonlyMap<number, string> {
    this.#nameById ??= this.#index();
    return this.#nameById;
  }

  /** Reads the script of each function once, through `shared` and `script` (called `script_or_debug_info` on Node 20). */
  #index(): Map<number, string> {
    const graph = this.#graph;
    const nameById = new Map<number, string>();
    const seen = new Set<number>();
    for (let ordinal = 0; ordinal < graph.nodeCount; ordinal += 1) {
      const node = ordinal as NodeOrdinal;
      if (graph.typeOf(node) !== 'closure') continue;
      const shared = graph.follow(node, 'shared');
      if (shared === undefined || seen.has(shared)) continue;
      seen.add(shared);
      const position = graph.snapshot.position(node);
      if (position === undefined || nameById.has(position.scriptId)) continue;
      const script = graph.follow(shared, 'script') ?? graph.follow(shared, 'script_or_debug_info');
      if (script === undefined) continue;
      const name = graph.follow(script, 'name');
      nameById.set(
        position.scriptId,
        name === undefined ? graph.nameOf(script) : (textOf(graph, name) ?? ''),
      );
    }
    return nameById;
  }
}

/** Is the line of a stack one of leakscan itself, which nobody can change? */
export function isOwnFrame(line: string): boolean {
  return line.includes(OWN_CODE) || line.includes(OWN_CODE_URL);
}

/** Whose code a script of that name is. */
export function ownerOfScript(name: string): ScriptOwner {
  if (name.startsWith('node:') || name.startsWith('internal/')) return 'core';
  if (name.startsWith(OWN_CODE) || name.startsWith(OWN_CODE_URL)) return 'leakscan';
  if (/[\\/]node_modules[\\/]/.test(name)) return 'dependency';
  return 'user';
}
