import Adapter from 'socket.io-adapter-leaky';
import { runAsScript } from '../../../fixtures/run-as-script.mjs';
import { scenario } from './scenario.mjs';

export const { setup, iterate, teardown } = scenario(Adapter);

await runAsScript(import.meta.url, { setup, iterate, teardown });
