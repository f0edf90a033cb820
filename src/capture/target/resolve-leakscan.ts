import * as module from 'node:module';
import { fileURLToPath } from 'node:url';

/** What a program may import of leakscan. */
const SPECIFIER = /^leakscan(\/(deferred|reactor|testing))?$/;

type Next = (specifier: string, context?: object) => unknown;

/**
 * Makes `leakscan/deferred` and its siblings mean the running leakscan wherever the program is installed,
 * also where it has a leakscan of its own: diagnostics see the Deferreds of the copy that they belong to.
 *
 * A package may import itself by name, so the specifier is resolved as if this file had asked.
 */
export function resolveLeakscan(): void {
  const parentURL = import.meta.url;
  const { registerHooks } = module as { registerHooks?: (hooks: { resolve: unknown }) => void };
  if (registerHooks !== undefined) {
    const resolve = (specifier: string, context: object, next: Next): unknown =>
      SPECIFIER.test(specifier) ? next(specifier, { ...context, parentURL }) : next(specifier, context);
    registerHooks({ resolve });
    return;
  }
  module.register('./resolve-hook.js', parentURL, { data: { parentURL, pattern: SPECIFIER.source } });
  resolveRequired();
}

/** For the lines whose hooks do not reach `require`. */
function resolveRequired(): void {
  const loader = module.Module as unknown as {
    _resolveFilename: (request: string, ...rest: unknown[]) => string;
  };
  const original = loader._resolveFilename;
  loader._resolveFilename = function (request, ...rest) {
    if (SPECIFIER.test(request)) return fileURLToPath(import.meta.resolve(request));
    return original.call(this, request, ...rest);
  };
}
