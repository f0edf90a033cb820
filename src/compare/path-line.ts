import type { HeapGraph } from '../graph/heap-graph.ts';
import { explainingPath } from '../objects/explaining-path.ts';
import type { LogicalHop } from '../objects/hop.ts';
import { logicalPath } from '../objects/logical-path.ts';
import type { NodeOrdinal } from '../shared/ids.ts';

const LONGEST_LINE = 12;

/**
 * The steps that keep a node alive as one line, from the module variable (else the first object) they begin at:
 * `sessions → entry → user`. Long ones are folded in the middle. Undefined for a node that nothing keeps alive.
 */
export function pathLine(graph: HeapGraph, node: NodeOrdinal): string | undefined {
  const path = explainingPath(graph, node);
  if (path === undefined) return undefined;
  const hops = logicalPath(graph, path);
  const variable = hops.findLastIndex((hop) => hop.role === 'module-variable');
  const first = hops.findIndex((hop) => graph.typeOf(hop.from) !== 'synthetic');
  const start = variable === -1 ? first : variable;
  const steps = hops.slice(start === -1 ? 0 : start).map(stepText);
  if (variable === -1 && first !== -1) steps.unshift(graph.nameOf(hops[first]!.from));
  const half = LONGEST_LINE / 2;
  return (steps.length > LONGEST_LINE ? [...steps.slice(0, half), '…', ...steps.slice(-half)] : steps).join(
    ' → ',
  );
}

function stepText({ name, repeats }: LogicalHop): string {
  return repeats > 1 ? `${name} (×${repeats})` : name;
}
