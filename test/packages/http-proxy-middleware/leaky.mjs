import subject from 'http-proxy-middleware-leaky';
import { runAsScript } from '../../../fixtures/run-as-script.mjs';
import { scenario } from './scenario.mjs';

export const { setup, iterate, teardown } = scenario(subject);

await runAsScript(import.meta.url, { setup, iterate, teardown });
