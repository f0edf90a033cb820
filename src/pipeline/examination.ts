import type { Observation, RunRecord } from '../capture/run-record.ts';
import { type Detection, detect } from '../detect/detect.ts';
import { type Evidence, evidenceOf } from '../detect/evidence.ts';
import type { Finding } from '../detect/finding.ts';
import type { Generations } from '../detect/generations.ts';
import { isBoundedLater } from '../detect/later-look.ts';
import { isReplacedLater } from '../detect/replaced-later.ts';
import { expiring } from '../explain/expiry.ts';
import { explain } from '../explain/explain.ts';
import type { Explanation, Ignored, Undecided } from '../explain/explanation.ts';
import { type HeapSource, heapSource } from '../explain/heap-source.ts';
import { type LargePart, largestParts } from '../explain/largest.ts';
import { observedFindings } from '../explain/observed.ts';
import { outsideFinding, outsideHint } from '../explain/outside.ts';
import { type Proofs, withProof } from '../explain/proof.ts';
import type { HeapGraph } from '../graph/heap-graph.ts';

/** What the detectors say about one heap. */
export interface Examination {
  readonly evidence: Evidence;
  readonly detection: Detection;
  /** Sources with what the living target has told of them; read from files when left out. */
  readonly source?: HeapSource;
  /** Milliseconds that reading and judging took, in this look and those before it; left out where nobody asks. */
  readonly analysisMs?: number;
}

/** What a report says about the heap. */
export interface Explained {
  readonly findings: readonly Explanation[];
  readonly ignored: readonly Ignored[];
  readonly couldNotJudge: readonly Undecided[];
}

/**
 * Looks at one heap. `earlier` is the look at an earlier heap of the same process, if there was one;
 * `isEndOfProgram` says that nothing more would have run after it.
 */
export function examine(
  graph: HeapGraph,
  generations: Generations,
  run: RunRecord | undefined,
  earlier: Examination | undefined,
  isEndOfProgram = false,
): Examination {
  const evidence = evidenceOf(graph, generations, run, earlier?.detection.takeCensus(), isEndOfProgram);
  return { evidence, detection: detect(evidence) };
}

/** Says why the findings are alive and where to change the program. Without an examination all lists are empty. */
export function explained(examination: Examination | undefined, proofs: Proofs = new Map()): Explained {
  if (examination === undefined) return { findings: [], ignored: [], couldNotJudge: [] };
  const outside = outsideOf(examination);
  return {
    findings: [...explanationsOf(examination, proofs), ...outside.findings],
    ignored: examination.detection.ignored,
    couldNotJudge: outside.couldNotJudge,
  };
}

/** Where most of the memory of a heap is held. */
export function largestOf({ evidence }: Examination): LargePart[] {
  return largestParts(evidence, heapSource(evidence.graph, { cwd: process.cwd() }));
}

function explanationsOf(
  { evidence, detection, source: known }: Examination,
  proofs: Proofs,
): readonly Explanation[] {
  if (detection.findings.length === 0) return [];
  const source = known ?? heapSource(evidence.graph, { cwd: evidence.run?.cwd ?? process.cwd() });
  const open = expiring(detection.findings, evidence, source);
  const told = new Map(
    detection.findings.map((finding) => {
      const proven = proofs.get(finding);
      const judged = withExpiry(proven?.finding ?? finding, open.get(finding));
      return [finding, withProof(explain(judged, evidence, source), proven?.proof)];
    }),
  );
  return [...told].map(([finding, explanation]) => {
    const shared = detection.shared.get(finding);
    if (shared === undefined) return explanation;
    const others = [...new Set(shared.with.flatMap((other) => told.get(other)?.signature ?? []))];
    if (others.length === 0) return explanation;
    return { ...explanation, shared: { bytes: shared.bytes, with: others.sort() } };
  });
}

/** What timers are about to take out is no more than possibly a leak. */
function withExpiry(finding: Finding, sentence: string | undefined): Finding {
  if (sentence === undefined) return finding;
  return { ...finding, confidence: 'possible', reason: `${finding.reason}; but ${sentence}` };
}

/** Growth beside the heap is a leak of its own only where no leak was found that it may belong to. */
function outsideOf({ evidence, detection }: Examination): Pick<Explained, 'findings' | 'couldNotJudge'> {
  const { outside, findings } = detection;
  if (outside === undefined) return { findings: [], couldNotJudge: [] };
  const rounds = evidence.generations.totalWork;
  const isAlone = findings.every(
    (finding) => finding.evidence !== 'growth' || finding.confidence === 'possible',
  );
  if (outside.memory === 'external' && isAlone) {
    return { findings: [outsideFinding(outside, rounds)], couldNotJudge: [] };
  }
  return { findings: [], couldNotJudge: outside.isOpen ? [] : [outsideHint(outside, rounds)] };
}

/** Takes out of the looks, the latest of which comes first, what a later one has shown to be bounded. */
function withoutBounded(
  examinations: readonly (Examination | undefined)[],
): readonly (Examination | undefined)[] {
  const [latest] = examinations;
  return examinations.map((examination, index) => {
    if (examination === undefined || latest === undefined || index === 0) return examination;
    const { evidence, detection } = examination;
    const later = examinations.slice(0, index).filter((each) => each !== undefined);
    const isOpen = (finding: Finding) =>
      (latest.detection.findings.some(({ className }) => className === finding.className) ||
        !isBoundedLater(finding, evidence, latest.evidence)) &&
      !later.some((look) => isReplacedLater(finding, evidence, look.evidence));
    return { ...examination, detection: { ...detection, findings: detection.findings.filter(isOpen) } };
  });
}

/**
 * Explains several looks at one run together, and what was observed while it ran. A leak that more than one look saw is
 * told once, as the first of them saw it; leaks of one signature in one look are different ones.
 */
export function allExplained(
  examinations: readonly (Examination | undefined)[],
  observations: readonly Observation[],
  proofs: Proofs,
): Explained {
  const all = withoutBounded(examinations).map((examination) => explained(examination, proofs));
  const findings: Explanation[] = [];
  for (const { findings: seen } of all) {
    const earlier = new Set(findings.map(({ signature }) => signature));
    findings.push(...seen.filter(({ signature }) => !earlier.has(signature)));
  }
  return {
    findings: [...findings, ...observedFindings(observations, findings)],
    ignored: all[0]?.ignored ?? [],
    couldNotJudge: all.flatMap((each) => each.couldNotJudge),
  };
}
