// Loads a program of the corpus in a plain process: only `leakscan/deferred` is resolved for it.
import * as module from 'node:module';
import { pathToFileURL } from 'node:url';

/** Imports the program and resolves with its `setup`, `iterate` and `teardown`. */
export async function loadProgram(file) {
  const deferred = new URL('../../dist/deferred/index.js', import.meta.url).href;
  if (module.registerHooks) {
    module.registerHooks({
      resolve: (s, c, n) => (s === 'leakscan/deferred' ? { url: deferred, shortCircuit: true } : n(s, c)),
    });
  } else {
    const hook = `export const resolve = (s, c, n) => s === 'leakscan/deferred' ? { url: '${deferred}', shortCircuit: true } : n(s, c);`;
    module.register(`data:text/javascript,${encodeURIComponent(hook)}`);
  }
  const loaded = await import(pathToFileURL(file).href);
  return loaded.iterate ? loaded : loaded.default;
}
