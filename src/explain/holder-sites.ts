import { dirname, resolve } from 'node:path';
import type { AnyNode, Expression, Pattern } from 'acorn';
import type { HeapGraph } from '../graph/heap-graph.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import type { HoldingVariable } from './holding-variable.ts';
import type { Programs, ScriptProgram } from './programs.ts';
import type { Binding } from './scope-analysis.ts';
import { type Deed, type Holder, registrationsOf, type Site, sitesOf } from './sites.ts';
import type { Locator } from './source-position.ts';
import type { ScriptSources } from './source-text.ts';

/**
 * The lines of a whole program that fill, empty or make the holders of a heap. Scripts of dependencies are searched only
 * when the holder itself stands in one, and then only that script.
 */
export class HolderSites {
  readonly #graph: HeapGraph;
  readonly #sources: ScriptSources;
  readonly #programs: Programs;
  readonly #positions: Locator;

  constructor(graph: HeapGraph, sources: ScriptSources, programs: Programs, positions: Locator) {
    this.#graph = graph;
    this.#sources = sources;
    this.#programs = programs;
    this.#positions = positions;
  }

  /**
   * What is done to the object in a variable (or to one of its properties), in the file of the variable and in the
   * user's files that import it. Empty where the source is not known.
   */
  ofVariable({ source }: HoldingVariable, deed: Deed, property?: string): Site[] {
    if (source === undefined) return [];
    const { program, binding } = source;
    const sites = sitesOf(program, this.#positions, { binding, property }, deed);
    const { path } = program.script;
    if (path === undefined || binding.scope.kind !== 'program') return sites;
    for (const name of exportedNames(program, binding)) {
      for (const other of this.#userPrograms(name, program)) {
        for (const holder of importsOf(other, path, name, property)) {
          sites.push(...sitesOf(other, this.#positions, holder, deed));
        }
      }
    }
    return sites;
  }

  /**
   * What is done to a property of an object: certain in the class of the object, and after it by the property's name alone
   * in the user's other files.
   */
  ofProperty(owner: NodeOrdinal, property: string, deed: Deed): Site[] {
    const program = this.#programOf(owner);
    const className = this.#classOf(owner, program);
    const sites =
      program === undefined ? [] : sitesOf(program, this.#positions, { property, className }, deed);
    if (program !== undefined && program.script.owner !== 'user') return sites;
    for (const other of this.#userPrograms(property.replace(/^#/, ''), program)) {
      if (!property.startsWith('#')) sites.push(...sitesOf(other, this.#positions, { property }, deed));
    }
    return sites;
  }

  /** The calls that received a function: where a listener, timer or callback was handed over. */
  registrations(closure: NodeOrdinal): Site[] {
    const program = this.#programOf(closure);
    const position = this.#graph.snapshot.position(closure);
    const node = position && program?.functionAt(position);
    if (
      program === undefined ||
      node === undefined ||
      node.type === 'ClassDeclaration' ||
      node.type === 'ClassExpression'
    ) {
      return [];
    }
    return registrationsOf(program, this.#positions, node);
  }

  #programOf(node: NodeOrdinal): ScriptProgram | undefined {
    const position = this.#graph.snapshot.position(node);
    const program = position && this.#programs.programOf(position.scriptId);
    return program === undefined || 'reason' in program ? undefined : program;
  }

  /** The class whose constructor V8 gives as the position of an instance. */
  #classOf(instance: NodeOrdinal, program: ScriptProgram | undefined): string | undefined {
    const position = this.#graph.snapshot.position(instance);
    const node = position && program?.functionAt(position);
    return node === undefined ? undefined : program!.nameOf(node).replace(/\.constructor$/, '');
  }

  /** The user's programs whose text contains a word, one program left out. */
  *#userPrograms(word: string, except: ScriptProgram | undefined): Generator<ScriptProgram> {
    for (const { id, owner } of this.#sources.userScripts()) {
      if (owner !== 'user' || id === except?.script.id) continue;
      const found = this.#sources.textOf(id);
      if ('reason' in found || !found.text.includes(word)) continue;
      const program = this.#programs.programOf(id);
      if (!('reason' in program)) yield program;
    }
  }
}

/** Names under which other files get at a variable: its exports, or in CommonJS most likely its own name. */
function exportedNames(program: ScriptProgram, binding: Binding): string[] {
  if (program.tree.syntax.sourceType !== 'module') return [binding.name];
  return [...program.tree.exports].filter(([, exported]) => exported === binding).map(([name]) => name);
}

/** Variables of a program that are imported from a file under a name, by `import`, `require` or `await import`. */
function importsOf(
  program: ScriptProgram,
  file: string,
  name: string,
  property: string | undefined,
): Holder[] {
  const holders: Holder[] = [];
  const { bindings } = program.tree.program;
  // The whole module in a variable: what is meant is a property of it. A property of that property is not followed.
  const takeModule = (local: string): void => {
    const binding = bindings.get(local);
    if (binding !== undefined && property === undefined) holders.push({ binding, property: name });
  };
  const take = (local: string): void => {
    const binding = bindings.get(local);
    if (binding !== undefined) holders.push({ binding, property });
  };
  for (const statement of program.tree.syntax.program.body) {
    if (statement.type === 'ImportDeclaration' && leadsTo(program, statement.source.value, file)) {
      for (const specifier of statement.specifiers) {
        if (specifier.type === 'ImportNamespaceSpecifier') takeModule(specifier.local.name);
        else if (importedName(specifier) === name) take(specifier.local.name);
      }
    }
    if (statement.type !== 'VariableDeclaration') continue;
    for (const { id, init } of statement.declarations) {
      const request = init ? requested(init) : undefined;
      if (request === undefined || !leadsTo(program, request, file)) continue;
      if (id.type === 'Identifier') takeModule(id.name);
      else for (const local of patternNames(id, name)) take(local);
    }
  }
  return holders;
}

function importedName(specifier: AnyNode): string | undefined {
  if (specifier.type === 'ImportDefaultSpecifier') return 'default';
  if (specifier.type !== 'ImportSpecifier') return undefined;
  return specifier.imported.type === 'Identifier'
    ? specifier.imported.name
    : String(specifier.imported.value);
}

/** What `require(…)` or `await import(…)` asks for; undefined for other values. */
function requested(init: Expression): string | undefined {
  const argument =
    init.type === 'AwaitExpression' && init.argument.type === 'ImportExpression'
      ? init.argument.source
      : init.type === 'CallExpression' && init.callee.type === 'Identifier' && init.callee.name === 'require'
        ? init.arguments[0]
        : undefined;
  return argument?.type === 'Literal' ? String(argument.value) : undefined;
}

/** Names that `{ name }` or `{ name: local }` gives to a property. */
function patternNames(pattern: Pattern, name: string): string[] {
  if (pattern.type !== 'ObjectPattern') return [];
  return pattern.properties.flatMap((property) => {
    if (property.type === 'RestElement' || property.computed || property.key.type !== 'Identifier') return [];
    return property.key.name === name && property.value.type === 'Identifier' ? [property.value.name] : [];
  });
}

/** Does a relative request name the file, whatever the extension (`./store.js` is `store.ts` before it is compiled)? */
function leadsTo(program: ScriptProgram, request: unknown, file: string): boolean {
  const from = program.script.path;
  if (from === undefined || typeof request !== 'string' || !request.startsWith('.')) return false;
  const wanted = withoutExtension(resolve(dirname(from), request));
  const found = withoutExtension(file);
  return found === wanted || found === `${wanted}/index`;
}

function withoutExtension(path: string): string {
  return path.replace(/\.[cm]?[jt]sx?$/, '');
}
