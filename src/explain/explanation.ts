import type { Confidence, LeakKind } from '../detect/finding.ts';

/** A place in a source file as people count: line and column from 1. `file` is relative to the working folder where possible. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The lines around the place, with a caret, where the source was found. */
  readonly frame?: string;
}

/** One step of a retention path: the edge and the node it leads to. */
export interface Hop {
  readonly edge: { readonly type: string; readonly name: string };
  readonly node: {
    readonly name: string;
    readonly type: string;
    readonly id: number;
    readonly retainedBytes: number;
  };
  readonly status: 'alive' | 'leaking' | 'unknown';
  /** Why it has this status. */
  readonly reason: string;
  /** Links of a chain of equal steps (a linked list, nested closures) that this one step stands for; left out when 1. */
  readonly repeats?: number;
  /** Is this one of the edges that could be the mistake? */
  readonly suspect: boolean;
  readonly location?: SourceLocation;
  /** Why there is no location, where there is none. */
  readonly noLocation?: string;
}

export interface RetentionPath {
  /** In a developer's words: `module variable of app.js`, `pending timer`, `open handle` … */
  readonly root: string;
  readonly hops: readonly Hop[];
  /** Class of the object the path leads to. */
  readonly to: string;
  /** Set where the path leads to a further class of the leak: `holder` where somebody else holds that, `class` where not. */
  readonly shows?: 'holder' | 'class';
}

export interface CapturedVariable {
  readonly name: string;
  readonly retainedBytes: number;
  readonly readBy: 'self' | 'sibling' | 'nobody' | 'unknown';
  /** Names of the functions that read it. */
  readonly readers: readonly string[];
}

/** Why a finding is alive and where to change the program: the JSON contract of one finding. */
export interface Explanation {
  readonly kind: LeakKind;
  readonly also: readonly LeakKind[];
  readonly confidence: Confidence;
  readonly signature: string;
  readonly title: string;
  readonly remedy: string;
  /** The evidence in one sentence. */
  readonly evidence: string;
  readonly objects: {
    readonly className: string;
    readonly count: number;
    readonly births: readonly number[];
    readonly perRound: number;
  };
  readonly retainedBytes: number;
  readonly bytesPerRound: number;
  /** What this leak keeps together with others: it goes only when those, by signature, are repaired as well. */
  readonly shared?: { readonly bytes: number; readonly with: readonly string[] };
  readonly holder?: { readonly name: string; readonly location?: SourceLocation };
  readonly paths: readonly RetentionPath[];
  readonly closure?: {
    readonly functionName: string;
    readonly location?: SourceLocation;
    readonly captured: readonly CapturedVariable[];
  };
  readonly cycle?: {
    readonly hops: readonly Hop[];
    readonly entry: Hop;
    readonly cut: Hop;
    readonly members: number;
  };
  readonly deferred?: {
    readonly state: string;
    readonly failure?: {
      readonly type: string;
      readonly message: string;
      readonly traceback: readonly string[];
    };
    readonly createdAt: readonly string[];
    readonly firedAt: readonly string[];
    readonly waitingOn?: string;
  };
  readonly proof?: {
    readonly status: 'confirmed' | 'refuted' | 'not-testable';
    readonly cut: string;
    readonly freedBytes: number;
    readonly reason: string;
    /** Every holder that was cut, in order: what that freed, how many of the watched objects went, and whether it keeps them; left out where nothing was cut. */
    readonly cuts?: readonly {
      readonly cut: string;
      readonly freedBytes: number;
      readonly gone: number;
      readonly holds: boolean;
    }[];
  };
}

/** Something that grew and is not accused, with the named reason. */
export interface Ignored {
  readonly predicate: string;
  readonly reason: string;
  readonly className: string;
  readonly count: number;
  readonly retainedBytes: number;
}

/** Something that could not be decided. */
export interface Undecided {
  readonly what: string;
  readonly why: string;
}
