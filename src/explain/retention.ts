import type { Evidence } from '../detect/evidence.ts';
import { stepsInto } from '../detect/holder-paths.ts';
import type { HeapGraph } from '../graph/heap-graph.ts';
import type { HeapPath, LogicalHop } from '../objects/hop.ts';
import { isModuleBody } from '../objects/reading/promises.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import type { Hop, RetentionPath } from './explanation.ts';
import type { HeapSource } from './heap-source.ts';
import type { HoldingVariable } from './holding-variable.ts';

/** A retention path in logical steps, and what of it is shown. */
export interface ToldPath {
  readonly root: string;
  /** All steps from the root; those before `shownFrom` are told by `root`. */
  readonly hops: readonly LogicalHop[];
  readonly shownFrom: number;
  /** The step that enters the leak. */
  readonly entry: number;
  /** The variable behind the first step shown, where it is one. */
  readonly variable: HoldingVariable | undefined;
}

/** Finds the words for a heap path: where a developer's view of it begins, and where it enters the leak. */
export function tell(
  evidence: Evidence,
  source: HeapSource,
  path: HeapPath,
  leaking: ReadonlySet<NodeOrdinal>,
): ToldPath {
  const { graph } = evidence;
  const { hops, entry } = stepsInto(evidence, path, leaking);
  for (let index = entry; index >= 0; index -= 1) {
    const hop = hops[index]!;
    const cached = commonJsFile(evidence, source, hop.from);
    if (cached !== undefined)
      return { root: `module ${cached}`, hops, shownFrom: index, entry, variable: undefined };
    if (hop.role !== 'module-variable' && !isLocalOfModule(graph, hop)) continue;
    const variable = source.variables.behind(hop.edges.at(-1)!);
    const file = variable?.file ?? moduleFile(evidence, source, hops, index);
    if (file === undefined) continue;
    return { root: `module ${file}`, hops, shownFrom: index, entry, variable };
  }
  const anchor = anchorOf(graph, hops, entry);
  return { root: anchor.root, hops, shownFrom: anchor.index, entry, variable: undefined };
}

/** The file of a CommonJS module that stands in Node's cache; undefined for all other objects. */
function commonJsFile(
  { graph, classes }: Evidence,
  source: HeapSource,
  node: NodeOrdinal,
): string | undefined {
  if (graph.nameOf(node) !== 'Module' || classes.rankOf(node) !== 'core-class') return undefined;
  const file = graph.follow(node, 'filename');
  return file === undefined || graph.typeOf(file) !== 'string'
    ? undefined
    : source.sources.displayOf(graph.nameOf(file));
}

/** A variable of a module that no function uses stands in the frame of the module's body, as long as that awaits something. */
function isLocalOfModule(graph: HeapGraph, { role, from }: LogicalHop): boolean {
  return role === 'local' && isModuleBody(graph, from);
}

/** The file of a module scope that is reached from a function of the user's; undefined for modules of Node.js. */
function moduleFile(
  evidence: Evidence,
  source: HeapSource,
  hops: readonly LogicalHop[],
  index: number,
): string | undefined {
  const owner = evidence.scripts.ownerOf(hops[index]!.from);
  if (owner !== 'user' && owner !== 'dependency') return undefined;
  const location = source.positions.locate(hops[index]!.from);
  return 'reason' in location ? undefined : location.file;
}

interface Anchor {
  readonly root: string;
  readonly index: number;
}

/** Where a path begins for a developer when it begins in no module of the program. */
function anchorOf(graph: HeapGraph, hops: readonly LogicalHop[], entry: number): Anchor {
  for (let index = entry; index >= 0; index -= 1) {
    const hop = hops[index]!;
    if (hop.role === 'timer') return { root: 'pending timers of Node.js', index };
    if (hop.role === 'immediate') return { root: 'pending immediates of Node.js', index };
    if (graph.nameOf(hop.from) === 'process' && index > 0) return { root: 'process', index };
    if (isGlobalObject(graph, hop.from)) return { root: 'global object', index };
  }
  const first = hops.findIndex((hop) => graph.typeOf(hop.from) !== 'synthetic');
  const index = first === -1 || first > entry ? entry : first;
  return { root: rootWords(graph, hops, index), index };
}

function isGlobalObject(graph: HeapGraph, node: NodeOrdinal): boolean {
  const name = graph.nameOf(node);
  return graph.typeOf(node) === 'object' && (name === 'global' || name.startsWith('global ('));
}

const ROOT_WORDS: ReadonlyMap<string, string> = new Map([
  ['(Global handles)', 'open handle or native code (Global handles)'],
  ['(Stack roots)', 'a function that is running (Stack roots)'],
  ['(Handle scope)', 'native code that is running (Handle scope)'],
  ['(Micro tasks)', 'queued promise jobs (Micro tasks)'],
  ['(Strong roots)', 'V8 itself (Strong roots)'],
  ['(Strong root list)', 'V8 itself (Strong root list)'],
]);

function rootWords(graph: HeapGraph, hops: readonly LogicalHop[], shownFrom: number): string {
  const categories = hops.slice(0, shownFrom).map((hop) => graph.nameOf(hop.to));
  const category = categories.findLast((name) => name.startsWith('('));
  if (category === undefined || category === '(GC roots)') return 'GC root';
  return ROOT_WORDS.get(category) ?? `V8 itself ${category}`;
}

/** The path as the report has it. */
export function retentionPathOf(
  evidence: Evidence,
  source: HeapSource,
  told: ToldPath,
  leaking: ReadonlySet<NodeOrdinal>,
  to: string,
): RetentionPath {
  const hops = told.hops.slice(told.shownFrom).map((hop, index) => {
    const at = told.shownFrom + index;
    return hopOf(evidence, source, hop, {
      isBefore: at < told.entry,
      isEntry: at === told.entry,
      isLast: at === told.hops.length - 1,
      isLeaking: leaking.has(hop.to),
    });
  });
  const isHead = told.shownFrom <= told.entry && startsAtObject(evidence.graph, told);
  return { root: told.root, hops: isHead ? [headHop(evidence, source, told), ...hops] : hops, to };
}

/** Paths that begin at an object (process, a handle) name it first; those that begin at a variable name the variable. */
function startsAtObject(graph: HeapGraph, told: ToldPath): boolean {
  const before = told.hops[told.shownFrom - 1];
  return (
    told.root.startsWith('open handle') && before !== undefined && graph.typeOf(before.to) !== 'synthetic'
  );
}

function headHop(evidence: Evidence, source: HeapSource, told: ToldPath): Hop {
  const before = told.hops[told.shownFrom - 1]!;
  return hopOf(
    evidence,
    source,
    { ...before, role: 'handle', name: 'handle', repeats: 1 },
    {
      isBefore: true,
      isEntry: false,
      isLast: false,
      isLeaking: false,
    },
  );
}

interface HopPlace {
  readonly isBefore: boolean;
  readonly isEntry: boolean;
  readonly isLast: boolean;
  readonly isLeaking: boolean;
}

/** One step with its status: alive up to the leak, leaking in it, unknown where neither is proven. */
export function hopOf(evidence: Evidence, source: HeapSource, hop: LogicalHop, place: HopPlace): Hop {
  const { graph, classes } = evidence;
  const variable = source.variables.behind(hop.edges.at(-1)!);
  const declared = variable?.declaredAt;
  const found = source.positions.locate(hop.to);
  const location = declared ?? ('reason' in found ? undefined : found);
  return {
    edge: { type: hop.role, name: variable?.name ?? hop.name },
    node: {
      name: classes.nameOf(hop.to),
      type: graph.typeOf(hop.to),
      id: graph.idOf(hop.to),
      retainedBytes: graph.retainedSizeOf(hop.to),
    },
    ...statusOf(evidence, hop, place),
    ...(hop.repeats > 1 ? { repeats: hop.repeats } : {}),
    suspect: place.isEntry || (!place.isBefore && place.isLast && hop.role === 'variable'),
    ...(location === undefined ? {} : { location: source.positions.withFrame(location) }),
    ...(location === undefined && 'reason' in found ? { noLocation: found.reason } : {}),
  };
}

function statusOf(evidence: Evidence, hop: LogicalHop, place: HopPlace): Pick<Hop, 'status' | 'reason'> {
  const { graph, generations } = evidence;
  const born = generations.bornIn(graph.idOf(hop.to));
  if (place.isBefore) {
    const age =
      generations.count > 0 && born === 0
        ? 'it was there before the first mark'
        : 'it leads to the leak but does not grow';
    return {
      status: 'alive',
      reason: hop.role === 'module-variable' ? 'a module variable lives as long as the program' : age,
    };
  }
  if (place.isLeaking) {
    const reason = place.isEntry
      ? 'here the leak is held: what the edge leads to should be gone'
      : 'it belongs to the leak';
    return { status: 'leaking', reason };
  }
  return { status: 'unknown', reason: 'it is kept by the leak; whether it has another use is not known' };
}
