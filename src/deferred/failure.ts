import { FailureGroup, FirstError, NoCurrentExceptionError } from './errors.ts';
import { FAILURE_TEXT } from './heap-shape.ts';

/** A class whose instances are thrown; `trap` and `check` take these, or class names as text. */
export type ErrorClass<E = unknown> = abstract new (...args: never[]) => E;

/** How much `getTraceback` tells: class, message and frames; without frames; or with causes as well. */
export type TracebackDetail = 'default' | 'brief' | 'verbose';

/** One frame of a stack text. */
export interface Frame {
  /** Name of the function; empty for anonymous ones. */
  readonly functionName: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Where the output of the `print…` methods goes; a Node stream will do. */
export interface TextStream {
  write(text: string): unknown;
}

/**
 * An error on its way down a chain.
 *
 * Holds the error itself, never a copy: `failure.value` is the object that was thrown, through any number
 * of chains, traps and generators. What that error keeps alive in V8 (receivers and closures of up to ten
 * frames, until its `stack` is first read) stays with it until the failure is cleaned or dropped.
 */
export class Failure<E = unknown> {
  declare readonly leakscanKind: string;
  declare leakscanStack: string | null;
  /** What was thrown. */
  declare readonly value: E;

  /**
   * Wraps an error, or any value that is not text; of a Failure, the error inside.
   *
   * @throws TypeError for text: an error has a class and a stack, a string has neither.
   * @throws NoCurrentExceptionError for nothing: JavaScript has no current exception.
   */
  constructor(reason: E | Failure<E>, thrown = false) {
    if (reason instanceof Failure) {
      this.leakscanKind = FAILURE_TEXT;
      this.value = reason.value;
      this.leakscanStack = reason.leakscanStack;
      return;
    }
    if (!thrown) refuse(reason);
    this.leakscanKind = FAILURE_TEXT;
    this.value = reason;
    this.leakscanStack = null;
  }

  /** The failure of `f()`, or undefined when it returns. */
  static capture(f: () => unknown): Failure | undefined {
    try {
      f();
    } catch (thrown) {
      return new Failure(thrown, true);
    }
    return undefined;
  }

  /** Constructor of the error, or of the value's wrapper type; undefined for null and undefined. */
  get type(): unknown {
    return this.value === null || this.value === undefined ? undefined : Object(this.value).constructor;
  }

  /** Names of the error's class and of all above it; empty for what is not an object. */
  get parents(): string[] {
    const names: string[] = [];
    if (typeof this.value !== 'object' || this.value === null) return names;
    for (
      let prototype = Object.getPrototypeOf(this.value);
      prototype !== null;
      prototype = Object.getPrototypeOf(prototype)
    ) {
      const name = prototype.constructor?.name;
      if (name) names.push(name);
    }
    return names;
  }

  /** The first of the classes, or names of classes, that the error belongs to by inheritance; else null. */
  check<C extends (ErrorClass | string)[]>(...classes: C): C[number] | null {
    for (const one of classes) {
      if (typeof one === 'string' ? this.parents.includes(one) : this.value instanceof (one as ErrorClass))
        return one;
    }
    return null;
  }

  /**
   * As `check`, for errbacks that know only some errors: what belongs to none of the classes is thrown on,
   * the error itself and not this Failure.
   */
  trap<C extends (ErrorClass | string)[]>(...classes: C): C[number] {
    const trapped = this.check(...classes);
    if (trapped === null) throw this.value;
    return trapped;
  }

  /** Throws the error. */
  raise(): never {
    throw this.value;
  }

  /** Throws the error; the name in Twisted. */
  raiseException(): never {
    throw this.value;
  }

  /** Message of the error; for what is not an error, the value as text. */
  getErrorMessage(): string {
    return messageOf(this.value);
  }

  /** Class and message, with frames (`default`), without (`brief`), or with causes too (`verbose`). */
  getTraceback(options: { detail?: TracebackDetail; elideFrameworkCode?: boolean } = {}): string {
    const { detail = 'default', elideFrameworkCode = false } = options;
    const heading = headingOf(this.value);
    if (detail === 'brief') return `Traceback: ${heading}`;
    let frames = frameLines(this.leakscanStack ?? stackOf(this.value));
    if (elideFrameworkCode) frames = frames.filter((line) => !isFrameworkFrame(line));
    const text = ['Traceback:', ...frames, heading].join('\n');
    if (detail === 'default') return text;
    return [
      text,
      ...causesOf(this.value).map((cause) => `caused by ${stackOf(cause) || headingOf(cause)}`),
    ].join('\n');
  }

  /** Class and message in one line. */
  getBriefTraceback(): string {
    return this.getTraceback({ detail: 'brief' });
  }

  /** Writes `getTraceback()` and a line feed. */
  printTraceback(
    stream: TextStream,
    options: { detail?: TracebackDetail; elideFrameworkCode?: boolean } = {},
  ): void {
    stream.write(`${this.getTraceback(options)}\n`);
  }

  /** Writes `getBriefTraceback()` and a line feed. */
  printBriefTraceback(stream: TextStream): void {
    this.printTraceback(stream, { detail: 'brief' });
  }

  /** Writes the traceback with all causes. */
  printDetailedTraceback(stream: TextStream): void {
    this.printTraceback(stream, { detail: 'verbose' });
  }

  /** Frames of the stack, innermost first; empty when none were noted. V8 notes ten, and no variables. */
  get frames(): Frame[] {
    const frames: Frame[] = [];
    for (const line of frameLines(this.leakscanStack ?? stackOf(this.value))) {
      const match = /^\s*at (?:(.*) \()?(.*):(\d+):(\d+)\)?$/.exec(line);
      if (!match) continue;
      const [, functionName = '', file = '', row, column] = match;
      frames.push({ functionName, file, line: Number(row), column: Number(column) });
    }
    return frames;
  }

  /**
   * Lets go of what the frames of the error hold: its stack becomes text, and so do the stacks of its
   * `cause`, its `errors` and of the failure inside a FirstError. Class, message and identity stay.
   */
  cleanFailure(): void {
    this.leakscanStack = clean(this.value);
  }

  /** Class, message, stack and causes as text: all that can leave the process. */
  toJSON(): { name: string; message: string; stack: string; cause?: string } {
    const cause = causesOf(this.value)[0];
    return {
      name: errorName(this.value),
      message: messageOf(this.value),
      stack: this.leakscanStack ?? stackOf(this.value),
      ...(cause === undefined ? {} : { cause: headingOf(cause) }),
    };
  }

  toString(): string {
    return `[Failure ${headingOf(this.value)}]`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

function refuse(reason: unknown): void {
  if (reason === undefined || reason === null) {
    throw new NoCurrentExceptionError(
      'A failure needs an error, and JavaScript has no current exception to take. Pass the error that was caught.',
    );
  }
  if (typeof reason === 'string') {
    throw new TypeError('Text is not an error. Pass `new Error(text)`.');
  }
}

/** Name of the class of an error; for other values the name of their type. */
export function errorName(value: unknown): string {
  try {
    if (typeof value !== 'object' || value === null) return typeof value;
    const { name } = value as { name?: unknown };
    const className = value.constructor?.name;
    if (!(value instanceof Error)) return className || 'Object';
    return typeof name === 'string' && name !== '' && name !== 'Error' ? name : className || 'Error';
  } catch {
    return 'Error';
  }
}

/** Message of an error; for other values their text. Empty when asking for it throws. */
export function messageOf(value: unknown): string {
  try {
    return String(value instanceof Error ? value.message : value);
  } catch {
    return '';
  }
}

function headingOf(value: unknown): string {
  const message = messageOf(value);
  return message === '' ? errorName(value) : `${errorName(value)}: ${message}`;
}

/** Stack text of an error, empty when it has none. Reading it makes V8 forget the frames. */
function stackOf(value: unknown): string {
  try {
    const stack = (value as { stack?: unknown }).stack;
    return typeof stack === 'string' ? stack : '';
  } catch {
    return '';
  }
}

function frameLines(stack: string): string[] {
  return stack.split('\n').filter((line) => /^\s+at /.test(line));
}

const frameworkUrl = import.meta.url.slice(0, import.meta.url.lastIndexOf('/') + 1);
const frameworkPath = frameworkUrl.replace(/^file:\/\//, '');

function isFrameworkFrame(line: string): boolean {
  return line.includes(frameworkUrl) || line.includes(frameworkPath);
}

function causesOf(value: unknown): unknown[] {
  try {
    const { cause, errors } = value as { cause?: unknown; errors?: unknown };
    const causes = Array.isArray(errors) ? [...errors] : [];
    for (const failure of failuresOf(value)) causes.push(failure.value);
    if (cause !== undefined) causes.unshift(cause);
    return causes;
  } catch {
    return [];
  }
}

/** The failures that an error of the runtime is made of. */
function failuresOf(value: unknown): readonly Failure[] {
  if (value instanceof FirstError) return [value.subFailure];
  return value instanceof FailureGroup ? value.failures : [];
}

/** Reads the stacks of an error and of all that it names as causes; returns the error's own. */
function clean(value: unknown): string {
  const stack = stackOf(value);
  const left = [value];
  const seen = new Set(left);
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    for (const failure of failuresOf(one)) failure.leakscanStack = stackOf(failure.value);
    for (const cause of causesOf(one)) {
      if (seen.has(cause)) continue;
      seen.add(cause);
      stackOf(cause);
      left.push(cause);
    }
  }
  return stack;
}
