import type { Evidence } from '../detect/evidence.ts';
import { explainingPath } from '../objects/explaining-path.ts';
import type { HeapPath } from '../objects/hop.ts';
import { ROOT } from '../shared/ids.ts';
import { largestHoldings } from '../summary/largest-holdings.ts';
import type { SourceLocation } from './explanation.ts';
import type { HeapSource } from './heap-source.ts';
import { holderOf } from './holder.ts';
import { tell } from './retention.ts';

/** A large part of a heap, in words: no accusation. */
export interface LargePart {
  readonly className: string;
  readonly count: number;
  readonly retainedBytes: number;
  /** Share of the whole heap, 0 to 1, in thousandths. */
  readonly share: number;
  /** Who holds it, by the name a developer knows. */
  readonly holder: string;
  readonly location?: SourceLocation;
}

const MOST_PARTS = 5;

/** Says where most of the memory of a program is held: up to five parts, the largest first. */
export function largestParts(evidence: Evidence, source: HeapSource): LargePart[] {
  const { graph, classes } = evidence;
  const parts: LargePart[] = [];
  for (const { objects, className, retainedBytes } of largestHoldings(graph, classes)) {
    const within = new Set(objects);
    const path = explainingPath(graph, objects[objects.length >>> 1]!);
    if (path === undefined || !isOfProgram(evidence, path)) continue;
    const holder = holderOf(evidence, source, tell(evidence, source, path, within));
    parts.push({
      className,
      count: objects.length,
      retainedBytes,
      share: Math.round((1000 * retainedBytes) / graph.retainedSizeOf(ROOT)) / 1000,
      holder: holder.name,
      ...(holder.location !== undefined && { location: holder.location }),
    });
    if (parts.length === MOST_PARTS) break;
  }
  return parts;
}

/** Does code of the program lead to it, or at least none of Node.js or leakscan? */
function isOfProgram({ scripts }: Evidence, { nodes }: HeapPath): boolean {
  const owners = new Set(nodes.map((node) => scripts.ownerOf(node)));
  if (owners.has('user') || owners.has('dependency')) return true;
  return !owners.has('core') && !owners.has('leakscan');
}
