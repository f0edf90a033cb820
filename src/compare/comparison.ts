/** What two or more heaps or reports say when put side by side. */
export interface ComparisonSummary {
  /** `identity`: snapshots of one process, matched by heap ids; `signature`: different processes or reports. */
  readonly matchedBy: 'identity' | 'signature';
  readonly why: string;
  readonly inputs: readonly string[];
  readonly new: readonly ClassChange[];
  readonly gone: readonly ClassChange[];
  readonly grown: readonly ClassChange[];
  readonly shrunk: readonly ClassChange[];
  readonly unchangedCount: number;
  /** Signatures of findings that are new, gone or in both, when both sides have findings. */
  readonly findings?: {
    readonly new: readonly string[];
    readonly gone: readonly string[];
    readonly persisting: readonly string[];
    /** Titles by signature. */
    readonly titles: Readonly<Record<string, string>>;
  };
}

/** How one class (with its shape, where it is a plain object) changed from the first heap to the last. */
export interface ClassChange {
  readonly className: string;
  readonly countBefore: number;
  readonly countAfter: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** Where there are three heaps or more: the members in each, oldest first. */
  readonly counts?: readonly number[];
  /** The shortest retention path of one member in the last heap that has any, as one line. */
  readonly path?: string;
}

export type ClassChanges = Pick<ComparisonSummary, 'new' | 'gone' | 'grown' | 'shrunk' | 'unchangedCount'>;

/** How many members each class has, by name, and their bytes. */
export type ClassSizes = ReadonlyMap<string, { readonly count: number; readonly bytes: number }>;

/** Paths are looked up for so many changes of a list: the ones a report shows. */
const EXPLAINED = 15;

/**
 * Sorts the classes of a series of heaps or reports, oldest first, by what became of them between the first and the
 * last. Each list is sorted by the bytes that came or went, most first, then by name.
 *
 * @param pathTo a retention path to a member of the class in the last heap, if one can be given
 */
export function classChanges(
  series: readonly ClassSizes[],
  pathTo: (className: string) => string | undefined,
): ClassChanges {
  const before = series[0] ?? new Map();
  const after = series.at(-1) ?? new Map();
  const changes = [...new Set([...before.keys(), ...after.keys()])].map((className) =>
    changeOf(className, series),
  );
  changes.sort((a, b) => movedBytes(b) - movedBytes(a) || (a.className < b.className ? -1 : 1));
  const explained = (list: readonly ClassChange[]) =>
    list.map((change, index) => {
      const path = index < EXPLAINED ? pathTo(change.className) : undefined;
      return path === undefined ? change : { ...change, path };
    });
  return {
    new: explained(changes.filter((change) => change.countBefore === 0)),
    gone: changes.filter((change) => change.countAfter === 0),
    grown: explained(
      changes.filter((change) => change.countBefore > 0 && change.countAfter > change.countBefore),
    ),
    shrunk: changes.filter((change) => change.countAfter > 0 && change.countAfter < change.countBefore),
    unchangedCount: changes.filter((change) => change.countAfter === change.countBefore).length,
  };
}

function changeOf(className: string, series: readonly ClassSizes[]): ClassChange {
  const before = series[0]?.get(className);
  const after = series.at(-1)?.get(className);
  return {
    className,
    countBefore: before?.count ?? 0,
    countAfter: after?.count ?? 0,
    bytesBefore: before?.bytes ?? 0,
    bytesAfter: after?.bytes ?? 0,
    ...(series.length > 2 && { counts: series.map((sizes) => sizes.get(className)?.count ?? 0) }),
  };
}

function movedBytes(change: ClassChange): number {
  return Math.abs(change.bytesAfter - change.bytesBefore);
}

/** Which findings came, went and stayed, by signature, each sorted. */
export function findingChanges(
  before: readonly Titled[],
  after: readonly Titled[],
): NonNullable<ComparisonSummary['findings']> {
  const old = new Set(before.map((finding) => finding.signature));
  const now = new Set(after.map((finding) => finding.signature));
  const titles = new Map([...before, ...after].map(({ signature, title }) => [signature, title]));
  return {
    new: [...now].filter((signature) => !old.has(signature)).sort(),
    gone: [...old].filter((signature) => !now.has(signature)).sort(),
    persisting: [...now].filter((signature) => old.has(signature)).sort(),
    titles: Object.fromEntries([...titles].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

interface Titled {
  readonly signature: string;
  readonly title: string;
}
