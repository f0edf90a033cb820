import * as deferred from '../../src/deferred/index.ts';

/** The class of a program's own errors; the message is their only argument, and there need not be one. */
export class AppError extends Error {}
export class NotFound extends AppError {}
export class Denied extends AppError {}
export class Expired extends Denied {}
export class OtherError extends Error {}

/** Names under which the vectors know what JavaScript calls otherwise. */
const nativeClasses: Record<string, new (message?: string) => Error> = {
  Exception: Error,
  TypeError,
  ValueError: RangeError,
};
const ownClasses: Record<string, new (message?: string) => Error> = {
  AppError,
  NotFound,
  Denied,
  Expired,
  OtherError,
};

const programArguments = new WeakMap<Error, readonly unknown[]>();

export type ErrorClass = new (...args: never[]) => Error;

/** The class of that name, from the program, the language or the runtime; undefined when there is none. */
export function classOf(name: string): ErrorClass | undefined {
  const found =
    ownClasses[name] ??
    nativeClasses[name] ??
    (deferred as unknown as Record<string, new (message?: string) => Error>)[name] ??
    extensionClasses[name];
  return found as ErrorClass | undefined;
}

const extensionClasses: Record<string, new (message?: string) => Error> = {};

/** Makes the error classes of an extension known. */
export function addClasses(classes: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(classes)) {
    if (typeof value === 'function' && value.prototype instanceof Error) {
      extensionClasses[name] = value as new (message?: string) => Error;
    }
  }
}

/** A new error object, as the operation `err` makes it. */
export function makeError(errorClass: ErrorClass, args: readonly unknown[]): Error {
  const error = new (errorClass as new (...args: unknown[]) => Error)(...args);
  programArguments.set(error, args);
  return error;
}

/** What the error was made with by a program; undefined for errors of the runtime. */
export function argumentsOf(error: Error): readonly unknown[] | undefined {
  return programArguments.get(error);
}

/** The name of an error's class in the vectors. */
export function vectorName(error: Error): string {
  for (const [name, own] of Object.entries(ownClasses)) if (error.constructor === own) return name;
  const isValueError = error.name === 'RangeError' || error.message === 'Generator is already running';
  return isValueError ? 'ValueError' : error.name;
}
