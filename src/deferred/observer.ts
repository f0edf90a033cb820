import type { Deferred } from './deferred.ts';
import type { Failure } from './failure.ts';
import type { UnhandledFailure } from './unhandled-failures.ts';

/** A lock, a semaphore or a queue: who waits there, and what waits to be taken. */
export interface WaitingLine {
  readonly waiting: { readonly length: number };
  readonly pending?: { readonly length: number };
}

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
  /** A lock, semaphore or queue was made. */
  opened?(line: WaitingLine): void;
  /** A chain ended in this failure. The text that is returned comes back as `note` of its report. */
  describe?(failure: Failure): string;
  /** A Deferred was collected whose failure nobody took. When this is here nothing is printed. */
  unhandled?(report: UnhandledFailure): void;
}

/** Where an observer waits for copies of the library that are loaded after it. */
const WAITING_OBSERVER = Symbol.for('leakscan.deferred.observer');

let observers: readonly DeferredObserver[] = observersInWaiting();
let debugging = false;

/** Is anything to be done when a Deferred is made or fired? The one question the runtime asks itself. */
export let watching = observers.length > 0;
let recording = observers.some(({ stacks }) => stacks);

/**
 * Installs an observer beside those that are there, and returns the function that takes it out. Reaches this
 * copy of the library. To reach every copy that a program loads later, set
 * `globalThis[Symbol.for('leakscan.deferred.observer')]` before it does.
 */
export function observeDeferreds(observer: DeferredObserver): () => void {
  observers = [...observers, observer];
  considerObservers();
  return () => {
    observers = observers.filter((one) => one !== observer);
    considerObservers();
  };
}

/** The installed observers. */
export function installedObservers(): readonly DeferredObserver[] {
  return observers;
}

/**
 * Turns debugging on or off: each Deferred made from now on records where it was made and first fired, and
 * AlreadyCalledError and reports of unhandled failures say so. Costs a stack trace at each of the two.
 */
export function setDebugging(on: boolean): void {
  debugging = on;
  considerObservers();
}

/** Is debugging on? */
export function getDebugging(): boolean {
  return debugging;
}

function observersInWaiting(): DeferredObserver[] {
  const waiting = (globalThis as Record<symbol, unknown>)[WAITING_OBSERVER];
  return waiting ? [waiting as DeferredObserver] : [];
}

function considerObservers(): void {
  watching = debugging || observers.length > 0;
  recording = debugging || observers.some(({ stacks }) => stacks);
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
  if (recording) {
    deferred.leakscanTrace ??= new Trace();
    deferred.leakscanTrace.createdAt = framesAbove(deferred.constructor, 0);
  }
  for (const observer of observers) observer.created?.(deferred);
}

/** What `fire` does while `watching`. */
export function noteFiring(deferred: Deferred<unknown>): void {
  if (recording) {
    deferred.leakscanTrace ??= new Trace();
    deferred.leakscanTrace.firedAt = framesAbove(noteFiring, FRAMES_OF_FIRING);
  }
  for (const observer of observers) observer.fired?.(deferred);
}

/** What the constructors of locks, semaphores and queues do while `watching`. */
export function noteLine(line: WaitingLine): void {
  for (const observer of observers) observer.opened?.(line);
}

/** `fire` itself, and the method that calls it. */
const FRAMES_OF_FIRING = 2;

/** Longest text of frames: a snapshot shows the first 1,024 characters of a string. */
const LONGEST_FRAMES = 1000;

/** The frames that called `callee`, without the first of them, as flat text without a heading. */
function framesAbove(callee: unknown, without: number): string {
  const holder: { stack: string } = { stack: '' };
  (Error as unknown as { captureStackTrace?: (holder: object, callee: unknown) => void }).captureStackTrace?.(
    holder,
    callee,
  );
  const lines = String(holder.stack)
    .split('\n')
    .slice(1 + without);
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
