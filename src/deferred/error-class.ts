/** Gives a class of errors its name for stack texts: on the prototype, so that minifiers leave it alone. */
export function nameClass(errorClass: { prototype: Error }, name: string): void {
  Object.defineProperty(errorClass.prototype, 'name', { value: name, configurable: true, writable: true });
}

/**
 * Makes an error without noting the frames that made it: cheaper, and nothing stays alive through them.
 * For errors that say all in their class and message.
 */
export function withoutFrames<E>(make: () => E): E {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = limit;
  }
}
