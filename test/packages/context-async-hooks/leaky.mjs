import hooks from 'context-async-hooks-leaky';
import { runAsScript } from '../../../fixtures/run-as-script.mjs';
import { scenario } from './scenario.mjs';

export const { setup, iterate, teardown } = scenario(hooks);

await runAsScript(import.meta.url, { setup, iterate, teardown });
