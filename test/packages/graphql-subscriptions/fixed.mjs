import subscriptions from 'graphql-subscriptions-fixed';
import { runAsScript } from '../../../fixtures/run-as-script.mjs';
import { scenario } from './scenario.mjs';

export const { setup, iterate, teardown } = scenario(subscriptions);

await runAsScript(import.meta.url, { setup, iterate, teardown });
