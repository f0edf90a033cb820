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
  readonly #nameById = new Map<number, string>();
  #areAllKnown = false;

  constructor(graph: HeapGraph) {
    this.#graph = graph;
  }

  /** Script name as V8 has it: a path, a `file:` URL, `node:…`, or `''` for evaluated code; undefined when
   * V8 wrote no position, or no function of the script is left to tell its name. */
  nameOf(node: NodeOrdinal): string | undefined {
    const position = this.#graph.snapshot.position(node);
    if (position === undefined) return undefined;
    const { scriptId } = position;
    if (!this.#nameById.has(scriptId)) this.#readName(scriptId, node);
    if (!this.#nameById.has(scriptId) && !this.#areAllKnown) this.#readAllNames();
    return this.#nameById.get(scriptId);
  }

  /** Whose code the function or class of a node is; `unknown` when V8 wrote no position. */
  ownerOf(node: NodeOrdinal): ScriptOwner {
    const name = this.nameOf(node);
    return name === undefined ? 'unknown' : ownerOfScript(name);
  }

  /** An instance of a class does not lead to its script: some function of the script does. */
  #readAllNames(): void {
    this.#areAllKnown = true;
    const { snapshot } = this.#graph;
    for (let ordinal = 0; ordinal < snapshot.nodeCount; ordinal += 1) {
      const node = ordinal as NodeOrdinal;
      if (this.#graph.typeOf(node) !== 'closure') continue;
      const scriptId = snapshot.position(node)?.scriptId;
      if (scriptId !== undefined && !this.#nameById.has(scriptId)) this.#readName(scriptId, node);
    }
  }

  /** Through `shared` and `script` (called `script_or_debug_info` on Node 20); leaves the name open where the node is no function. */
  #readName(scriptId: number, node: NodeOrdinal): void {
    const graph = this.#graph;
    if (graph.typeOf(node) !== 'closure') return;
    const shared = graph.follow(node, 'shared');
    if (shared === undefined) return;
    const script = graph.follow(shared, 'script') ?? graph.follow(shared, 'script_or_debug_info');
    if (script === undefined) return;
    const name = graph.follow(script, 'name');
    this.#nameById.set(scriptId, name === undefined ? graph.nameOf(script) : (textOf(graph, name) ?? ''));
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
