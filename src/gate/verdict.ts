import type { BaselineUse } from '../compare/baseline.ts';
import type { Confidence } from '../detect/finding.ts';
import { formatBytes } from '../shared/bytes.ts';
import { reaches, type Thresholds } from './thresholds.ts';

/** The answer of the gate. `inconclusive` is neither: the evidence does not suffice to say. */
export interface Verdict {
  readonly status: 'pass' | 'fail' | 'inconclusive';
  /** The rules that decided, one sentence each, most important first. */
  readonly reasons: readonly string[];
}

/** What the gate looks at in a finding. */
export interface Judged {
  readonly confidence: Confidence;
  readonly signature: string;
  /** `perRound` is 0 where rounds were not counted, and for leaks by state. */
  readonly objects: { readonly perRound: number };
  readonly bytesPerRound: number;
}

export interface Case {
  readonly findings: readonly Judged[];
  readonly thresholds: Thresholds;
  /** Undefined where no baseline was given. */
  readonly baseline: BaselineUse | undefined;
  /** Why the evidence does not suffice for an acquittal, one sentence each; empty when it does. */
  readonly insufficient: readonly string[];
  /** What an acquittal does not cover, one sentence each. */
  readonly notCovered: readonly string[];
}

/** Decides, and says by which rules. Leaks over the gate fail even when the evidence is incomplete. */
export function judge({ findings, thresholds, baseline, insufficient, notCovered }: Case): Verdict {
  const known = new Set(baseline?.accepted.map((entry) => entry.signature));
  const shown = findings.filter((finding) => !reaches(finding.confidence, thresholds.failOn));
  const open = findings.filter(
    (finding) => reaches(finding.confidence, thresholds.failOn) && !known.has(finding.signature),
  );
  const slow = open.filter((finding) => isTolerated(finding, thresholds));
  const counted = open.filter((finding) => !isTolerated(finding, thresholds));

  const notes: string[] = [];
  if (known.size > 0) notes.push(`${leaks(known.size, 'known leak')} accepted by ${baseline?.file}.`);
  if (slow.length > 0) {
    const limit = formatBytes(thresholds.maxBytesPerRound);
    notes.push(`${leaks(slow.length)} tolerated by --max-growth: at most ${limit} a round.`);
  }
  if (shown.length > 0)
    notes.push(`${leaks(shown.length)} below --fail-on ${thresholds.failOn}, shown only.`);

  if (counted.length > thresholds.maxLeaks) {
    const allowed = thresholds.maxLeaks > 0 ? `, and --max-leaks allows ${thresholds.maxLeaks}` : '';
    const expired = baseline?.expired.map(
      (entry) => `The acceptance of ${entry.signature} in ${baseline.file} expired on ${entry.expires}.`,
    );
    return {
      status: 'fail',
      reasons: [
        `${leaks(counted.length)} over the gate (${byConfidence(counted)})${allowed}.`,
        ...(expired ?? []),
        ...notes,
      ],
    };
  }
  if (counted.length > 0)
    notes.unshift(`${leaks(counted.length)} tolerated by --max-leaks ${thresholds.maxLeaks}.`);
  if (insufficient.length > 0) return { status: 'inconclusive', reasons: [...insufficient, ...notes] };
  const acquittal = notCovered.length === 0 ? 'No leak found.' : 'No leak found in what could be judged.';
  return { status: 'pass', reasons: [...(notes.length === 0 ? [acquittal] : notes), ...notCovered] };
}

/** Slow is only what has a known rate: neither a leak by state nor growth in time. */
function isTolerated(finding: Judged, thresholds: Thresholds): boolean {
  return finding.objects.perRound > 0 && finding.bytesPerRound <= thresholds.maxBytesPerRound;
}

function leaks(count: number, noun = 'leak'): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function byConfidence(findings: readonly Judged[]): string {
  return (['certain', 'likely', 'possible'] as const)
    .map(
      (confidence) =>
        [findings.filter((finding) => finding.confidence === confidence).length, confidence] as const,
    )
    .filter(([count]) => count > 0)
    .map(([count, confidence]) => `${count} ${confidence}`)
    .join(', ');
}
