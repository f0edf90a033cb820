import * as nodeModule from 'node:module';
import { type AnyNode, type Options, type Program, parse } from 'acorn';

/** How the program was compiled; decides what its top level is. */
export type SourceType = 'module' | 'commonjs' | 'script';

/** One parsed source text. Offsets everywhere are UTF-16 units from the start of `text`. */
export interface Syntax {
  readonly text: string;
  readonly program: Program;
  readonly sourceType: SourceType;
}

/** Why a text could not be parsed, as the end of a sentence. */
export interface NoSyntax {
  readonly reason: string;
}

/** Blanks out TypeScript's types and keeps every position; Node has it from 22.13 on. */
type StripTypes = (text: string, options: { mode: 'strip' }) => string;

/**
 * Parses a source text as the given type of program and, where that fails, as the other types.
 *
 * A TypeScript text is parsed after its types were blanked out by Node's own `module.stripTypeScriptTypes`,
 * which keeps all positions. Nodes without that function, and TypeScript that is more than types
 * (enums, parameter properties), give a reason instead.
 */
export function parseSource(text: string, expected: SourceType, isTypeScript = false): Syntax | NoSyntax {
  if (isTypeScript) {
    const stripped = stripTypes(text);
    return typeof stripped === 'string' ? parseJavaScript(stripped, expected) : stripped;
  }
  return parseJavaScript(text, expected);
}

function parseJavaScript(text: string, expected: SourceType): Syntax | NoSyntax {
  const order = [
    expected,
    ...(['module', 'commonjs', 'script'] as const).filter((type) => type !== expected),
  ];
  let firstError: unknown;
  for (const sourceType of order) {
    const options: Options = { ecmaVersion: 'latest', sourceType, allowHashBang: true };
    try {
      return { text, program: parse(text, options), sourceType };
    } catch (error) {
      firstError ??= error;
    }
  }
  return { reason: `its source could not be parsed: ${(firstError as Error).message}` };
}

function stripTypes(text: string): string | NoSyntax {
  const strip = (nodeModule as { stripTypeScriptTypes?: StripTypes }).stripTypeScriptTypes;
  if (strip === undefined) return { reason: 'its TypeScript source needs Node 22.13 or later to be read' };
  const warn = process.emitWarning;
  try {
    process.emitWarning = () => {}; // Node announces the function as experimental; the user did not call it
    return strip(text, { mode: 'strip' });
  } catch (error) {
    return { reason: `its TypeScript source could not be stripped of types: ${(error as Error).message}` };
  } finally {
    process.emitWarning = warn;
  }
}

/** The direct children of a syntax node in source order as acorn lists them. */
export function childrenOf(node: AnyNode): AnyNode[] {
  const children: AnyNode[] = [];
  for (const key in node) {
    const value: unknown = node[key as keyof AnyNode];
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value)) {
      for (const item of value) if (isSyntaxNode(item)) children.push(item);
    } else if (isSyntaxNode(value)) children.push(value);
  }
  return children;
}

function isSyntaxNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && typeof (value as AnyNode).type === 'string';
}

/** All nodes of a tree, outer ones first, and how many are around each. */
interface FlatTree {
  readonly nodes: readonly AnyNode[];
  readonly depths: Uint32Array;
}

/** A program is walked again for each question about it. */
const flatTrees = new WeakMap<AnyNode, FlatTree>();

/** Calls `visit` for every node, outer ones first, with the nodes around it, outermost first. */
export function walk(root: AnyNode, visit: (node: AnyNode, around: readonly AnyNode[]) => void): void {
  const { nodes, depths } = flatTrees.get(root) ?? flatten(root);
  const around: AnyNode[] = [];
  for (let at = 0; at < nodes.length; at++) {
    while (around.length > depths[at]!) around.pop();
    visit(nodes[at]!, around);
    around.push(nodes[at]!);
  }
}

/** With a stack of its own: a long chain of additions is a deep tree. */
function flatten(root: AnyNode): FlatTree {
  const nodes: AnyNode[] = [];
  const depths: number[] = [];
  const waiting = [root];
  const depthsWaiting = [0];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const depth = depthsWaiting.pop()!;
    nodes.push(node);
    depths.push(depth);
    const children = childrenOf(node);
    for (let at = children.length - 1; at >= 0; at--) {
      waiting.push(children[at]!);
      depthsWaiting.push(depth + 1);
    }
  }
  const tree = { nodes, depths: Uint32Array.from(depths) };
  flatTrees.set(root, tree);
  return tree;
}
