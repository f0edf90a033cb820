import type { RunRecord } from '../capture/run-record.ts';
import { type ClassCensus, censusOf } from '../compare/class-census.ts';
import {
  type ClassSizes,
  type ComparisonSummary,
  classChanges,
  findingChanges,
} from '../compare/comparison.ts';
import { pathLine } from '../compare/path-line.ts';
import { type Overlap, overlapOf } from '../compare/same-process.ts';
import { Generations, generationsOf } from '../detect/generations.ts';
import { type Gaps, gapsOfBareSnapshot } from '../gate/gaps.ts';
import type { HeapGraph } from '../graph/heap-graph.ts';
import { watermarkOf } from '../ingest/stable-ids.ts';
import type { Report } from '../report/report.ts';
import { type Examination, type Explained, examine, explained } from './examination.ts';

/** A heap with its name on the command line and the record of its run, if there is one. */
export interface NamedHeap {
  readonly name: string;
  readonly graph: HeapGraph;
  readonly run: RunRecord | undefined;
}

/** What a comparison found out. */
export interface Compared extends Explained {
  readonly comparison: ComparisonSummary;
  readonly gaps: Gaps;
}

/** Puts heaps side by side, oldest first: by identity if they come from one process, else by signature. */
export function compareHeaps(heaps: readonly NamedHeap[]): Compared {
  const overlaps = heaps
    .slice(1)
    .map((heap, index) => overlapOf(heaps[index]!.graph.snapshot, heap.graph.snapshot));
  const least = overlaps.reduce((one, other) => (other.share < one.share ? other : one));
  return least.isSameProcess ? compareByIdentity(heaps, least) : compareBySignature(heaps, least);
}

function compareByIdentity(given: readonly NamedHeap[], { share }: Overlap): Compared {
  const dated = given.map((heap) => ({ ...heap, watermark: watermarkOf(heap.graph.snapshot) }));
  const heaps = dated.toSorted((a, b) => a.watermark - b.watermark);
  const isReordered = heaps.some((heap, index) => heap.name !== given[index]?.name);
  const { run } = heaps.at(-1)!;
  return {
    ...explained(run === undefined ? examineSeries(heaps) : examineAlone(heaps.at(-1)!)),
    comparison: {
      matchedBy: 'identity',
      why:
        `Snapshots of one process: of the objects that may be in both ${percent(share)} have the same heap id.` +
        (isReordered ? ' They are compared in the order in which the ids show they were taken.' : ''),
      inputs: heaps.map((heap) => heap.name),
      ...changesBetween(heaps),
    },
    gaps: {
      insufficient: [],
      notCovered:
        heaps.length > 2 || run !== undefined
          ? []
          : ['Two snapshots show what grew, not whether it goes on; a third would.'],
    },
  };
}

/** The gaps between the snapshots are the generations. */
function examineSeries(
  heaps: readonly (NamedHeap & { readonly watermark: number })[],
): Examination | undefined {
  const generations = new Generations(
    'snapshots',
    heaps.map((heap) => heap.watermark),
    heaps.slice(1).map(() => 1),
  );
  let examination: Examination | undefined;
  for (const { graph } of heaps) examination = examine(graph, generations, undefined, examination);
  return examination;
}

function compareBySignature(heaps: readonly NamedHeap[], { share }: Overlap): Compared {
  const first = heaps[0]!;
  const last = heaps.at(-1)!;
  const before = explained(examineAlone(first));
  const after = explained(examineAlone(last));
  return {
    ...after,
    comparison: {
      matchedBy: 'signature',
      why:
        `Snapshots of different processes (only ${percent(share)} of the heap ids agree): objects are matched by class and ` +
        'shape, findings by signature.',
      inputs: heaps.map((heap) => heap.name),
      ...changesBetween(heaps),
      findings: findingChanges(before.findings, after.findings),
    },
    gaps: last.run === undefined ? gapsOfBareSnapshot : { insufficient: [], notCovered: [] },
  };
}

function examineAlone({ graph, run }: NamedHeap): Examination {
  return examine(graph, generationsOf(run?.generations ?? []), run, undefined);
}

function changesBetween(heaps: readonly NamedHeap[]) {
  const censuses = heaps.map((heap) => censusOf(heap.graph));
  const last: ClassCensus = censuses.at(-1)!;
  const graph = heaps.at(-1)!.graph;
  return classChanges(censuses, (className) => {
    const member = last.get(className)?.newest;
    return member === undefined ? undefined : pathLine(graph, member);
  });
}

/** Puts reports side by side, oldest first, by the signatures and classes of their findings. */
export function compareReports(
  reports: readonly { readonly name: string; readonly report: Report }[],
): Compared {
  const first = reports[0]!.report;
  const last = reports.at(-1)!.report;
  return {
    findings: last.findings,
    ignored: last.ignored,
    couldNotJudge: last.couldNotJudge,
    comparison: {
      matchedBy: 'signature',
      why: 'Reports: findings are matched by signature, and of each class the accused objects are counted.',
      inputs: reports.map(({ name }) => name),
      ...classChanges(
        reports.map(({ report }) => accusedClasses(report)),
        () => undefined,
      ),
      findings: findingChanges(first.findings, last.findings),
    },
    gaps: inconclusiveOf(reports),
  };
}

/** A report that did not suffice for an acquittal does not become sufficient by being compared or merged. */
export function inconclusiveOf(reports: readonly { readonly name: string; readonly report: Report }[]): Gaps {
  return {
    insufficient: reports
      .filter(({ report }) => report.verdict.status === 'inconclusive')
      .map(({ name, report }) => `${name} is inconclusive: ${report.verdict.reasons[0] ?? ''}`),
    notCovered: [],
  };
}

function accusedClasses(report: Report): ClassSizes {
  const sizes = new Map<string, { count: number; bytes: number }>();
  for (const { objects, retainedBytes } of report.findings) {
    const known = sizes.get(objects.className) ?? { count: 0, bytes: 0 };
    sizes.set(objects.className, { count: known.count + objects.count, bytes: known.bytes + retainedBytes });
  }
  return sizes;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
