import fetch from 'node-fetch-leaky';
import { runAsScript } from '../../../fixtures/run-as-script.mjs';
import { scenario } from './scenario.mjs';

export const { setup, iterate, teardown } = scenario(fetch);

await runAsScript(import.meta.url, { setup, iterate, teardown });
