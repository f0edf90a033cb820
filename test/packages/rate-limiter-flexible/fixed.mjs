import limiters from 'rate-limiter-flexible-fixed';
import { runAsScript } from '../../../fixtures/run-as-script.mjs';
import { scenario } from './scenario.mjs';

export const { setup, iterate, teardown } = scenario(limiters);

await runAsScript(import.meta.url, { setup, iterate, teardown });
