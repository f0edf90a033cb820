import type { AnyNode } from 'acorn';
import type { HeapGraph } from '../graph/heap-graph.ts';
import { type ContextSlot, contextSlots } from '../objects/context-slots.ts';
import { isContext, outerContext, slotNames } from '../objects/contexts.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../shared/ids.ts';
import type { CapturedVariable, SourceLocation } from './explanation.ts';
import type { NoProgram, Programs, ScriptProgram } from './programs.ts';
import { type Binding, type ClassNode, type FunctionNode, isWithin, type Scope } from './scope-analysis.ts';
import type { SourcePositions } from './source-position.ts';

/** A function that reads a variable, or the code of a program outside of functions, which has no location. */
export interface Reader {
  readonly name: string;
  readonly location: SourceLocation | undefined;
}

/** A variable that a Context keeps, with its value. */
export interface HeldVariable {
  /** What the source calls it; `one of {a, b}` where the heap leaves it open. */
  readonly name: string;
  readonly edge: EdgeOrdinal;
  readonly value: NodeOrdinal;
  /**
   * Who reads it, seen from one closure: that closure itself (functions inside it count), another function that could
   * share the Context, or nobody, though V8 keeps it. Assigning is not reading. `unknown` without source, and where only
   * a direct `eval` could read it.
   */
  readonly readBy: CapturedVariable['readBy'];
  readonly readers: readonly Reader[];
  readonly declaredAt: SourceLocation | undefined;
  /** The variable in the scope analysis of its program; undefined where the source is not known. */
  readonly source: { readonly program: ScriptProgram; readonly binding: Binding } | undefined;
}

/** What one Context is in the source, and what it keeps. */
export interface ContextScope {
  readonly context: NodeOrdinal;
  readonly kind: 'module' | 'function' | 'block' | 'unknown';
  /** The scope in words that follow "variable `x` of": `` function `makeStore` ``, `` a block of function `f` ``. */
  readonly label: string;
  readonly variables: readonly HeldVariable[];
  /** Why readers are unknown, where they are: the end of a sentence about the scope. */
  readonly reason: string | undefined;
}

/** Tells what the Contexts of a heap are in the source. */
export interface Scopes {
  /** One Context, seen from a closure (else from none: then no variable is read by `self`). */
  scopeOf(context: NodeOrdinal, closure?: NodeOrdinal): ContextScope;
}

/** All Contexts that a closure or generator keeps alive, innermost first. */
export function contextChain(graph: HeapGraph, closure: NodeOrdinal): NodeOrdinal[] {
  const chain: NodeOrdinal[] = [];
  let context = graph.follow(closure, 'context', 'internal');
  while (context !== undefined && isContext(graph, context)) {
    chain.push(context);
    context = outerContext(graph, context);
  }
  return chain;
}

/** Scopes from V8's own scope tables in the snapshot: names, but not who reads them. */
export class TableScopes implements Scopes {
  readonly #graph: HeapGraph;

  constructor(graph: HeapGraph) {
    this.#graph = graph;
  }

  scopeOf(context: NodeOrdinal): ContextScope {
    const slots = contextSlots(this.#graph, context);
    const variables = slots.filter((slot) => !isInternal(slot)).map(unexplained);
    const reason = 'V8 does not record which function reads a variable';
    if (!this.#isOfFunction(context)) {
      const kind = outerContext(this.#graph, context) === undefined ? 'module' : 'block';
      return { context, kind, label: `a ${kind}`, variables, reason };
    }
    const names = slotNames(this.#graph, context);
    const name = names.length > slots.length ? names.at(-1) : undefined;
    // The wrapper of a CommonJS module is a function without a name and with nothing around it.
    const isWrapper = name === '' && outerContext(this.#graph, context) === undefined;
    if (isWrapper) return { context, kind: 'module', label: 'a module', variables, reason };
    return {
      context,
      kind: 'function',
      label: name ? `function \`${name}\`` : 'a function',
      variables,
      reason,
    };
  }

  /** Contexts of one kind share a map, which the native context holds by name. */
  #isOfFunction(context: NodeOrdinal): boolean {
    const graph = this.#graph;
    let native: NodeOrdinal | undefined = context;
    while (native !== undefined && isContext(graph, native)) {
      native = graph.follow(native, 'previous', 'internal');
    }
    const functionMap = native && graph.follow(native, 'function_context_map', 'internal');
    return functionMap !== undefined && graph.follow(context, 'map', 'internal') === functionMap;
  }
}

/** Scopes from the source text, by scope analysis; where there is no source, from V8's tables. */
export class SourceScopes implements Scopes {
  readonly #graph: HeapGraph;
  readonly #programs: Programs;
  readonly #positions: SourcePositions;
  readonly #tables: TableScopes;
  readonly #matches = new Map<NodeOrdinal, Match | NoProgram>();
  readonly #seenFromNone = new Map<NodeOrdinal, ContextScope>();

  constructor(graph: HeapGraph, programs: Programs, positions: SourcePositions) {
    this.#graph = graph;
    this.#programs = programs;
    this.#positions = positions;
    this.#tables = new TableScopes(graph);
  }

  scopeOf(context: NodeOrdinal, closure?: NodeOrdinal): ContextScope {
    if (closure !== undefined) return this.#describe(context, closure);
    let scope = this.#seenFromNone.get(context);
    if (scope === undefined) {
      scope = this.#describe(context, undefined);
      this.#seenFromNone.set(context, scope);
    }
    return scope;
  }

  #describe(context: NodeOrdinal, closure: NodeOrdinal | undefined): ContextScope {
    const match = this.#matchOf(context, closure);
    if ('reason' in match) return { ...this.#tables.scopeOf(context), reason: match.reason };
    const { program, scope } = match;
    const self = closure === undefined ? undefined : this.#functionScope(program, closure);
    const variables = contextSlots(this.#graph, context, this.#plausible(scope))
      .filter((slot) => !isInternal(slot))
      .map((slot) => this.#heldVariable(slot, match, self));
    return { context, kind: kindOf(scope), label: labelOf(program, scope), variables, reason: undefined };
  }

  #heldVariable(slot: ContextSlot, { program, scope }: Match, self: Scope | undefined): HeldVariable {
    const [name] = slot.names;
    const binding = slot.names.length === 1 ? bindingIn(scope, name!) : undefined;
    if (binding === undefined) return unexplained(slot);
    const { readBy, readers } = this.#readersOf(program, binding, self);
    const declaration = binding.declarations[0];
    const place = declaration && program.lines.placeAt(declaration.start);
    const original = place && this.#positions.originalName(program.script.id, place);
    return {
      name: original ?? name!,
      edge: slot.edge,
      value: slot.value,
      readBy,
      readers,
      declaredAt: declaration && this.#locate(program, declaration),
      source: { program, binding },
    };
  }

  #readersOf(
    program: ScriptProgram,
    binding: Binding,
    self: Scope | undefined,
  ): Pick<HeldVariable, 'readBy' | 'readers'> {
    const readers = new Map<Scope, boolean>();
    for (const { isRead, scope } of binding.references) {
      if (!isRead) continue;
      const isSelf = self !== undefined && isWithin(scope, self);
      const reader = isSelf ? self : closureBelow(scope, binding.scope.functionScope);
      if (reader !== undefined) readers.set(reader, isSelf);
    }
    const isSelf = [...readers.values()].includes(true);
    const others = [...readers.keys()].map((scope) => this.#reader(program, scope));
    if (readers.size > 0) return { readBy: isSelf ? 'self' : 'sibling', readers: others };
    const isOpen = binding.scope.hasEval || [...program.tree.exports.values()].includes(binding);
    return { readBy: isOpen ? 'unknown' : 'nobody', readers: [] };
  }

  #reader(program: ScriptProgram, scope: Scope): Reader {
    if (scope.kind === 'program')
      return { name: `top level of ${program.script.display}`, location: undefined };
    return { name: nameOfScope(program, scope), location: this.#locate(program, scope.node) };
  }

  #locate(program: ScriptProgram, node: AnyNode): SourceLocation | undefined {
    const location = this.#positions.locateIn(program.script.id, program.lines.placeAt(node.start));
    return 'reason' in location ? undefined : location;
  }

  /** The scope of the function that a closure was made from. */
  #functionScope(program: ScriptProgram, closure: NodeOrdinal): Scope | undefined {
    const position = this.#graph.snapshot.position(closure);
    const node = position && program.functionAt(position);
    return node && program.tree.scopeOf(node);
  }

  /** The source scope of a Context, found through a closure that has it in its chain. */
  #matchOf(context: NodeOrdinal, closure: NodeOrdinal | undefined): Match | NoProgram {
    const known = this.#matches.get(context);
    if (known !== undefined) return known;
    let reason = 'no function that uses it is left';
    for (const through of closure === undefined ? closuresWithin(this.#graph, context) : [closure]) {
      const position = this.#graph.snapshot.position(through);
      if (position === undefined) return { reason: 'it belongs to the engine' };
      const program = this.#programs.programOf(position.scriptId);
      if ('reason' in program) return program;
      const start = program.functionAt(position);
      const scope = start && program.tree.scopeOf(start);
      if (scope === undefined) {
        reason = `${program.script.display} is not the text that V8 compiled`;
        continue;
      }
      this.#matchChain(program, scope, through);
      return this.#matches.get(context) ?? { reason: 'its scope was not recognised in the source' };
    }
    return { reason };
  }

  /**
   * Walks outwards through the Contexts of a closure and the scopes of its source side by side. A scope without captured
   * variables has no Context; so each Context belongs to the next scope that captures all of its names.
   */
  #matchChain(program: ScriptProgram, own: Scope, closure: NodeOrdinal): void {
    const graph = this.#graph;
    const chain = contextChain(graph, closure);
    const maker = graph.follow(closure, 'function', 'internal');
    const outside = maker === undefined ? undefined : graph.follow(maker, 'context', 'internal');
    let scope: Scope | undefined = own.kind === 'class' ? own : own.outer;
    if (maker !== undefined) {
      // A suspended generator: its own scopes are in use, down to the block it stands in.
      const inside = outside === undefined ? chain : chain.splice(0, chain.indexOf(outside));
      let around: Scope | undefined = own;
      for (const context of inside.reverse()) {
        around = around && firstInside(around, capturedNames(graph, context));
        if (around !== undefined) this.#matches.set(context, { program, scope: around });
      }
    }
    for (const context of chain) {
      const names = capturedNames(graph, context);
      let at = scope;
      while (at !== undefined && !captures(at, names)) at = at.outer;
      if (at === undefined) continue;
      this.#matches.set(context, { program, scope: at });
      scope = at.outer;
    }
  }

  /** What the declaration of a variable says about its value. */
  #plausible(scope: Scope): (name: string, value: NodeOrdinal) => boolean {
    return (name, value) => {
      const binding = bindingIn(scope, name);
      if (binding === undefined) return true;
      const type = this.#graph.typeOf(value);
      if (type === 'hidden' && binding.kind === 'private') return true;
      if (binding.kind === 'function' || binding.kind === 'class') return type === 'closure';
      return !isNumeric(binding) || type === 'number' || type === 'hidden';
    };
  }
}

interface Match {
  readonly program: ScriptProgram;
  readonly scope: Scope;
}

/** Home objects, brands and the like: variables of the engine's own, whose names start with a dot. */
function isInternal({ names }: ContextSlot): boolean {
  return names.every((name) => name.startsWith('.') && name !== '.new.target');
}

function unexplained({ names, edge, value }: ContextSlot): HeldVariable {
  const name = names.length === 1 ? names[0]! : `one of {${names.join(', ')}}`;
  return { name, edge, value, readBy: 'unknown', readers: [], declaredAt: undefined, source: undefined };
}

function capturedNames(graph: HeapGraph, context: NodeOrdinal): string[] {
  const slots = contextSlots(graph, context);
  const isNamed = slots.every(({ names }) => names.length === 1);
  const names = isNamed && slots.length > 0 ? slots.map((slot) => slot.names[0]!) : slotNames(graph, context);
  return names.map(sourceName).filter((name) => !name.startsWith('.'));
}

/** V8 writes `new.target` as a variable of its own. */
function sourceName(name: string): string {
  return name === '.new.target' ? 'new.target' : name;
}

/** A variable of the scope by V8's name; the name of a function expression is in the Context of its function. */
function bindingIn(scope: Scope, name: string): Binding | undefined {
  const own = scope.bindings.get(sourceName(name));
  if (own !== undefined || scope.kind !== 'function' || scope.outer?.kind !== 'self') return own;
  return scope.outer.bindings.get(name);
}

function captures(scope: Scope, names: readonly string[]): boolean {
  return names.length > 0 && names.every((name) => bindingIn(scope, name)?.isCaptured === true);
}

/** The first scope at or inside the given one, in the same function, that captures all the names. */
function firstInside(scope: Scope, names: readonly string[]): Scope | undefined {
  const queue = [scope];
  for (const each of queue) {
    if (captures(each, names)) return each;
    queue.push(...each.inner.filter((inner) => inner.functionScope === scope.functionScope));
  }
  return undefined;
}

/** The outermost function around a scope that is still inside the given function; undefined when there is none. */
function closureBelow(scope: Scope, owner: Scope): Scope | undefined {
  let found: Scope | undefined;
  for (let at: Scope | undefined = scope.functionScope; at !== undefined && at !== owner; ) {
    found = at;
    at = at.outer?.functionScope;
  }
  return found ?? (isResumable(owner.node) ? owner : undefined);
}

/**
 * Can the code go on after others had a turn? Then it may still read its variables itself. Programs count because of
 * top-level `await`.
 */
function isResumable(node: AnyNode): boolean {
  if (node.type === 'Program') return true;
  return ('async' in node && node.async === true) || ('generator' in node && node.generator === true);
}

/** Does the variable only ever get numbers that V8 keeps in the slot itself? */
function isNumeric(binding: Binding): boolean {
  const [declaration] = binding.declarations;
  if (declaration === undefined || (binding.kind !== 'let' && binding.kind !== 'const')) return false;
  const writes = binding.references.filter(({ isWrite }) => isWrite);
  return isNumberDeclared(binding) && writes.every(({ isRead }) => isRead);
}

function isNumberDeclared({ scope, declarations }: Binding): boolean {
  const { node } = scope;
  const candidates: readonly AnyNode[] =
    node.type === 'ForStatement' && node.init?.type === 'VariableDeclaration'
      ? [node.init]
      : node.type === 'BlockStatement' || node.type === 'Program'
        ? node.body
        : [];
  for (const statement of candidates) {
    if (statement.type !== 'VariableDeclaration') continue;
    for (const { id, init } of statement.declarations) {
      if (id === declarations[0]) return init?.type === 'Literal' && Number.isInteger(init.value);
    }
  }
  return false;
}

/** Closures and suspended generators whose chain of Contexts contains the given one, nearest first. */
function* closuresWithin(graph: HeapGraph, context: NodeOrdinal): Generator<NodeOrdinal> {
  const queue = [context];
  const seen = new Set(queue);
  for (const inner of queue) {
    for (const row of graph.retainerEdges(inner).slice()) {
      const edge = row as EdgeOrdinal;
      const name = graph.edgeNameOf(edge);
      const source = graph.edgeSource(edge);
      if (name === 'context' && graph.snapshot.position(source) !== undefined) yield source;
      if (name !== 'previous' || seen.has(source)) continue;
      seen.add(source);
      queue.push(source);
    }
  }
}

function kindOf(scope: Scope): ContextScope['kind'] {
  if (scope.kind === 'program') return 'module';
  return scope.kind === 'function' || scope.kind === 'body' || scope.kind === 'initializer'
    ? 'function'
    : 'block';
}

function labelOf(program: ScriptProgram, scope: Scope): string {
  const owner = nameOfScope(program, scope.functionScope);
  const inside = scope.functionScope.kind === 'program' ? owner : `function \`${owner}\``;
  switch (scope.kind) {
    case 'program':
      return `module ${owner}`;
    case 'function':
    case 'body':
    case 'initializer':
      return `function \`${owner}\``;
    case 'class':
      return `class \`${nameOfScope(program, scope)}\``;
    case 'catch':
      return `a catch clause of ${inside}`;
    default:
      return `${isLoop(scope.node) ? 'a loop' : 'a block'} of ${inside}`;
  }
}

function isLoop({ type }: AnyNode): boolean {
  return type === 'ForStatement' || type === 'ForInStatement' || type === 'ForOfStatement';
}

function nameOfScope(program: ScriptProgram, scope: Scope): string {
  if (scope.kind === 'program') return program.script.display;
  if (scope.kind === 'initializer') return `${nameOfScope(program, scope.outer!)}.<fields>`;
  return program.nameOf(scope.node as FunctionNode | ClassNode);
}
