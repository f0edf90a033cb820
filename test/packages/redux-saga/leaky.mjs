import { createRequire } from 'node:module';
import { runAsScript } from '../../../fixtures/run-as-script.mjs';
import { scenario } from './scenario.mjs';

const require = createRequire(import.meta.url);
export const { setup, iterate, teardown } = scenario({
  saga: require('redux-saga-leaky'),
  effects: require('redux-saga-leaky/effects'),
});

await runAsScript(import.meta.url, { setup, iterate, teardown });
