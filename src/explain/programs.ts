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

/** Parses the scripts that findings mention, each once. */
export class Programs {
  readonly #sources: ScriptSources;
  readonly #programs = new Map<number, ScriptProgram | NoProgram>();

  constructor(sources: ScriptSources) {
    this.#sources = sources;
  }

  programOf(scriptId: number): ScriptProgram | NoProgram {
    let program = this.#programs.get(scriptId);
    if (program === undefined) {
      program = this.#parse(scriptId);
      this.#programs.set(scriptId, program);
    }
    return program;
  }

  #parse(scriptId: number): ScriptProgram | NoProgram {
    const found = this.#sources.textOf(scriptId);
    if ('reason' in found) return found;
    const script = this.#sources.script(scriptId);
    const syntax = parseSource(found.text, script.sourceType, found.isTypeScript);
    if ('reason' in syntax) return syntax;
    try {
      return scriptProgram(script, analyzeScopes(syntax), this.#sources.lineRule);
    } catch (error) {
      if (error instanceof RangeError) return { reason: 'its source is nested too deeply' };
      throw error;
    }
  }
}

/** Puts positions and names to the scopes of a script. */
export function scriptProgram(script: Script, tree: ScopeTree, rule: LineRule): ScriptProgram {
  const lines = lineTable(tree.syntax.text, rule);
  const functions = functionsByOffset(tree);
  let names: ReadonlyMap<FunctionNode | ClassNode, string> | undefined;

  function functionAt(place: LineColumn): FunctionNode | ClassNode | undefined {
    const offset = lines.offsetAt(place);
    return offset === undefined ? undefined : functions.get(offset);
  }

  function nameOf(node: FunctionNode | ClassNode): string {
    names ??= functionNames(tree);
    return names.get(node) ?? 'anonymous function';
  }

  return { script, tree, lines, functionAt, nameOf };
}
