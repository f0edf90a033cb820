import * as queryCore from 'query-core-leaky';
import { runAsScript } from '../../../fixtures/run-as-script.mjs';
import { scenario } from './scenario.mjs';

export const { setup, iterate, teardown } = scenario(queryCore);

await runAsScript(import.meta.url, { setup, iterate, teardown });
