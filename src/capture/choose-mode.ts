import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { type Node, type Pattern, type Program, parse } from 'acorn';

/**
 * How a script wants to be driven, from its source alone, since to load it would be to run it: `scenario` when
 * it exports `iterate`, else `script`. Anything that cannot be read or parsed is a script.
 */
export function chooseMode(file: string): 'scenario' | 'script' {
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch {
    return 'script';
  }
  if (!source.includes('iterate')) return 'script';
  const exportsIterate = /^\.[cm]?tsx?$/.test(extname(file)) ? typeScriptExports : javaScriptExports;
  return exportsIterate(source) ? 'scenario' : 'script';
}

function javaScriptExports(source: string): boolean {
  const program = parseEither(source);
  return (
    program?.body.some((statement) => exportsOfModule(statement) || exportsOfCommonJs(statement)) ?? false
  );
}

function parseEither(source: string): Program | undefined {
  for (const sourceType of ['module', 'commonjs'] as const) {
    try {
      return parse(source, { ecmaVersion: 'latest', sourceType, allowHashBang: true });
    } catch {
      // The other grammar may fit; if neither does, Node will say what is wrong with the script.
    }
  }
  return undefined;
}

function exportsOfModule(statement: Program['body'][number]): boolean {
  if (statement.type !== 'ExportNamedDeclaration') return false;
  const { declaration, specifiers } = statement;
  if (specifiers.some(({ exported }) => nameOf(exported) === 'iterate')) return true;
  if (declaration?.type === 'FunctionDeclaration') return declaration.id.name === 'iterate';
  return (
    declaration?.type === 'VariableDeclaration' &&
    declaration.declarations.some(({ id }) => binds(id, 'iterate'))
  );
}

/** Is a variable of this name among those that a declaration makes, be it out of an object: `const { iterate } = …`? */
function binds(pattern: Pattern, name: string): boolean {
  switch (pattern.type) {
    case 'ObjectPattern':
      return pattern.properties.some((property) =>
        binds(property.type === 'Property' ? property.value : property.argument, name),
      );
    case 'ArrayPattern':
      return pattern.elements.some((element) => element !== null && binds(element, name));
    case 'AssignmentPattern':
      return binds(pattern.left, name);
    case 'RestElement':
      return binds(pattern.argument, name);
    default:
      return nameOf(pattern) === name;
  }
}

/** `exports.iterate = …`, `module.exports.iterate = …` and `module.exports = { iterate }` at the top of the file. */
function exportsOfCommonJs(statement: Program['body'][number]): boolean {
  if (statement.type !== 'ExpressionStatement') return false;
  let { expression } = statement;
  while (expression.type === 'AssignmentExpression') {
    const { left, right } = expression;
    if (left.type === 'MemberExpression' && isExports(left.object) && nameOf(left.property) === 'iterate')
      return true;
    if (isExports(left) && right.type === 'ObjectExpression') {
      return right.properties.some(
        (property) => property.type === 'Property' && nameOf(property.key) === 'iterate',
      );
    }
    expression = right;
  }
  return false;
}

function isExports(node: Node): boolean {
  const { type, object, property } = node as Node & { object: Node; property: Node };
  if (type === 'Identifier') return nameOf(node) === 'exports';
  return type === 'MemberExpression' && nameOf(object) === 'module' && nameOf(property) === 'exports';
}

function nameOf(node: Node): string | undefined {
  const { name, value } = node as Node & { name?: string; value?: unknown };
  return name ?? (typeof value === 'string' ? value : undefined);
}

/** acorn does not know types; exports begin a line in practice. */
function typeScriptExports(source: string): boolean {
  const code = source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  return (
    /^\s*export\s+(async\s+)?(function\s*\*?|const|let|var)\s*iterate\b/m.test(code) ||
    /^\s*export\s*(?:const|let|var)?\s*\{[^}]*\biterate\s*[,}]/m.test(code) ||
    /^\s*(module\.)?exports\.iterate\s*=/m.test(code)
  );
}
