import type { HeapGraph } from '../graph/heap-graph.ts';
import { isContext } from '../objects/contexts.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../shared/ids.ts';
import type { SourceLocation } from './explanation.ts';
import type { Programs, ScriptProgram } from './programs.ts';
import type { Binding } from './scope-analysis.ts';
import type { Scopes } from './scopes.ts';
import type { SourcePositions } from './source-position.ts';

/** A variable that keeps an object alive, in a developer's words. */
export interface HoldingVariable {
  readonly name: string;
  /** `` module variable `sessions` ``, `` exported variable `cache` ``, `` variable `big` of function `makeStore` ``. */
  readonly phrase: string;
  /** Relative path of the file it stands in, where known. */
  readonly file: string | undefined;
  readonly declaredAt: SourceLocation | undefined;
  /** The variable in the scope analysis of its program; undefined where the source is not known. */
  readonly source: { readonly program: ScriptProgram; readonly binding: Binding } | undefined;
}

/** Names the variables behind edges of a heap. */
export class HoldingVariables {
  readonly #graph: HeapGraph;
  readonly #scopes: Scopes;
  readonly #programs: Programs;
  readonly #positions: SourcePositions;

  constructor(graph: HeapGraph, scopes: Scopes, programs: Programs, positions: SourcePositions) {
    this.#graph = graph;
    this.#scopes = scopes;
    this.#programs = programs;
    this.#positions = positions;
  }

  /**
   * The variable whose value the edge leads to: from a Context (module, function and block variables), or from the cell
   * of a module's export. Undefined for every other edge.
   */
  behind(edge: EdgeOrdinal): HoldingVariable | undefined {
    const source = this.#graph.edgeSource(edge);
    if (isContext(this.#graph, source)) return this.#ofContext(source, edge);
    const isCell = this.#graph.nameOf(source) === 'system / Cell' && this.#graph.edgeNameOf(edge) === 'value';
    return isCell ? this.#ofCell(source) : undefined;
  }

  #ofContext(context: NodeOrdinal, edge: EdgeOrdinal): HoldingVariable | undefined {
    const scope = this.#scopes.scopeOf(context);
    const variable = scope.variables.find((each) => each.edge === edge);
    if (variable === undefined) return undefined;
    const { name, declaredAt, source } = variable;
    const phrase =
      scope.kind === 'module' ? `module variable \`${name}\`` : `variable \`${name}\` of ${scope.label}`;
    return { name, phrase, file: declaredAt?.file ?? source?.program.script.display, declaredAt, source };
  }

  /** Exports are cells in a table of their module, each behind the string of its name. */
  #ofCell(cell: NodeOrdinal): HoldingVariable | undefined {
    const graph = this.#graph;
    let named: HoldingVariable | undefined;
    for (const row of graph.retainerEdges(cell).slice()) {
      const edge = row as EdgeOrdinal;
      const table = graph.edgeSource(edge);
      const before = graph.follow(table, String(Number(graph.edgeNameOf(edge)) - 1), 'internal');
      if (before === undefined || graph.typeOf(before) !== 'string') continue;
      const found = this.#export(graph.nameOf(before), table);
      if (found.source !== undefined) return found;
      named ??= found;
    }
    return named;
  }

  #export(name: string, table: NodeOrdinal): HoldingVariable {
    const program = this.#programOfTable(table);
    const binding = program?.tree.exports.get(name);
    const phrase = `exported variable \`${binding?.name ?? name}\``;
    const file = program?.script.display;
    if (program === undefined || binding === undefined) {
      return { name, phrase, file, declaredAt: undefined, source: undefined };
    }
    const place = program.lines.placeAt(binding.declarations[0]!.start);
    const location = this.#positions.locateIn(program.script.id, place);
    const declaredAt = 'reason' in location ? undefined : location;
    return {
      name: binding.name,
      phrase,
      file: declaredAt?.file ?? file,
      declaredAt,
      source: { program, binding },
    };
  }

  /** The program of the module that owns a table of exports: its body is a generator, which has a position. */
  #programOfTable(table: NodeOrdinal): ScriptProgram | undefined {
    const graph = this.#graph;
    for (const row of graph.retainerEdges(table).slice()) {
      const module = graph.edgeSource(row as EdgeOrdinal);
      if (graph.nameOf(module) !== 'system / SourceTextModule') continue;
      for (let edge: number = graph.firstEdge(module); edge < graph.firstEdge(module + 1); edge += 1) {
        const position = graph.snapshot.position(graph.edgeTarget(edge as EdgeOrdinal));
        const program = position && this.#programs.programOf(position.scriptId);
        if (program !== undefined && !('reason' in program)) return program;
      }
    }
    return undefined;
  }
}
