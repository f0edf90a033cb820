import statsd from 'node-statsd-fixed/lib/statsd.js';
import { runAsScript } from '../../../fixtures/run-as-script.mjs';
import { scenario } from './scenario.mjs';

export const { setup, iterate, teardown } = scenario(statsd);

await runAsScript(import.meta.url, { setup, iterate, teardown });
