import type { HeapGraph } from '../graph/heap-graph.ts';
import { HolderSites } from './holder-sites.ts';
import { HoldingVariables } from './holding-variable.ts';
import { Programs } from './programs.ts';
import { type Scopes, SourceScopes } from './scopes.ts';
import { SourcePositions } from './source-position.ts';
import { ScriptSources, type SourceOptions } from './source-text.ts';

/** What can be asked about the source of the program that left a heap. Nothing is read before it is asked for. */
export interface HeapSource {
  readonly sources: ScriptSources;
  readonly programs: Programs;
  readonly positions: SourcePositions;
  readonly scopes: Scopes;
  readonly variables: HoldingVariables;
  readonly sites: HolderSites;
}

/** The pieces of this folder that read sources, put together for one heap. */
export function heapSource(graph: HeapGraph, options: SourceOptions = {}): HeapSource {
  const sources = new ScriptSources(graph, options);
  const positions = new SourcePositions(graph, sources, options);
  const programs = new Programs(sources, positions);
  const scopes = new SourceScopes(graph, programs, positions);
  const variables = new HoldingVariables(graph, scopes, programs, positions);
  const sites = new HolderSites(graph, sources, programs, positions);
  return { sources, programs, positions, scopes, variables, sites };
}
