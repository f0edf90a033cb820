import type { TargetProcess } from '../capture/run-target.ts';
import type { Finding } from '../detect/finding.ts';
import { type CutPlan, cutPlan } from '../explain/cuts.ts';
import type { Proof, Proofs } from '../explain/proof.ts';
import type { Examination } from './examination.ts';

/** Findings that are put to the proof, worst first, and the time after which no further one is. */
const MOST_PROOFS = 5;
const BUDGET_MS = 15_000;
/** Accused objects whose fate is watched. */
const MOST_WATCHED = 200;
/** Share of the watched objects that have to go for an accusation to be confirmed. */
const CONFIRMED_SHARE = 0.5;

/**
 * Cuts, in the living target, the edges that hold each finding, collects garbage, and says what that freed. The target
 * cannot be trusted afterwards, so this is the last thing done to it. */
export async function prove(target: TargetProcess, examination: Examination): Promise<Proofs> {
  const proofs = new Map<Finding, Proof>();
  const begun = performance.now();
  for (const finding of examination.detection.findings) {
    if (proofs.size === MOST_PROOFS || performance.now() - begun > BUDGET_MS || !target.isAlive()) break;
    proofs.set(finding, await proofOf(target, examination, finding));
  }
  return proofs;
}

async function proofOf(target: TargetProcess, { evidence }: Examination, finding: Finding): Promise<Proof> {
  const plan = cutPlan(evidence, finding);
  if ('reason' in plan) return notTestable('', plan.reason);
  const watched = finding.objects.slice(0, MOST_WATCHED).map((node) => evidence.graph.idOf(node));
  const result = await target.cut(plan.cuts, watched);
  if (result === undefined) return notTestable(plan.words, 'the target did not survive the cut');
  const refusal = result.refusals.find((each) => each !== null);
  if (refusal !== undefined && result.gone.length === 0) return notTestable(plan.words, refusal ?? '');
  return verdictOf(plan, result.freedBytes, result.gone.length, watched.length);
}

function verdictOf(plan: CutPlan, freedBytes: number, gone: number, watched: number): Proof {
  const share = gone / watched;
  const reason = `${gone} of ${watched} accused objects went when ${plan.words} was cut`;
  const status = share >= CONFIRMED_SHARE ? 'confirmed' : gone === 0 ? 'refuted' : 'not-testable';
  return { status, cut: plan.words, freedBytes, reason };
}

function notTestable(cut: string, reason: string): Proof {
  return { status: 'not-testable', cut, freedBytes: 0, reason };
}
