import type { AnyNode, Identifier } from 'acorn';
import type { ClassNode, FunctionNode, ScopeTree } from './scope-analysis.ts';
import { walk } from './syntax.ts';

/**
 * Functions and classes of a program by the offset V8 writes for them into a snapshot's `locations`:
 *
 * | form | offset |
 * |---|---|
 * | function, method, accessor, explicit constructor | the `(` of the parameter list |
 * | arrow | its first character; for `async` arrows the keyword |
 * | class without explicit constructor | the `class` keyword |
 * | initializer of class fields | Node 20: the `class` keyword; 22: the `{` after it; 24 on: the first field |
 *
 * The last two lead to the class.
 *
 * The same on V8 11.3 to 14.6, for minified sources as well.
 */
export function functionsByOffset(tree: ScopeTree): ReadonlyMap<number, FunctionNode | ClassNode> {
  const found = new Map<number, FunctionNode | ClassNode>();
  for (const node of tree.classes) {
    for (const { type, start } of node.body.body) if (type !== 'MethodDefinition') found.set(start, node);
    found.set(node.body.start, node);
    found.set(node.start, node);
  }
  for (const node of tree.functions) {
    const isArrow = node.type === 'ArrowFunctionExpression';
    found.set(isArrow ? node.start : openingParenthesis(tree.syntax.text, node), node);
  }
  return found;
}

/** Offset of the `(` before the parameters: after keyword, star, name and any comments between them. */
function openingParenthesis(text: string, node: FunctionNode): number {
  const between = /\/\*[\s\S]*?\*\/|\/\/.*|\(/g;
  between.lastIndex = node.id?.end ?? node.start;
  for (let match = between.exec(text); match !== null; match = between.exec(text)) {
    if (match[0] === '(') return match.index;
  }
  return node.start;
}

/**
 * What people call a function, whatever its V8 name: its own name, the variable, property or method it is
 * the value of (`Session.close`), or the call that receives it (`callback of setInterval`).
 * `anonymous function` when there is none of these. `nameOf` gives identifiers back the names they had before minification.
 */
export function functionNames(
  tree: ScopeTree,
  nameOf: (id: Identifier) => string = (id) => id.name,
): ReadonlyMap<FunctionNode | ClassNode, string> {
  const names = new Map<FunctionNode | ClassNode, string>();
  const text = tree.syntax.text;

  function name(node: AnyNode | null | undefined, label: string): void {
    if (node && isNameable(node) && !names.has(node)) names.set(node, node.id ? nameOf(node.id) : label);
  }

  walk(tree.syntax.program, (node, around) => {
    switch (node.type) {
      case 'VariableDeclarator':
        if (node.id.type === 'Identifier') name(node.init, nameOf(node.id));
        break;
      case 'AssignmentExpression':
        name(node.right, shorten(text.slice(node.left.start, node.left.end)));
        break;
      case 'AssignmentPattern':
        if (node.left.type === 'Identifier') name(node.right, nameOf(node.left));
        break;
      case 'Property':
        name(node.value as AnyNode, keyText(text, node));
        break;
      case 'PropertyDefinition':
      case 'MethodDefinition': {
        const owner = names.get(around.at(-2) as ClassNode)!; // around it: the class and its body, the class visited before
        name(node.value, `${owner}.${keyText(text, node)}`);
        break;
      }
      case 'CallExpression':
      case 'NewExpression':
        for (const argument of node.arguments) {
          if (argument.type === 'ClassExpression') continue;
          name(argument, `callback of ${shorten(text.slice(node.callee.start, node.callee.end))}`);
        }
        break;
      default:
        if (isNameable(node)) name(node, isClass(node) ? 'anonymous class' : 'anonymous function');
    }
  });
  return names;
}

function isClass(node: FunctionNode | ClassNode): node is ClassNode {
  return node.type === 'ClassDeclaration' || node.type === 'ClassExpression';
}

function isNameable(node: AnyNode): node is FunctionNode | ClassNode {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'ClassDeclaration':
    case 'ClassExpression':
      return true;
    default:
      return false;
  }
}

function keyText(text: string, node: { key: AnyNode; computed: boolean }): string {
  const key = shorten(text.slice(node.key.start, node.key.end));
  return node.computed ? `[${key}]` : key;
}

/** One line of at most 40 characters, so that a callee like a long chain stays a name. */
function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length <= 40 ? line : `…${line.slice(-39)}`;
}
