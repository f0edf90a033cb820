import type { Deferred } from './deferred.ts';
import type { Failure } from './failure.ts';
import type { UnhandledFailure } from './unhandled-failures.ts';

/**
 * Looks at the Deferreds of a program from outside. Everything is optional and nothing may throw; what an
 * observer keeps it must keep weakly, or it is the leak.
 */
export interface DeferredObserver {
  /** Record creation and firing stacks as text in the `leakscanTrace` of every Deferred. */
  readonly stacks?: boolean;
  /** A Deferred was made. */
  created?(deferred: Deferred<unknown>): void;
  /** A Deferred was fired; its chain has not run yet. */
  fired?(deferred: Deferred<unknown>): void;
  /** A chain ended in this failure. The text that is returned comes back as `note` of its report. */
  describe?(failure: Failure): string;
  /** A Deferred was collected whose failure nobody took. When this is here nothing is printed. */
  unhandled?(report: UnhandledFailure): void;
}

/** Where an observer waits for copies of the library that are loaded after it. */
const WAITING_OBSERVER = Symbol.for('leakscan.deferred.observer');

let observer: DeferredObserver | null =
  ((globalThis as Record<symbol, unknown>)[WAITING_OBSERVER] as DeferredObserver | undefined) ?? null;
let debugging = false;

/** Is anything to be done when a Deferred is made or fired? The one question the runtime asks itself. */
export let watching = observer !== null;

/**
 * Installs an observer in place of the one before; null takes it out. Reaches this copy of the library.
 * To reach every copy that a program loads later, set `globalThis[Symbol.for('leakscan.deferred.observer')]`.
 */
export function observeDeferreds(next: DeferredObserver | null): void {
  observer = next;
  watching = observer !== null || debugging;
}

/** The installed observer, or null. */
export function installedObserver(): DeferredObserver | null {
  return observer;
}

/**
 * Turns debugging on or off: each Deferred made from now on records where it was made and first fired, and
 * AlreadyCalledError and reports of unhandled failures say so. Costs a stack trace at each of the two.
 */
export function setDebugging(on: boolean): void {
  debugging = on;
  watching = observer !== null || debugging;
}

/** Is debugging on? */
export function getDebugging(): boolean {
  return debugging;
}

/** What was recorded about one Deferred, as text. */
export class Trace {
  /** Frames of its creation, or null. */
  declare createdAt: string | null;
  /** Frames of its first firing, or null. */
  declare firedAt: string | null;
  /** Its own cleaning policy, or null for that of the process. */
  declare policy: string | null;
  /** The report that is due if it is collected now, or null. */
  declare report: UnhandledFailure | null;

  constructor() {
    this.createdAt = null;
    this.firedAt = null;
    this.policy = null;
    this.report = null;
  }
}

/** What the constructor of Deferred does while `watching`. */
export function noteCreation(deferred: Deferred<unknown>): void {
  if (debugging || observer?.stacks) {
    deferred.leakscanTrace ??= new Trace();
    deferred.leakscanTrace.createdAt = framesAbove(deferred.constructor);
  }
  observer?.created?.(deferred);
}

/** What firing does while `watching`; `firing` is the method that was called. */
export function noteFiring(deferred: Deferred<unknown>, firing: unknown): void {
  if (debugging || observer?.stacks) {
    deferred.leakscanTrace ??= new Trace();
    deferred.leakscanTrace.firedAt = framesAbove(firing);
  }
  observer?.fired?.(deferred);
}

/** Longest text of frames: a snapshot shows the first 1,024 characters of a string. */
const LONGEST_FRAMES = 1000;

/** The frames that called `callee`, as flat text without a heading. */
function framesAbove(callee: unknown): string {
  const holder: { stack: string } = { stack: '' };
  (Error as unknown as { captureStackTrace?: (holder: object, callee: unknown) => void }).captureStackTrace?.(
    holder,
    callee,
  );
  const lines = String(holder.stack).split('\n').slice(1);
  let text = '';
  for (const line of lines) {
    if (text.length + line.length > LONGEST_FRAMES) break;
    text += text === '' ? line.trim() : `\n${line.trim()}`;
  }
  return flat(text);
}

/** A copy of a text that shares no memory with the text it was cut from. */
function flat(text: string): string {
  return Object.keys({ [text]: 0 })[0] ?? '';
}
