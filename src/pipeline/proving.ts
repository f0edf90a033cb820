import { rmSync } from 'node:fs';
import type { Cut } from '../capture/live-object.ts';
import type { TargetProcess } from '../capture/run-target.ts';
import { aimedAt } from '../detect/aim.ts';
import { type Evidence, evidenceOf } from '../detect/evidence.ts';
import type { Finding } from '../detect/finding.ts';
import { entryEdge, holderPaths, MOST_HOLDERS } from '../detect/holder-paths.ts';
import { type CutPlan, cutPlan, OPEN_HANDLES } from '../explain/cuts.ts';
import { type HeapSource, heapSource } from '../explain/heap-source.ts';
import { holderOf } from '../explain/holder.ts';
import type { Proof, Proofs, Proven } from '../explain/proof.ts';
import { tell } from '../explain/retention.ts';
import { reachableWithout } from '../graph/reachability.ts';
import type { HeapObjectId, NodeOrdinal } from '../shared/ids.ts';
import type { Examination } from './examination.ts';
import { readGraph } from './looks.ts';
import type { Watch } from './watch.ts';

/** Findings that are put to the proof, worst first, and the time after which nothing further is cut. */
const MOST_PROOFS = 5;
const BUDGET_MS = 30_000;
/** Holders that are cut for one finding. */
const MOST_CUTS = 6;
/** Accused objects whose fate is watched. */
const MOST_WATCHED = 200;
/** Share of the watched objects that have to go for an accusation to be confirmed. */
const CONFIRMED_SHARE = 0.5;
/** Share after which nothing further is cut: the last few may be in use. */
const ENOUGH_SHARE = 0.9;
/** A holder that keeps less than this share of the objects by itself is not what makes the leak. */
const HOLDING_SHARE = 0.1;

/**
 * Cuts, in the living target, the edge that each finding accuses, collects garbage, and says what that freed. Where the
 * objects stay, what holds them now is cut as well, holder after holder. The target cannot be trusted afterwards, so this is
 * the last thing done to it.
 */
export async function prove(target: TargetProcess, examination: Examination, watch: Watch): Promise<Proofs> {
  const { findings } = examination.detection;
  const prover = new Prover(target, examination, watch);
  try {
    await prover.begin(findings.slice(0, MOST_PROOFS));
    const proofs = new Map<Finding, Proven>();
    for (const [index, finding] of findings.entries()) {
      const proven =
        index < MOST_PROOFS
          ? await prover.proofOf(finding)
          : { finding, proof: untested(`only the first ${MOST_PROOFS} findings are put to the proof`) };
      proofs.set(finding, proven);
    }
    return proofs;
  } finally {
    prover.end();
  }
}

/** A heap of the target, and what is known of its sources. */
interface Heap {
  readonly evidence: Evidence;
  readonly source: HeapSource;
}

/** A holder that can be cut, as one heap shows it. */
interface Aim {
  readonly words: string;
  readonly plan: CutPlan;
}

/** A holder that was cut. */
interface Step extends Aim {
  readonly freedBytes: number;
  /** Accused objects that went with it. */
  readonly gone: number;
}

class Prover {
  readonly #target: TargetProcess;
  readonly #watch: Watch;
  readonly #original: Heap;
  readonly #begun = performance.now();
  readonly #watched = new Map<Finding, readonly HeapObjectId[]>();
  /** Went before anything was cut. */
  #goneByThemselves: ReadonlySet<HeapObjectId> = new Set();
  #gone: ReadonlySet<HeapObjectId> = new Set();
  /** Cuts that were made, by what they do. */
  readonly #made = new Set<string>();
  /** Snapshot of the heap after the last cut. */
  #file: string | undefined;
  /** The heap in that file, once somebody has asked. */
  #latest: Heap | undefined;

  constructor(target: TargetProcess, { evidence, source }: Examination, watch: Watch) {
    this.#target = target;
    this.#watch = watch;
    this.#original = { evidence, source: source ?? heapSource(evidence.graph, { cwd: cwdOf(evidence) }) };
  }

  /** Looks which of the accused objects are still there, as the program may let them go by itself. */
  async begin(findings: readonly Finding[]): Promise<void> {
    const { graph } = this.#original.evidence;
    for (const finding of findings) {
      this.#watched.set(
        finding,
        sample(finding.objects).map((node) => graph.idOf(node)),
      );
    }
    await this.#cut([]);
    this.#goneByThemselves = this.#gone;
  }

  end(): void {
    if (this.#file !== undefined) rmSync(this.#file, { force: true });
  }

  async proofOf(finding: Finding): Promise<Proven> {
    const there = this.#watched.get(finding)!.filter((id) => !this.#goneByThemselves.has(id));
    const watched = this.#watched.get(finding)!.length;
    if (there.length < watched * CONFIRMED_SHARE) {
      return { finding, proof: letGo(finding, watched - there.length, watched) };
    }
    if (this.#left(there).length === 0) return { finding, proof: this.#goneBefore(finding, there.length) };
    const steps: Step[] = [];
    const stopped = await this.#cutHolders(finding, there, steps);
    const gone = there.length - this.#left(there).length;
    if (steps.length === 0) return { finding, proof: untested(stopped ?? '') };
    if (gone >= there.length * CONFIRMED_SHARE) return this.#confirmed(finding, steps, gone, there.length);
    const names = listed(steps.map(({ words }) => words));
    const went = `${countText(gone, there.length)} went when ${names} ${steps.length > 1 ? 'were' : 'was'} cut`;
    const isRefuted = gone === 0 && stopped === NOTHING_HOLDS && finding.evidence === 'growth';
    const status = isRefuted ? 'refuted' : 'not-testable';
    const reason = isRefuted
      ? `${went}, and no other holder was found: the accusation is withdrawn`
      : `${went}; ${stopped}`;
    const holds = this.#holding(finding, steps);
    return { finding, proof: proofWith(status, steps, (step) => holds.has(step), reason) };
  }

  /** Cuts one holder after the other until the objects are gone; returns what ended that before. */
  async #cutHolders(
    finding: Finding,
    there: readonly HeapObjectId[],
    steps: Step[],
  ): Promise<string | undefined> {
    let heap: Heap | undefined = this.#original;
    let made = 0;
    while (this.#left(there).length > there.length * (1 - ENOUGH_SHARE)) {
      if (!this.#target.isAlive()) return 'the target has ended';
      if (made === MOST_CUTS) return `no more than ${MOST_CUTS} holders are cut for one finding`;
      if (performance.now() - this.#begun > BUDGET_MS)
        return `the ${BUDGET_MS / 1000} s for all proofs are over`;
      const aim: Aim | { readonly reason: string } = this.#aimAt(heap, finding, this.#left(there));
      if ('reason' in aim) {
        // What was cut for the findings before shows only in the heap of now.
        if (heap !== this.#original || this.#made.size === 0) return aim.reason;
      } else {
        const left = this.#left(there).length;
        const result = await this.#cut(aim.plan.cuts);
        made += 1;
        if (typeof result === 'string') return result;
        const refusal = result.refusals.find((each) => each !== null);
        const gone = left - this.#left(there).length;
        if (gone === 0 && result.refusals.every((each) => each !== null)) return refusal ?? '';
        addStep(steps, { ...aim, freedBytes: result.freedBytes, gone });
      }
      if (this.#left(there).length > 0) heap = await this.#heapNow();
      if (heap === undefined) return 'the heap after the cut could not be read';
    }
    return undefined;
  }

  /** What holds the objects that are left, as that heap shows it. */
  #aimAt(
    { evidence, source }: Heap,
    finding: Finding,
    left: readonly HeapObjectId[],
  ): Aim | { readonly reason: string } {
    const { graph } = evidence;
    const leaking = this.#leakingIn(evidence, finding);
    const shown = this.#original.evidence.graph.idOf(finding.representative);
    const candidates = [left.includes(shown) ? shown : left[0]!, left.at(-1)!, left[left.length >> 1]!];
    let reason = NOTHING_HOLDS;
    for (const id of new Set(candidates)) {
      const node = graph.nodeWithId(id);
      for (const path of node === undefined ? [] : holderPaths(evidence, node, leaking, MOST_HOLDERS)) {
        if (isRunning(evidence, path.nodes[entryEdge(path, leaking)]!)) continue;
        const plan = cutPlan(evidence, path, leaking);
        if ('reason' in plan) {
          reason = plan.reason;
          continue;
        }
        const words = wordsOf(plan, holderOf(evidence, source, tell(evidence, source, path, leaking)).name);
        if (!plan.cuts.every((cut) => this.#made.has(keyOf(cut)))) return { words, plan };
        reason = `${words} was cut and holds them again`;
      }
    }
    return { reason };
  }

  #leakingIn(evidence: Evidence, finding: Finding): ReadonlySet<NodeOrdinal> {
    const original = this.#original.evidence.graph;
    if (evidence.graph === original) return finding.leaking;
    const leaking = new Set<NodeOrdinal>();
    for (const node of finding.leaking) {
      const now = evidence.graph.nodeWithId(original.idOf(node));
      if (now !== undefined) leaking.add(now);
    }
    return leaking;
  }

  /** Makes the cuts and looks who is gone; a string says why there is no result. */
  async #cut(cuts: readonly Cut[]) {
    const watched = new Set([...this.#watched.values()].flat());
    let result: Awaited<ReturnType<TargetProcess['cut']>>;
    try {
      result = await this.#target.cut(cuts, [...watched]);
    } catch (error) {
      return `the heap after the cut could not be looked at: ${(error as Error).message}`;
    }
    if (result === undefined) return 'the target did not survive the cut';
    for (const cut of cuts) this.#made.add(keyOf(cut));
    this.#gone = new Set([...this.#gone, ...result.gone]);
    this.#file = result.file;
    this.#latest = undefined;
    return result;
  }

  /** The heap after the last cut; undefined when it cannot be read. */
  async #heapNow(): Promise<Heap | undefined> {
    if (this.#latest !== undefined || this.#file === undefined) return this.#latest;
    const { evidence } = this.#original;
    try {
      const graph = await readGraph(this.#file, { step: () => {} });
      const now = evidenceOf(graph, evidence.generations, evidence.run, undefined, false);
      this.#latest = { evidence: now, source: heapSource(graph, { cwd: cwdOf(evidence) }) };
    } catch {
      return undefined;
    }
    this.#watch.step('looking what holds the objects now');
    return this.#latest;
  }

  #left(ids: readonly HeapObjectId[]): HeapObjectId[] {
    return ids.filter((id) => !this.#gone.has(id));
  }

  /** Objects that went with what was cut for the findings before: a proof only where that was their own holder. */
  #goneBefore(finding: Finding, count: number): Proof {
    const aim = this.#aimAfresh(finding);
    const isOwn = aim?.plan.cuts.every((cut) => this.#made.has(keyOf(cut))) ?? false;
    const went = `all ${count} watched objects went with what was cut for the findings before`;
    if (aim === undefined || !isOwn) return untested(went);
    return { status: 'confirmed', cut: aim.words, freedBytes: 0, reason: `${went}, this holder among it` };
  }

  /** The first holder as the analysis saw it, whether it was cut or not. */
  #aimAfresh(finding: Finding): Aim | undefined {
    const { evidence, source } = this.#original;
    const path = holderPaths(evidence, finding.representative, finding.leaking, 1)[0];
    const plan = path === undefined ? undefined : cutPlan(evidence, path, finding.leaking);
    if (path === undefined || plan === undefined || 'reason' in plan) return undefined;
    return {
      plan,
      words: wordsOf(plan, holderOf(evidence, source, tell(evidence, source, path, finding.leaking)).name),
    };
  }

  #confirmed(finding: Finding, steps: readonly Step[], gone: number, there: number): Proven {
    const holds = this.#holding(finding, steps);
    const holding = steps.filter((step) => holds.has(step));
    const others = steps.filter((step) => !holds.has(step));
    const together =
      holding.length > 1 ? `; each of these ${holding.length} holds them by itself, so all have to go` : '';
    const wrong =
      others.length > 0
        ? `; ${listed(others.map(({ words }) => words))} freed next to nothing and ${others.length > 1 ? 'do' : 'does'} not keep them`
        : '';
    const reason = `${countText(gone, there)} went${together}${wrong}`;
    const proof = proofWith('confirmed', steps, (step) => holds.has(step), reason);
    return { proof, finding: holds.has(steps[0]!) ? finding : this.#aimedAtHolder(finding, holding) };
  }

  /**
   * Those of the holders that keep a good part of the objects by themselves, when all others are cut: more than one where the
   * objects hang on several.
   */
  #holding(finding: Finding, steps: readonly Step[]): ReadonlySet<Step> {
    if (steps.length === 1) return new Set(steps);
    const { graph } = this.#original.evidence;
    const holding = steps.filter((step) => {
      const isKnown = [...step.plan.sources].some((id) => graph.nodeWithId(id) !== undefined);
      if (!isKnown) return step.gone > 0;
      const kept = this.#reachedWithout(
        finding,
        steps.filter((other) => other !== step),
      );
      const objects = sample(finding.objects);
      return objects.filter((node) => kept[node] === 1).length >= objects.length * HOLDING_SHARE;
    });
    return new Set(holding.length > 0 ? holding : steps);
  }

  /** What the original heap reaches without the edges that these cuts take away. */
  #reachedWithout(finding: Finding, steps: readonly Step[]): Uint8Array {
    const { graph } = this.#original.evidence;
    const sources = new Set(
      steps.flatMap((step) => [...step.plan.sources].map((id) => graph.nodeWithId(id))),
    );
    return reachableWithout(
      graph,
      (edge) => finding.leaking.has(graph.edgeTarget(edge)) && sources.has(graph.edgeSource(edge)),
    );
  }

  /** The finding with an object to show that only the holders that were proven keep. */
  #aimedAtHolder(finding: Finding, holding: readonly Step[]): Finding {
    const kept = this.#reachedWithout(finding, holding);
    const shown = finding.objects.find((node) => kept[node] === 0);
    return shown === undefined ? finding : aimedAt(this.#original.evidence, finding, shown);
  }
}

const NOTHING_HOLDS = 'nothing that holds them was found';

/** Adds a cut; cuts of one holder, as of more timers than one plan has room for, are one step. */
function addStep(steps: Step[], step: Step): void {
  const at = steps.findIndex(({ words }) => words === step.words);
  const before = steps[at];
  if (before === undefined) return void steps.push(step);
  const sources = new Set([...before.plan.sources, ...step.plan.sources]);
  steps[at] = {
    ...before,
    plan: { ...before.plan, sources },
    freedBytes: before.freedBytes + step.freedBytes,
    gone: before.gone + step.gone,
  };
}

/** Some of the objects, old and young ones. */
function sample(objects: readonly NodeOrdinal[]): NodeOrdinal[] {
  const most = Math.min(objects.length, MOST_WATCHED);
  return Array.from({ length: most }, (_, index) => objects[Math.floor((index * objects.length) / most)]!);
}

/** A function that is running or native code under way holds for a moment and is nobody's mistake. */
function isRunning({ graph }: Evidence, node: NodeOrdinal): boolean {
  return graph.nameOf(node) === '(Stack roots)' || graph.nameOf(node) === '(Handle scope)';
}

function wordsOf({ edge, isInside }: CutPlan, holder: string): string {
  if (isInside) return `${edge} inside what ${holder} holds`;
  if (edge === OPEN_HANDLES) return edge;
  return holder.endsWith(`.${edge}`) || edge.startsWith('pending ') ? holder : `${edge} of ${holder}`;
}

function keyOf(cut: Cut): string {
  return JSON.stringify(cut);
}

function letGo(finding: Finding, gone: number, watched: number): Proof {
  const reason = `${countText(gone, watched)} went before anything was cut: the program lets go of them by itself`;
  // What was wrong in its state was wrong, whether it is still there or not.
  if (finding.evidence !== 'growth') return untested(reason);
  return { status: 'refuted', cut: '', freedBytes: 0, reason };
}

function untested(reason: string): Proof {
  return { status: 'not-testable', cut: '', freedBytes: 0, reason };
}

function proofWith(
  status: Proof['status'],
  steps: readonly Step[],
  holds: (step: Step) => boolean,
  reason: string,
): Proof {
  return {
    status,
    cut: listed((status === 'confirmed' ? steps.filter(holds) : steps).map(({ words }) => words)),
    freedBytes: steps.reduce((sum, step) => sum + step.freedBytes, 0),
    reason,
    cuts: steps.map((step) => ({
      cut: step.words,
      freedBytes: step.freedBytes,
      gone: step.gone,
      holds: status !== 'refuted' && holds(step),
    })),
  };
}

function countText(gone: number, of: number): string {
  return `${gone} of ${of} watched objects`;
}

function listed(words: readonly string[]): string {
  return [...new Set(words)].join(' and ');
}

function cwdOf({ run }: Evidence): string {
  return run?.cwd ?? process.cwd();
}
