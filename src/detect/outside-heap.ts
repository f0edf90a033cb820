import type { GenerationMark, RunRecord } from '../capture/run-record.ts';
import type { Finding } from './finding.ts';

/** Memory that grew every round and that no finding accounts for. */
export interface OutsideGrowth {
  /** `external`: bytes that V8 counts for its objects outside the heap; `resident`: what the process holds of the machine. */
  readonly memory: 'external' | 'resident';
  readonly bytesPerRound: number;
  readonly totalBytes: number;
  /** Fewer generations than regularity needs: run on. */
  readonly isOpen: boolean;
}

/** Below this a round's growth is lost in what allocators keep and give back. */
const LEAST_BYTES_PER_ROUND = { external: 2 * 1024, resident: 256 * 1024 } as const;
/** A generation's rate may differ from the median by this factor. */
const SPREAD = { external: 1.5, resident: 2 } as const;
const PATIENT_GENERATIONS = 5;

/**
 * Growth beside the JavaScript heap: in every generation, at one rate, and more than twice what the findings retain for
 * each round. External memory is exact; resident memory only tells that something outside of V8's sight grows.
 */
export function growthOutsideHeap(
  run: RunRecord | undefined,
  findings: readonly Finding[],
): OutsideGrowth | undefined {
  const marks = run?.generations ?? [];
  if (marks.length < 4 || marks.slice(1).some((mark) => mark.rounds === 0)) return undefined;
  const explained = findings.reduce((sum, finding) => sum + finding.bytesPerRound, 0);
  return (
    steadyGrowth(
      marks,
      'external',
      (mark) => Math.max(mark.externalBytes, mark.arrayBuffersBytes),
      explained,
    ) ?? steadyGrowth(marks, 'resident', (mark) => mark.rssBytes, explained)
  );
}

function steadyGrowth(
  marks: readonly GenerationMark[],
  memory: OutsideGrowth['memory'],
  bytesOf: (mark: GenerationMark) => number,
  explainedPerRound: number,
): OutsideGrowth | undefined {
  const rates = marks.slice(1).map((mark, index) => (bytesOf(mark) - bytesOf(marks[index]!)) / mark.rounds);
  const median = rates.toSorted((a, b) => a - b)[rates.length >>> 1]!;
  if (median < Math.max(LEAST_BYTES_PER_ROUND[memory], 2 * explainedPerRound)) return undefined;
  const isSteady = rates.every((rate) => rate >= median / SPREAD[memory] && rate <= median * SPREAD[memory]);
  if (!isSteady) return undefined;
  return {
    memory,
    bytesPerRound: Math.round(median),
    totalBytes: bytesOf(marks.at(-1)!) - bytesOf(marks[0]!),
    isOpen: rates.length < PATIENT_GENERATIONS,
  };
}
