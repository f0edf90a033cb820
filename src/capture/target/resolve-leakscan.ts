import * as module from 'node:module';
import { fileURLToPath } from 'node:url';

/** What a program may import of leakscan, as in the `exports` of its package. */
const RUNNING: Readonly<Record<string, string>> = {
  leakscan: new URL('../../index.js', import.meta.url).href,
  'leakscan/deferred': new URL('../../deferred/index.js', import.meta.url).href,
  'leakscan/reactor': new URL('../../reactor/index.js', import.meta.url).href,
  'leakscan/testing': new URL('../../testing/index.js', import.meta.url).href,
};

type Resolve = (
  specifier: string,
  context: object,
  next: (specifier: string, context: object) => unknown,
) => unknown;

/**
 * Makes `leakscan/deferred` and its siblings mean the running leakscan wherever the program is installed,
 * also where it has a leakscan of its own: diagnostics see the Deferreds of the copy that they belong to.
 */
export function resolveLeakscan(): void {
  const { registerHooks } = module as { registerHooks?: (hooks: { resolve: Resolve }) => void };
  if (registerHooks === undefined) module.register('./resolve-hook.js', import.meta.url, { data: RUNNING });
  else registerHooks({ resolve: resolverOf(RUNNING) });
  resolveRequired();
}

/** A resolve hook that knows these specifiers. */
export function resolverOf(running: Readonly<Record<string, string>>): Resolve {
  return (specifier, context, next) => {
    const url = running[specifier];
    return url === undefined ? next(specifier, context) : { url, format: 'module', shortCircuit: true };
  };
}

/** Not all lines ask their hooks for what is required, and none for `require.resolve`. */
function resolveRequired(): void {
  const loader = module.Module as unknown as {
    _resolveFilename: (request: string, ...rest: unknown[]) => string;
  };
  const original = loader._resolveFilename;
  loader._resolveFilename = function (request, ...rest) {
    const url = RUNNING[request];
    return url === undefined ? original.call(this, request, ...rest) : fileURLToPath(url);
  };
}
