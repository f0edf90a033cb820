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
  };
}

/** How one class (with its shape, where it is a plain object) changed from the first heap to the last. */
export interface ClassChange {
  readonly className: string;
  readonly countBefore: number;
  readonly countAfter: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** The shortest retention path of one member in the last heap that has any, as one line. */
  readonly path?: string;
}
