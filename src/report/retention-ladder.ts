import type { Hop, RetentionPath, SourceLocation } from '../explain/explanation.ts';
import { formatBytes } from '../shared/bytes.ts';
import { clip } from '../shared/text-width.ts';
import type { Page } from './page.ts';

/** Paths longer than this are shown with their middle folded: chains of promises can be thousands of hops long. */
const LONGEST_LADDER = 24;
const KEPT_BEHIND_FOLD = 8;
const WIDEST_NAME = 72;

/**
 * A retention path from the root at the top to the accused object at the bottom:
 *
 *     module variable of app.js
 *     │
 *     ├─ sessions → Map  app.js:3:7  ◄ suspect
 *     ╰─ [key] → Session  app.js:9:1
 */
export function ladder(path: RetentionPath, page: Page): string[] {
  return [page.paint.bold(path.root), page.paint.dim('│'), ...rungs(path.hops, page)];
}

/** The hops alone, one or (where there is more to say) two lines each. */
export function rungs(hops: readonly Hop[], page: Page): string[] {
  const { paint } = page;
  const folded = hops.length > LONGEST_LADDER ? hops.length - LONGEST_LADDER : 0;
  const foldFrom = LONGEST_LADDER - KEPT_BEHIND_FOLD;
  return hops.flatMap((hop, index) => {
    const isLast = index === hops.length - 1;
    if (folded > 0 && index === foldFrom) {
      return [paint.dim(`┊  … ${folded} more hops; --format json has them all`)];
    }
    if (index > foldFrom && index < foldFrom + folded) return [];
    const stem = paint.dim(isLast ? '╰─ ' : '├─ ');
    const gap = paint.dim(isLast ? '   ' : '│  ');
    return [stem + rung(hop, page), ...remarks(hop, page).map((remark) => gap + paint.dim(`  ${remark}`))];
  });
}

function rung(hop: Hop, { paint }: Page): string {
  const edge = clip(edgeText(hop), WIDEST_NAME);
  const node = clip(nodeText(hop), WIDEST_NAME);
  return [
    `${hop.suspect ? paint.red.bold(edge) : edge}${paint.dim(' → ')}${hop.status === 'leaking' ? paint.yellow(node) : node}`,
    ...(hop.location ? [paint.cyan(locationText(hop.location))] : []),
    ...(hop.suspect ? [paint.red('◄ suspect')] : []),
  ].join('  ');
}

/** What can be said about a hop beside its name: why there is no position, and in detail its status and size. */
function remarks(hop: Hop, page: Page): string[] {
  const remarks: string[] = [];
  if (page.detail === 'verbose') {
    remarks.push(`${hop.status}: ${hop.reason}; retains ${formatBytes(hop.node.retainedBytes)}`);
    if (!hop.location) remarks.push(`no position: ${hop.noLocation ?? 'V8 has recorded none'}`);
  } else if (hop.suspect) {
    remarks.push(hop.reason);
  }
  return remarks;
}

export function edgeText({ edge, repeats }: Hop): string {
  return repeats === undefined ? edge.name : `${edge.name} (×${repeats})`;
}

/** Functions are told from objects by their parentheses. */
export function nodeText({ node }: Hop): string {
  return node.type === 'closure' && !node.name.startsWith('(') ? `${node.name}()` : node.name;
}

/** `file:line:column`, as editors and terminals understand it. */
export function locationText(location: SourceLocation): string {
  return `${location.file}:${location.line}:${location.column}`;
}
