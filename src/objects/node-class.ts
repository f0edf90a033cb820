import type { HeapGraph } from '../graph/heap-graph.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import { contextNames, isContext, scopeNames } from './contexts.ts';
import type { Scripts } from './scripts.ts';
import { TEXT_TYPES } from './text.ts';

/**
 * How much a class means to the developer: instances of the program's own classes and its functions say the
 * most, then those of its dependencies and of Node.js, then what the language itself provides.
 */
export type ClassRank =
  | 'own-class'
  | 'dependency-class'
  | 'core-class'
  | 'own-function'
  | 'function'
  | 'plain'
  | 'text'
  | 'engine';

const PLAIN_CLASSES = new Set([
  'Object',
  'Array',
  'Map',
  'Set',
  'WeakMap',
  'WeakSet',
  'WeakRef',
  'Promise',
  'Generator',
  'Error',
  'TypeError',
  'RangeError',
  'Date',
  'RegExp',
  'ArrayBuffer',
  'SharedArrayBuffer',
  'DataView',
  'Buffer',
  'FastBuffer',
  'Uint8Array',
  'Uint8ClampedArray',
  'Uint16Array',
  'Uint32Array',
  'Int8Array',
  'Int16Array',
  'Int32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'Arguments',
  'Symbol',
  'String',
  'Number',
  'Boolean',
  'Function',
  'Map Iterator',
  'Set Iterator',
  'Array Iterator',
  'Proxy',
  'FinalizationRegistry',
]);

/** Node.js classes whose instances people know by name although V8 gives them no position. */
const CORE_WRAPPERS = new Set([
  'TCP',
  'Pipe',
  'TTY',
  'UDP',
  'FSEvent',
  'FSReqCallback',
  'FSReqPromise',
  'Process',
  'MessagePort',
  'Worker',
  'HTTPParser',
  'TLSWrap',
  'Zlib',
  'BrotliEncoder',
  'BrotliDecoder',
  'StatWatcher',
  'FileHandle',
  'ChannelWrap',
  'Hash',
  'Hmac',
  'SecureContext',
]);

/** Types have numbers of one byte. */
const MOST_TYPES = 256;
/** Types whose names are content: the text of a string, the pattern of a regular expression. */
const NAMED_BY_CONTENT = new Set([...TEXT_TYPES, 'regexp']);
const ENGINE_TYPES = new Set(['hidden', 'code', 'synthetic', 'array', 'object shape', 'number']);

/** Names and groups the nodes of one heap by what a developer would call their class. */
export class NodeClasses {
  readonly #graph: HeapGraph;
  readonly #scripts: Scripts;
  /** Keys begin with 1: 0 stands for one that was not asked for yet. */
  readonly #keys = new Map<string, number>();
  readonly #keyByNode: Uint32Array;
  /** By type and then by name, of classes that these tell. */
  readonly #keysByName: (Uint32Array | undefined)[] = [];
  readonly #isNameless: readonly boolean[];
  readonly #objectType: number;
  readonly #contextNames: ReadonlySet<number>;
  readonly #scopeNames = new Map<NodeOrdinal, string>();
  /** By script: its name without what tells compilations of one source apart. */
  readonly #sourceNames = new Map<number, string>();

  constructor(graph: HeapGraph, scripts: Scripts) {
    this.#graph = graph;
    this.#scripts = scripts;
    this.#keyByNode = new Uint32Array(graph.nodeCount);
    this.#isNameless = graph.snapshot.nodeTypes.map((type) => NAMED_BY_CONTENT.has(type));
    this.#objectType = graph.snapshot.nodeTypes.indexOf('object');
    this.#contextNames = contextNames(graph);
  }

  /**
   * A number that nodes of one class share: functions by the place in the source, contexts by the names of their
   * variables, strings and regular expressions by their type, all others by type and name.
   */
  keyOf(node: NodeOrdinal): number {
    const known = this.#keyByNode[node]!;
    if (known !== 0) return known;
    const { nodeType, nodeName, stringCount } = this.#graph.snapshot;
    const type = nodeType[node]!;
    this.#keysByName[type] ??= new Uint32Array(this.#isNameless[type] ? 1 : stringCount);
    const keys = this.#keysByName[type];
    const name = this.#isNameless[type] ? 0 : nodeName[node]!;
    const key = keys[name]! || this.#readKey(node, keys, name);
    this.#keyByNode[node] = key;
    return key;
  }

  #readKey(node: NodeOrdinal, keys: Uint32Array, name: number): number {
    const text = this.#keyText(node);
    const key = this.#keys.get(text) ?? this.#keys.size + 1;
    this.#keys.set(text, key);
    if (this.#isToldByName(node)) keys[name] = key;
    return key;
  }

  /** Functions, contexts and what has a native half of its own name are told apart by more than type and name. */
  #isToldByName(node: NodeOrdinal): boolean {
    const graph = this.#graph;
    return (
      graph.typeOf(node) !== 'closure' && !isContext(graph, node) && !CORE_WRAPPERS.has(graph.nameOf(node))
    );
  }

  /**
   * A number that nodes of one class share, though those of some other classes may have it too. It is there without a look
   * at any text, so that nodes of which most are of no interest are best asked for it first.
   */
  sketchOf(node: NodeOrdinal): number {
    const { nodeName, nodeType } = this.#graph.snapshot;
    const type = nodeType[node]!;
    const name = nodeName[node]!;
    if (this.#isNameless[type] || (type === this.#objectType && this.#contextNames.has(name))) return type;
    return (name + 1) * MOST_TYPES + type;
  }

  #keyText(node: NodeOrdinal): string {
    const graph = this.#graph;
    const type = graph.typeOf(node);
    if (NAMED_BY_CONTENT.has(type)) return type;
    const name = graph.nameOf(node);
    if (type === 'closure') return `closure ${name} ${this.#sourceOf(node)}`;
    if (isContext(graph, node)) return `context ${this.#namesOfScope(node)}`;
    // A Worker of the program and its native half, and so on, have one name.
    const owner = CORE_WRAPPERS.has(name) ? this.#scripts.ownerOf(node) : '';
    return `${type} ${name} ${owner}`;
  }

  /**
   * Where a function was written. The same source may have been compiled more than once: per vm context, per query
   * string of a module's address, under numbered names.
   */
  #sourceOf(closure: NodeOrdinal): string {
    const position = this.#graph.snapshot.position(closure);
    if (position === undefined) return '';
    let script = this.#sourceNames.get(position.scriptId);
    if (script === undefined) {
      const name = this.#scripts.nameOf(closure) ?? '';
      script = name.replace(/[?#].*$/, '').replace(/\d+/g, '#');
      this.#sourceNames.set(position.scriptId, script);
    }
    return `${script}:${position.line}:${position.column}`;
  }

  #namesOfScope(context: NodeOrdinal): string {
    const table = this.#graph.follow(context, 'scope_info', 'internal');
    if (table === undefined) return '';
    const known = this.#scopeNames.get(table);
    if (known !== undefined) return known;
    const names = scopeNames(this.#graph, context).join(' ');
    this.#scopeNames.set(table, names);
    return names;
  }

  /** Class name for people: `Session`, `sendReply()`, `(string)`, `Object {id, name}`. */
  nameOf(node: NodeOrdinal): string {
    const graph = this.#graph;
    const type = graph.typeOf(node);
    const name = graph.nameOf(node);
    switch (type) {
      case 'closure':
        return name === '' ? '(anonymous function)' : name;
      case 'string':
      case 'concatenated string':
      case 'sliced string':
      case 'symbol':
      case 'bigint':
        return `(${type})`;
      case 'regexp':
        return 'RegExp';
      case 'array':
        return '(array)';
      case 'object':
        return name === '' ? 'Object' : name;
      default:
        return name === '' ? `(${type})` : name;
    }
  }

  rankOf(node: NodeOrdinal): ClassRank {
    const type = this.#graph.typeOf(node);
    const name = this.#graph.nameOf(node);
    if (type === 'closure') {
      const owner = this.#scripts.ownerOf(node);
      if (owner === 'unknown') return 'plain';
      return owner === 'user' || owner === 'dependency' ? 'own-function' : 'function';
    }
    if (name === 'system / PromiseReaction') return 'plain';
    if (ENGINE_TYPES.has(type)) return 'engine';
    if (TEXT_TYPES.has(type)) return type === 'sliced string' ? 'plain' : 'text';
    if (type !== 'object' && type !== 'native') return 'plain';
    if (name.startsWith('system / ')) return 'engine';
    if (PLAIN_CLASSES.has(name)) return 'plain';
    switch (this.#scripts.ownerOf(node)) {
      case 'user':
        return 'own-class';
      case 'dependency':
        return 'dependency-class';
      case 'core':
      case 'leakscan':
        return 'core-class';
      case 'unknown':
        return CORE_WRAPPERS.has(name) || type === 'native' ? 'core-class' : 'plain';
    }
  }
}
