import pTimeout from 'p-timeout-leaky';
import { runAsScript } from '../../../fixtures/run-as-script.mjs';
import { scenario } from './scenario.mjs';

export const { setup, iterate, teardown } = scenario(pTimeout);

await runAsScript(import.meta.url, { setup, iterate, teardown });
