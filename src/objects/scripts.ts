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
  readonly #nameById = new Map<number, string | undefined>();

  constructor(graph: HeapGraph) {
    this.#graph = graph;
  }

  /** Script name as V8 has it: a path, a `file:` URL, `node:…`, or `''` for evaluated code; undefined when
   * V8 wrote no position, or no function of the script is left to tell its name. */
  nameOf(node: NodeOrdinal): string | undefined {
    const position = this.#graph.snapshot.position(node);
    if (position === undefined) return undefined;
    const { scriptId } = position;
    if (!this.#nameById.has(scriptId)) this.#nameById.set(scriptId, this.#readName(scriptId));
    return this.#nameById.get(scriptId);
  }

  /** Whose code the function or class of a node is; `unknown` when V8 wrote no position. */
  ownerOf(node: NodeOrdinal): ScriptOwner {
    const name = this.nameOf(node);
    return name === undefined ? 'unknown' : ownerOfScript(name);
  }

  /** Functions lead to their script through `shared` and `script` (called `script_or_debug_info` on Node 20). */
  #readName(scriptId: number): string | undefined {
    const graph = this.#graph;
    for (const node of graph.snapshot.nodesInScript(scriptId)) {
      const shared = graph.typeOf(node) === 'closure' ? graph.follow(node, 'shared') : undefined;
      if (shared === undefined) continue;
      const script = graph.follow(shared, 'script') ?? graph.follow(shared, 'script_or_debug_info');
      if (script === undefined) continue;
      const name = graph.follow(script, 'name');
      return name === undefined ? graph.nameOf(script) : (textOf(graph, name) ?? '');
    }
    return undefined;
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
