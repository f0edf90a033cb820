import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const HERE = new URL('./', import.meta.url);
const MANIFEST = new URL('node_modules/chrome-devtools-frontend/package.json', HERE);

/** What to do where DevTools' worker is not installed. */
export const INSTALL = 'npm ci --ignore-scripts --prefix test/exactness';

export function isInstalled() {
  return existsSync(MANIFEST) && existsSync(new URL('node_modules/esbuild/package.json', HERE));
}

/** URL of DevTools' worker as one module; bundled when the installed version is used for the first time. */
export async function bundledWorker() {
  if (!isInstalled()) throw new Error(`DevTools' worker is not installed; ${INSTALL} does it.`);
  const { version } = JSON.parse(readFileSync(MANIFEST, 'utf8'));
  const bundle = new URL(`node_modules/.cache/devtools-${version}.mjs`, HERE);
  if (!existsSync(bundle)) await build(fileURLToPath(bundle));
  return bundle;
}

async function build(outfile) {
  const esbuild = await import('esbuild');
  await esbuild.build({
    entryPoints: [fileURLToPath(new URL('devtools-worker.mjs', HERE))],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    plugins: [untranslated],
    logLevel: 'error',
  });
}

/** DevTools' list of languages is made by Chromium's build; the worker uses none of them. */
const untranslated = {
  name: 'untranslated',
  setup(build) {
    build.onResolve({ filter: /\.\/locales\.js$/ }, () => ({ path: 'locales', namespace: 'untranslated' }));
    build.onLoad({ filter: /.*/, namespace: 'untranslated' }, () => ({
      contents:
        "export const LOCALES = [], BUNDLED_LOCALES = [], DEFAULT_LOCALE = 'en-US', REMOTE_FETCH_PATTERN = '', LOCAL_FETCH_PATTERN = '';",
    }));
  },
};
