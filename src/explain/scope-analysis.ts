import type {
  AnonymousClassDeclaration,
  AnonymousFunctionDeclaration,
  AnyNode,
  ArrowFunctionExpression,
  CallExpression,
  ClassDeclaration,
  ClassExpression,
  FunctionDeclaration,
  FunctionExpression,
  Identifier,
  Pattern,
  PrivateIdentifier,
  VariableDeclaration,
} from 'acorn';
import { childrenOf, type Syntax } from './syntax.ts';

export type FunctionNode =
  | FunctionDeclaration
  | AnonymousFunctionDeclaration
  | FunctionExpression
  | ArrowFunctionExpression;
export type ClassNode = ClassDeclaration | AnonymousClassDeclaration | ClassExpression;

/**
 * - `program`: module, CommonJS wrapper or script, depending on how it was compiled;
 * - `function`: parameters and, when they are plain names, the body as well;
 * - `body`: the body of a function whose parameters are patterns or have defaults;
 * - `self`: the name of a function expression, seen by that function alone;
 * - `class`: the inner name of a class and its private names;
 * - `initializer`: the value of a class field, or a static block: a function of its own to V8;
 * - `with`: what stands in a `with` statement; declares nothing.
 */
type ScopeKind =
  | 'program'
  | 'function'
  | 'body'
  | 'self'
  | 'block'
  | 'catch'
  | 'class'
  | 'initializer'
  | 'with';

type BindingKind =
  | 'parameter'
  | 'var'
  | 'let'
  | 'const'
  | 'function'
  | 'class'
  | 'catch'
  | 'import'
  | 'private'
  /** `this`, `arguments`, `new.target`, and the five names of the CommonJS wrapper. */
  | 'implicit';

/** A variable of the source. */
export interface Binding {
  readonly name: string;
  readonly kind: BindingKind;
  readonly scope: Scope;
  /** Identifiers that declare it, in source order; empty for implicit ones. */
  readonly declarations: readonly (Identifier | PrivateIdentifier)[];
  readonly references: readonly Reference[];
  /**
   * Must V8 keep it in a Context: does a function inside its own use it, or could `eval`, `with` or `arguments`?
   * Otherwise it lives in a register and dies with the call.
   */
  readonly isCaptured: boolean;
}

/** A use of a name. */
interface Reference {
  readonly name: string;
  readonly node: AnyNode;
  readonly scope: Scope;
  readonly isRead: boolean;
  readonly isWrite: boolean;
  /** Undefined for globals, and for names that only `eval` could have declared. */
  readonly binding: Binding | undefined;
}

/** A region of the source in which names are declared. */
export interface Scope {
  readonly kind: ScopeKind;
  /** The node whose evaluation makes the scope. */
  readonly node: AnyNode;
  readonly outer: Scope | undefined;
  readonly inner: readonly Scope[];
  readonly bindings: ReadonlyMap<string, Binding>;
  /** The scope of the innermost function, field initializer or program around (or equal to) this one. */
  readonly functionScope: Scope;
  /** Does a direct `eval` stand in it or further in? Then every name may be read, under its own name only. */
  readonly hasEval: boolean;
}

/** All scopes of one program and the functions that make them. */
export interface ScopeTree {
  readonly syntax: Syntax;
  readonly program: Scope;
  /** Scope of the parameters for a function; scope of the inner name for a class. */
  scopeOf(node: FunctionNode | ClassNode): Scope | undefined;
  readonly functions: readonly FunctionNode[];
  readonly classes: readonly ClassNode[];
  /** Bindings of outer scopes that a scope or anything inside it refers to, globals left out. */
  freeBindings(scope: Scope): ReadonlySet<Binding>;
  /** Every use of a name, globals included. */
  readonly references: readonly Reference[];
  /** Variables of a module by the name they are exported under. */
  readonly exports: ReadonlyMap<string, Binding>;
}

interface OpenScope extends Scope {
  outer: OpenScope | undefined;
  inner: OpenScope[];
  bindings: Map<string, OpenBinding>;
  functionScope: OpenScope;
  hasEval: boolean;
  isStrict: boolean;
}

interface OpenBinding extends Binding {
  kind: BindingKind;
  scope: OpenScope;
  declarations: (Identifier | PrivateIdentifier)[];
  references: Reference[];
  isCaptured: boolean;
}

interface OpenReference extends Reference {
  scope: OpenScope;
  binding: Binding | undefined;
}

const COMMONJS_NAMES = ['exports', 'require', 'module', '__filename', '__dirname'];

/**
 * The scopes of a program by the rules of ECMAScript: declarations first, then every use of a name is
 * resolved from its scope outwards.
 *
 * `this`, `arguments` and `new.target` are bindings of the nearest function that is not an arrow, so that
 * an arrow that uses them is seen to capture them. `super` counts as a use of `this`. Declarations with an
 * initial value are no uses. Functions in blocks of sloppy code are also `var`s of the function (Annex B.3.3).
 */
export function analyzeScopes(syntax: Syntax): ScopeTree {
  const scopes = new Map<AnyNode, OpenScope>();
  const functions: FunctionNode[] = [];
  const classes: ClassNode[] = [];
  const references: OpenReference[] = [];
  const exportedNames: { id: Identifier; as: string; scope: OpenScope }[] = [];
  const exports = new Map<string, Binding>();
  const blockFunctions: { id: Identifier; scope: OpenScope }[] = [];

  function open(kind: ScopeKind, node: AnyNode, outer: OpenScope | undefined): OpenScope {
    const scope = {
      kind,
      node,
      outer,
      inner: [],
      bindings: new Map(),
      hasEval: false,
    } as unknown as OpenScope;
    const isOwnFunction = kind === 'program' || kind === 'function' || kind === 'initializer';
    scope.functionScope = isOwnFunction || outer === undefined ? scope : outer.functionScope;
    scope.isStrict = outer?.isStrict ?? syntax.sourceType === 'module';
    outer?.inner.push(scope);
    return scope;
  }

  function declare(
    scope: OpenScope,
    name: string,
    kind: BindingKind,
    id?: Identifier | PrivateIdentifier,
  ): OpenBinding {
    let binding = scope.bindings.get(name);
    if (binding === undefined || binding.kind === 'implicit') {
      binding = { name, kind, scope, declarations: [], references: [], isCaptured: false };
      scope.bindings.set(name, binding);
    }
    if (id !== undefined) binding.declarations.push(id);
    return binding;
  }

  /** Where `var` and the functions of a body are declared: past blocks, up to the body. */
  function varScope(scope: OpenScope): OpenScope {
    let at = scope;
    while (at.kind !== 'body' && at !== at.functionScope) at = at.outer!;
    return at;
  }

  function refer(name: string, node: AnyNode, scope: OpenScope, isRead: boolean, isWrite: boolean): void {
    references.push({ name, node, scope, isRead, isWrite, binding: undefined });
  }

  /** Declares the names of a pattern and visits its defaults and computed keys. */
  function declarePattern(pattern: Pattern, into: OpenScope, kind: BindingKind, scope: OpenScope): void {
    switch (pattern.type) {
      case 'Identifier':
        declare(into, pattern.name, kind, pattern);
        return;
      case 'ObjectPattern':
        for (const property of pattern.properties) {
          if (property.type === 'RestElement') declarePattern(property.argument, into, kind, scope);
          else {
            if (property.computed) visit(property.key, scope);
            declarePattern(property.value, into, kind, scope);
          }
        }
        return;
      case 'ArrayPattern':
        for (const element of pattern.elements)
          if (element !== null) declarePattern(element, into, kind, scope);
        return;
      case 'AssignmentPattern':
        declarePattern(pattern.left, into, kind, scope);
        visit(pattern.right, scope);
        return;
      case 'RestElement':
        declarePattern(pattern.argument, into, kind, scope);
        return;
      default:
        visit(pattern, scope);
    }
  }

  /** Visits an assignment's left side: names in it are written. */
  function visitTarget(target: AnyNode, scope: OpenScope, isRead: boolean): void {
    switch (target.type) {
      case 'Identifier':
        refer(target.name, target, scope, isRead, true);
        return;
      case 'ObjectPattern':
        for (const property of target.properties) {
          if (property.type === 'RestElement') visitTarget(property.argument, scope, false);
          else {
            if (property.computed) visit(property.key, scope);
            visitTarget(property.value, scope, false);
          }
        }
        return;
      case 'ArrayPattern':
        for (const element of target.elements) if (element !== null) visitTarget(element, scope, false);
        return;
      case 'AssignmentPattern':
        visitTarget(target.left, scope, false);
        visit(target.right, scope);
        return;
      case 'RestElement':
        visitTarget(target.argument, scope, false);
        return;
      default:
        visit(target, scope);
    }
  }

  function visitFunction(node: FunctionNode, outer: OpenScope): void {
    functions.push(node);
    let around = outer;
    if (node.type === 'FunctionExpression' && node.id) {
      around = open('self', node, outer);
      declare(around, node.id.name, 'function', node.id);
    }
    const scope = open('function', node, around);
    scopes.set(node, scope);
    if (node.body.type === 'BlockStatement' && hasUseStrict(node.body.body)) scope.isStrict = true;
    if (node.type !== 'ArrowFunctionExpression') declareImplicit(scope);
    for (const parameter of node.params) declarePattern(parameter, scope, 'parameter', scope);
    if (node.body.type !== 'BlockStatement') {
      visit(node.body, scope);
      return;
    }
    const isSimple = node.params.every((parameter) => parameter.type === 'Identifier');
    const body = isSimple ? scope : open('body', node.body, scope);
    visitAll(node.body.body, body);
  }

  function declareImplicit(scope: OpenScope): void {
    for (const name of ['this', 'arguments', 'new.target']) declare(scope, name, 'implicit');
  }

  function visitClass(node: ClassNode, outer: OpenScope): void {
    classes.push(node);
    const scope = open('class', node, outer);
    scope.isStrict = true;
    scopes.set(node, scope);
    if (node.id) declare(scope, node.id.name, 'class', node.id);
    for (const member of node.body.body) {
      if (member.type !== 'StaticBlock' && member.key.type === 'PrivateIdentifier') {
        declare(scope, `#${member.key.name}`, 'private', member.key);
      }
    }
    if (node.superClass) visit(node.superClass, scope);
    for (const member of node.body.body) {
      if (member.type === 'StaticBlock') {
        const block = open('initializer', member, scope);
        declareImplicit(block);
        visitAll(member.body, block);
        continue;
      }
      if (member.computed) visit(member.key, scope);
      if (member.type === 'MethodDefinition') visitFunction(member.value, scope);
      else if (member.value) {
        const initializer = open('initializer', member, scope);
        declareImplicit(initializer);
        visit(member.value, initializer);
      }
    }
  }

  function declareVariables(node: VariableDeclaration, scope: OpenScope): void {
    const kind = node.kind === 'var' ? 'var' : node.kind === 'let' ? 'let' : 'const';
    const into = kind === 'var' ? varScope(scope) : scope;
    for (const declarator of node.declarations) {
      declarePattern(declarator.id, into, kind, scope);
      if (declarator.init) visit(declarator.init, scope);
    }
  }

  function visitAll(nodes: readonly AnyNode[], scope: OpenScope): void {
    for (const node of nodes) visit(node, scope);
  }

  function visitInside(node: AnyNode, scope: OpenScope): void {
    for (const child of childrenOf(node)) visit(child, scope);
  }

  function visitCall(node: CallExpression, scope: OpenScope): void {
    if (node.callee.type === 'Identifier' && node.callee.name === 'eval') {
      for (let at: OpenScope | undefined = scope; at !== undefined && !at.hasEval; at = at.outer)
        at.hasEval = true;
    }
    visitInside(node, scope);
  }

  function visit(node: AnyNode, scope: OpenScope): void {
    switch (node.type) {
      case 'Identifier':
        refer(node.name, node, scope, true, false);
        return;
      case 'ThisExpression':
      case 'Super':
        refer('this', node, scope, true, false);
        return;
      case 'MetaProperty':
        if (node.meta.name === 'new') refer('new.target', node, scope, true, false);
        return;
      case 'PrivateIdentifier':
        refer(`#${node.name}`, node, scope, true, false);
        return;
      case 'FunctionDeclaration': {
        const isHoisted = scope.kind === 'body' || scope === scope.functionScope;
        if (node.id) {
          declare(scope, node.id.name, 'function', node.id);
          const isAlsoVar = !isHoisted && !scope.isStrict && !node.async && !node.generator;
          if (isAlsoVar) blockFunctions.push({ id: node.id, scope });
        }
        visitFunction(node, scope);
        return;
      }
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        visitFunction(node, scope);
        return;
      case 'ClassDeclaration':
        if (node.id) declare(scope, node.id.name, 'class', node.id);
        visitClass(node, scope);
        return;
      case 'ClassExpression':
        visitClass(node, scope);
        return;
      case 'VariableDeclaration':
        declareVariables(node, scope);
        return;
      case 'BlockStatement':
        visitAll(node.body, open('block', node, scope));
        return;
      case 'SwitchStatement': {
        visit(node.discriminant, scope);
        visitAll(node.cases, open('block', node, scope));
        return;
      }
      case 'ForStatement': {
        const loop = open('block', node, scope);
        for (const part of [node.init, node.test, node.update, node.body]) if (part) visit(part, loop);
        return;
      }
      case 'ForInStatement':
      case 'ForOfStatement': {
        const loop = open('block', node, scope);
        if (node.left.type === 'VariableDeclaration') declareVariables(node.left, loop);
        else visitTarget(node.left, loop, false);
        visit(node.right, loop);
        visit(node.body, loop);
        return;
      }
      case 'CatchClause': {
        const clause = open('catch', node, scope);
        if (node.param) declarePattern(node.param, clause, 'catch', clause);
        visit(node.body, clause);
        return;
      }
      case 'WithStatement':
        visit(node.object, scope);
        visit(node.body, open('with', node, scope));
        return;
      case 'CallExpression':
        visitCall(node, scope);
        return;
      case 'AssignmentExpression':
        visitTarget(node.left, scope, node.operator !== '=');
        visit(node.right, scope);
        return;
      case 'BinaryExpression': {
        let left: AnyNode = node; // long chains of additions are deep on this side
        for (; left.type === 'BinaryExpression'; left = left.left) visit(left.right, scope);
        visit(left, scope);
        return;
      }
      case 'UpdateExpression':
        visitTarget(node.argument, scope, true);
        return;
      case 'MemberExpression':
        visit(node.object, scope);
        if (node.computed || node.property.type === 'PrivateIdentifier') visit(node.property, scope);
        return;
      case 'Property':
        if (node.computed) visit(node.key, scope);
        visit(node.value, scope);
        return;
      case 'LabeledStatement':
        visit(node.body, scope);
        return;
      case 'BreakStatement':
      case 'ContinueStatement':
        return;
      case 'ImportDeclaration':
        for (const specifier of node.specifiers)
          declare(scope, specifier.local.name, 'import', specifier.local);
        return;
      case 'ExportNamedDeclaration':
        if (node.declaration) {
          const before = new Set(scope.bindings.keys());
          visit(node.declaration, scope);
          for (const [name, binding] of scope.bindings) if (!before.has(name)) exports.set(name, binding);
        } else if (!node.source) {
          for (const specifier of node.specifiers) {
            const { local, exported } = specifier;
            if (local.type !== 'Identifier') continue;
            const as = exported.type === 'Identifier' ? exported.name : String(exported.value);
            exportedNames.push({ id: local, as, scope });
          }
        }
        return;
      case 'ExportDefaultDeclaration':
        if (node.declaration.type === 'Identifier') {
          exportedNames.push({ id: node.declaration, as: 'default', scope });
          return;
        }
        visit(node.declaration, scope);
        if (/Declaration$/.test(node.declaration.type) && 'id' in node.declaration && node.declaration.id) {
          exports.set('default', scope.bindings.get(node.declaration.id.name)!);
        }
        return;
      case 'ExportAllDeclaration':
        return;
      default:
        visitInside(node, scope);
    }
  }

  const top = open('program', syntax.program, undefined);
  if (hasUseStrict(syntax.program.body)) top.isStrict = true;
  declare(top, 'this', 'implicit');
  if (syntax.sourceType === 'commonjs') {
    declareImplicit(top);
    for (const name of COMMONJS_NAMES) declare(top, name, 'implicit');
  }
  visitAll(syntax.program.body, top);
  hoistBlockFunctions(blockFunctions, declare, varScope);
  for (const { id, as, scope } of exportedNames) {
    refer(id.name, id, scope, true, false);
    const exported = scope.bindings.get(id.name);
    if (exported !== undefined) exports.set(as, exported);
  }
  for (const reference of references) resolve(reference);
  captureAlways(top, syntax.sourceType === 'script');
  captureByEval(top);
  captureByArguments(functions, scopes);

  const freeCache = new Map<Scope, Set<Binding>>();
  return {
    syntax,
    program: top,
    scopeOf: (node) => scopes.get(node),
    functions,
    classes,
    references,
    exports,
    freeBindings: (scope) => {
      let free = freeCache.get(scope);
      if (free === undefined) {
        free = new Set();
        for (const { binding, scope: user } of references) {
          if (binding !== undefined && isWithin(user, scope) && !isWithin(binding.scope, scope))
            free.add(binding);
        }
        freeCache.set(scope, free);
      }
      return free;
    },
  };
}

/** Is the scope this one or inside it? */
export function isWithin(scope: Scope, outer: Scope): boolean {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.outer) if (at === outer) return true;
  return false;
}

function hasUseStrict(body: readonly AnyNode[]): boolean {
  for (const statement of body) {
    if (statement.type !== 'ExpressionStatement' || statement.directive === undefined) return false;
    if (statement.directive === 'use strict') return true;
  }
  return false;
}

/** Finds the binding of a use, and marks it captured when the use stands in another function or under `with`. */
function resolve(reference: OpenReference): void {
  let isUnderWith = false;
  for (let scope: OpenScope | undefined = reference.scope; scope !== undefined; scope = scope.outer) {
    if (scope.kind === 'with') isUnderWith = true;
    const binding = scope.bindings.get(reference.name);
    if (binding === undefined) continue;
    reference.binding = binding;
    binding.references.push(reference);
    if (isUnderWith || binding.scope.functionScope !== reference.scope.functionScope)
      binding.isCaptured = true;
    return;
  }
}

/** V8 keeps the variable of a catch clause in a Context whoever uses it; so it does `let` and `const` of a script. */
function captureAlways(scope: OpenScope, isScript: boolean): void {
  for (const binding of scope.bindings.values()) {
    const isCatchVariable = binding.kind === 'catch' && !isLexical(binding);
    if (isCatchVariable || (isScript && isLexical(binding))) binding.isCaptured = true;
  }
  for (const inner of scope.inner) captureAlways(inner, false);
}

/** A direct `eval` may name any variable around it. */
function captureByEval(scope: OpenScope): void {
  if (scope.hasEval) for (const binding of scope.bindings.values()) binding.isCaptured = true;
  for (const inner of scope.inner) captureByEval(inner);
}

/** Sloppy `arguments` shares its elements with the parameters, so V8 keeps these in the Context with it. */
function captureByArguments(
  functions: readonly FunctionNode[],
  scopes: ReadonlyMap<AnyNode, OpenScope>,
): void {
  for (const node of functions) {
    const scope = scopes.get(node)!;
    const isMapped = !scope.isStrict && node.params.every((parameter) => parameter.type === 'Identifier');
    const own = scope.bindings.get('arguments');
    if (!isMapped || own?.kind !== 'implicit' || own.references.length === 0) continue;
    for (const binding of scope.bindings.values())
      if (binding.kind === 'parameter') binding.isCaptured = true;
  }
}

/** A function declared in a block is a `var` of the function too, unless a lexical name in between forbids it. */
function hoistBlockFunctions(
  found: readonly { id: Identifier; scope: OpenScope }[],
  declare: (scope: OpenScope, name: string, kind: BindingKind, id: Identifier) => OpenBinding,
  varScope: (scope: OpenScope) => OpenScope,
): void {
  for (const { id, scope } of found) {
    const target = varScope(scope);
    let isForbidden = false;
    for (let at = scope.outer!; ; at = at.outer!) {
      const other = at.bindings.get(id.name);
      if (other !== undefined && isLexical(other)) isForbidden = true;
      if (at === target) break;
    }
    if (!isForbidden) declare(target, id.name, 'var', id);
  }
}

function isLexical({ kind, scope, declarations }: OpenBinding): boolean {
  if (kind === 'let' || kind === 'const' || kind === 'class' || kind === 'import') return true;
  if (kind === 'catch') return scope.node.type === 'CatchClause' && scope.node.param?.type !== 'Identifier';
  return kind === 'function' && scope.kind === 'block' && declarations.length > 0;
}
