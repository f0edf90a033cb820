import xstate from 'xstate-leaky';
import { runAsScript } from '../../../fixtures/run-as-script.mjs';
import { scenario } from './scenario.mjs';

export const { setup, iterate, teardown } = scenario(xstate);

await runAsScript(import.meta.url, { setup, iterate, teardown });
