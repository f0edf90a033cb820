import type { AnyNode, Identifier } from 'acorn';
import type { SourceLocation } from './explanation.ts';
import type { ScriptProgram } from './programs.ts';
import type { Binding, FunctionNode } from './scope-analysis.ts';
import type { Locator } from './source-position.ts';
import { walk } from './syntax.ts';

/** A piece of source that does something to an object. Found by syntax alone: what runs is not known. */
export interface Site {
  readonly location: SourceLocation;
  /** The code on one line, cut after 60 characters. */
  readonly code: string;
  /** The function it stands in, or the file for code outside of functions. */
  readonly inside: string;
  /**
   * Is it this very variable or property by the rules of scope? False where only the property's name is the same.
   */
  readonly isCertain: boolean;
  /** Where it stands in the script as it was compiled: an offset in UTF-16 units. */
  readonly place: { readonly scriptId: number; readonly offset: number };
}

/** What is done to a holder: objects put in, objects taken out, or the holder itself made or replaced. */
export type Deed = 'adds' | 'removes' | 'makes';

/**
 * A holder in the source: a variable; a property of the object in a variable; or a property of a class, of any object
 * where no class is named.
 */
export type Holder =
  | { readonly binding: Binding; readonly property?: string | undefined }
  | { readonly property: string; readonly className?: string | undefined };

/** Calls that put something into what they are called on: `push`, `set`, `on`, `addEventListener`, `subscribe` and the like. */
const ADDING =
  /^(add|append|attach|enqueue|insert|observe|on|once|prepend|push|put|register|set|splice|subscribe|tap|unshift|use|watch)([A-Z].*)?$/;
const REMOVING =
  /^(clear|delete|dequeue|detach|dispose|evict|off|pop|remove|reset|shift|splice|unobserve|unregister|unsubscribe)([A-Z].*)?$/;

/** Places in a program that concern one holder, in source order, certain ones first. */
export function sitesOf(program: ScriptProgram, positions: Locator, holder: Holder, deed: Deed): Site[] {
  const found: { node: AnyNode; around: readonly AnyNode[]; isCertain: boolean }[] = [];
  const uses = usesOf(program, holder);
  walk(program.tree.syntax.program, (node, around) => {
    const isCertain = uses(node, around);
    if (isCertain === undefined) return;
    const site = siteAt(program, node, around, deed);
    if (site !== undefined) found.push({ node: site, around: [...around], isCertain });
  });
  found.sort((a, b) => Number(b.isCertain) - Number(a.isCertain));
  return found.flatMap(({ node, around, isCertain }) => {
    const location = positions.locateIn(program.script.id, program.lines.placeAt(node.start));
    if ('reason' in location) return [];
    return [{ location, ...siteOf(program, node, around), isCertain }];
  });
}

/**
 * Calls that received a function: as an argument written in place, by its name, or bound (`this.poll.bind(this)`).
 * This is where a listener, timer or callback was handed over.
 */
export function registrationsOf(program: ScriptProgram, positions: Locator, target: FunctionNode): Site[] {
  const sites: Site[] = [];
  const names = namesOf(program, target);
  walk(program.tree.syntax.program, (node, around) => {
    const isCertain = node === target ? true : names(node, around);
    if (isCertain === undefined) return;
    const call = receivingCall(node, around);
    if (call === undefined) return;
    const location = positions.locateIn(program.script.id, program.lines.placeAt(call.start));
    if ('reason' in location) return;
    sites.push({ location, ...siteOf(program, call, around), isCertain });
  });
  return sites.sort((a, b) => Number(b.isCertain) - Number(a.isCertain));
}

/** Names of the functions, methods and classes that are called in a function, or in one inside it. */
export function callsWithin(node: FunctionNode): ReadonlySet<string> {
  const names = new Set<string>();
  walk(node.body, (inner) => {
    if (inner.type !== 'CallExpression' && inner.type !== 'NewExpression') return;
    const name = inner.callee.type === 'Identifier' ? inner.callee.name : keyOf(inner.callee);
    if (name !== undefined) names.add(name);
  });
  return names;
}

function siteOf(program: ScriptProgram, node: AnyNode, around: readonly AnyNode[]) {
  return {
    code: codeOf(program, node),
    inside: functionAround(program, around),
    place: { scriptId: program.script.id, offset: node.start },
  };
}

/** True or false (see `isCertain`) for a node that stands for the holder; undefined for all others. */
type Uses = (node: AnyNode, around: readonly AnyNode[]) => boolean | undefined;

function usesOf(program: ScriptProgram, holder: Holder): Uses {
  if ('binding' in holder) {
    const identifiers = aliasesOf(program, holder.binding);
    if (holder.property === undefined) return (node) => (identifiers.has(node) ? true : undefined);
    const isMember = (node: AnyNode): boolean =>
      node.type === 'MemberExpression' && identifiers.has(node.object);
    return (node) => (isMember(node) && keyOf(node) === holder.property ? true : undefined);
  }
  const { property, className } = holder;
  return (node, around) => {
    if (keyOf(node) !== property) return undefined;
    if (className === undefined) return false;
    const isOwn =
      node.type === 'PropertyDefinition' ||
      (node.type === 'MemberExpression' && node.object.type === 'ThisExpression');
    return isOwn && classAround(program, around) === className;
  };
}

/** Name of the property that a member expression, field or object member is about; undefined for other nodes and computed names. */
function keyOf(node: AnyNode): string | undefined {
  const key =
    node.type === 'MemberExpression'
      ? node.property
      : node.type === 'Property' || node.type === 'PropertyDefinition'
        ? node.key
        : undefined;
  if (key === undefined || ('computed' in node && node.computed)) return undefined;
  if (key.type === 'Identifier') return key.name;
  if (key.type === 'PrivateIdentifier') return `#${key.name}`;
  return key.type === 'Literal' ? String(key.value) : undefined;
}

/** Identifiers that stand for a variable, its declarations and simple aliases (`const list = sessions`) included. */
function aliasesOf(program: ScriptProgram, binding: Binding): ReadonlySet<AnyNode> {
  const identifiers = new Set<AnyNode>();
  const queue = [binding];
  const seen = new Set<Binding>(queue);
  for (const each of queue) {
    for (const identifier of each.declarations) identifiers.add(identifier);
    for (const { node } of each.references) identifiers.add(node);
    for (const alias of declaredAs(program, each)) {
      if (!seen.has(alias)) queue.push(alias);
      seen.add(alias);
    }
  }
  return identifiers;
}

/** Variables that are declared with nothing but the given one as their value. */
function declaredAs(program: ScriptProgram, binding: Binding): Binding[] {
  const reads = new Set<AnyNode>(binding.references.map(({ node }) => node));
  const ids = new Set<Identifier>();
  walk(program.tree.syntax.program, (node) => {
    if (node.type !== 'VariableDeclarator' || node.id.type !== 'Identifier') return;
    if (node.init && reads.has(node.init)) ids.add(node.id);
  });
  if (ids.size === 0) return [];
  const bindings = program.tree.references.flatMap((reference) => reference.binding ?? []);
  return [...new Set(bindings)].filter(({ declarations }) =>
    declarations.some((id) => ids.has(id as Identifier)),
  );
}

/** The node of the deed done to the thing that `node` stands for; undefined when nothing of that sort is done here. */
function siteAt(
  program: ScriptProgram,
  node: AnyNode,
  around: readonly AnyNode[],
  deed: Deed,
): AnyNode | undefined {
  const parent = around.at(-1);
  const grandparent = around.at(-2);
  if (parent === undefined) return undefined;
  if (deed === 'makes') return makingSite(node, parent);
  if (parent.type === 'MemberExpression' && parent.object === node) {
    if (parent.computed && grandparent?.type === 'AssignmentExpression' && grandparent.left === parent) {
      return deed === 'adds' ? grandparent : undefined;
    }
    if (grandparent?.type === 'UnaryExpression' && grandparent.operator === 'delete') {
      return deed === 'removes' ? grandparent : undefined;
    }
    const name = keyOf(parent);
    if (grandparent?.type === 'CallExpression' && grandparent.callee === parent && name !== undefined) {
      return (deed === 'adds' ? ADDING : REMOVING).test(name) ? grandparent : undefined;
    }
    const setsLength =
      grandparent?.type === 'AssignmentExpression' && grandparent.left === parent && name === 'length';
    return setsLength && deed === 'removes' ? grandparent : undefined;
  }
  if (parent.type !== 'AssignmentExpression' || parent.left !== node) return undefined;
  const isAddition = parent.operator === '+=' || extendsItself(program, node, parent.right);
  if (deed === 'adds') return isAddition ? parent : undefined;
  return isAddition || isInConstructor(around) ? undefined : parent;
}

/** Declaration with a value, field, object member or assignment that gives the holder its object. */
function makingSite(node: AnyNode, parent: AnyNode): AnyNode | undefined {
  if (node.type === 'PropertyDefinition' || (node.type === 'Property' && node.value.type !== 'Identifier'))
    return node;
  if (parent.type === 'VariableDeclarator' && parent.id === node && parent.init) return parent;
  if (parent.type === 'AssignmentExpression' && parent.left === node && parent.operator === '=')
    return parent;
  return undefined;
}

/** Does a new value contain the old one: `list = [...list, item]`, `head = { next: head }`? */
function extendsItself(program: ScriptProgram, target: AnyNode, value: AnyNode): boolean {
  const { text } = program.tree.syntax;
  const name = text.slice(target.start, target.end);
  let isExtension = false;
  walk(value, (node) => {
    if (node.type === target.type && text.slice(node.start, node.end) === name) isExtension = true;
  });
  return isExtension;
}

/** Tells uses of a function by its variable (certain) or by its property's name (not certain). */
function namesOf(program: ScriptProgram, target: FunctionNode): Uses {
  let bound: ReadonlySet<AnyNode> = new Set();
  let property: string | undefined;
  walk(program.tree.syntax.program, (node, around) => {
    if (node !== target) return;
    const parent = around.at(-1);
    const id =
      target.id ??
      (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier' ? parent.id : undefined);
    const reference = program.tree.references.find(({ binding }) =>
      binding?.declarations.includes(id as Identifier),
    );
    if (reference?.binding) bound = new Set(reference.binding.references.map((each) => each.node));
    if (
      parent?.type === 'MethodDefinition' ||
      parent?.type === 'PropertyDefinition' ||
      parent?.type === 'Property'
    ) {
      const { key, computed } = parent;
      if (!computed)
        property =
          key.type === 'PrivateIdentifier'
            ? `#${key.name}`
            : key.type === 'Identifier'
              ? key.name
              : undefined;
    }
    if (parent?.type === 'AssignmentExpression') property = keyOf(parent.left);
  });
  return (node) => {
    if (bound.has(node)) return true;
    return property !== undefined && node.type === 'MemberExpression' && keyOf(node) === property
      ? false
      : undefined;
  };
}

/** The call or construction that has the node among its arguments, directly or as `node.bind(…)`. */
function receivingCall(node: AnyNode, around: readonly AnyNode[]): AnyNode | undefined {
  let value = node;
  let depth = around.length - 1;
  const member = around[depth];
  const binding = around[depth - 1];
  if (
    member?.type === 'MemberExpression' &&
    member.object === value &&
    keyOf(member) === 'bind' &&
    binding?.type === 'CallExpression'
  ) {
    value = binding;
    depth -= 2;
  }
  const call = around[depth];
  if (call?.type !== 'CallExpression' && call?.type !== 'NewExpression') return undefined;
  return (call.arguments as readonly AnyNode[]).includes(value) ? call : undefined;
}

function isInConstructor(around: readonly AnyNode[]): boolean {
  return around.some((node) => node.type === 'MethodDefinition' && node.kind === 'constructor');
}

function classAround(program: ScriptProgram, around: readonly AnyNode[]): string | undefined {
  for (const node of [...around].reverse()) {
    if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') return program.nameOf(node);
  }
  return undefined;
}

function functionAround(program: ScriptProgram, around: readonly AnyNode[]): string {
  for (const node of [...around].reverse()) {
    if (
      node.type === 'FunctionDeclaration' ||
      node.type === 'FunctionExpression' ||
      node.type === 'ArrowFunctionExpression'
    ) {
      return program.nameOf(node);
    }
  }
  return program.script.display;
}

function codeOf(program: ScriptProgram, node: AnyNode): string {
  const text = program.tree.syntax.text
    .slice(node.start, Math.min(node.end, node.start + 240))
    .replace(/\s+/g, ' ');
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
