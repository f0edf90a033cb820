/**
 * A failure the user can act on; anything else that is thrown is a bug in leakscan.
 * Printed as two lines, the message and the remedy, without a stack.
 */
export abstract class LeakscanError extends Error {
  /** Exit code of the process when this error ends it; see `cli/exit-code.ts`. */
  abstract readonly exitCode: number;
  /** One imperative sentence: what to do next. */
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.remedy = remedy;
  }
}

/** The command line or the configuration is wrong. */
export class UsageError extends LeakscanError {
  readonly exitCode = 2;
}

/** The target could not be run at all (no such script, no such Node binary, …). */
export class TargetError extends LeakscanError {
  readonly exitCode = 3;
}

/** A snapshot, report or index file could not be read: missing, empty, damaged or foreign. */
export class InputError extends LeakscanError {
  readonly exitCode = 3;
}
