import type { ScriptPosition } from '../ingest/snapshot.ts';
import { functionNames, functionsByOffset } from './function-positions.ts';
import { type LineColumn, type LineRule, type LineTable, lineTable } from './line-table.ts';
import { analyzeScopes, type ClassNode, type FunctionNode, type ScopeTree } from './scope-analysis.ts';
import type { Script, ScriptSources } from './source-text.ts';
import { parseSource } from './syntax.ts';

/** A script whose text was found and parsed. */
export interface ScriptProgram {
  readonly script: Script;
  readonly tree: ScopeTree;
  /** Lines as they were counted by the V8 that ran the script. */
  readonly lines: LineTable;
  /** The function or class at a position that V8 wrote; undefined when none starts there. */
  functionAt(place: LineColumn): FunctionNode | ClassNode | undefined;
  /** What people call a function or class of this program. */
  nameOf(node: FunctionNode | ClassNode): string;
}

/** Why a script's source cannot tell anything, as the end of a sentence. */
export interface NoProgram {
  readonly reason: string;
}

/** Gives identifiers back the names they had before a compiler renamed them. */
export interface OriginalNames {
  originalName(scriptId: number, place: LineColumn): string | undefined;
}

/** Parses the scripts that findings mention, each once. */
export class Programs {
  readonly #sources: ScriptSources;
  readonly #originals: OriginalNames;
  readonly #programs = new Map<number, ScriptProgram | NoProgram>();

  constructor(sources: ScriptSources, originals: OriginalNames) {
    this.#sources = sources;
    this.#originals = originals;
  }

  programOf(scriptId: number): ScriptProgram | NoProgram {
    let program = this.#programs.get(scriptId);
    if (program === undefined) {
      program = this.#parse(scriptId);
      this.#programs.set(scriptId, program);
    }
    return program;
  }

  /** What people call the function or class at a position that V8 wrote; undefined without source. */
  nameAt(position: ScriptPosition): string | undefined {
    const program = this.programOf(position.scriptId);
    const node = 'reason' in program ? undefined : program.functionAt(position);
    return node === undefined || 'reason' in program ? undefined : program.nameOf(node);
  }

  #parse(scriptId: number): ScriptProgram | NoProgram {
    const found = this.#sources.textOf(scriptId);
    if ('reason' in found) return found;
    const script = this.#sources.script(scriptId);
    const syntax = parseSource(
      found.compiled ?? found.text,
      script.sourceType,
      found.isTypeScript && found.compiled === undefined,
    );
    if ('reason' in syntax) return syntax;
    try {
      return scriptProgram(script, analyzeScopes(syntax), this.#sources.lineRule, this.#originals);
    } catch (error) {
      if (error instanceof RangeError) return { reason: 'its source is nested too deeply' };
      throw error;
    }
  }
}

/** Puts positions and names to the scopes of a script. */
export function scriptProgram(
  script: Script,
  tree: ScopeTree,
  rule: LineRule,
  originals?: OriginalNames,
): ScriptProgram {
  const lines = lineTable(tree.syntax.text, rule);
  const functions = functionsByOffset(tree);
  let names: ReadonlyMap<FunctionNode | ClassNode, string> | undefined;

  function functionAt(place: LineColumn): FunctionNode | ClassNode | undefined {
    const offset = lines.offsetAt(place);
    return offset === undefined ? undefined : functions.get(offset);
  }

  function nameOf(node: FunctionNode | ClassNode): string {
    names ??= functionNames(
      tree,
      (id) => originals?.originalName(script.id, lines.placeAt(id.start)) ?? id.name,
    );
    return names.get(node) ?? 'anonymous function';
  }

  return { script, tree, lines, functionAt, nameOf };
}
