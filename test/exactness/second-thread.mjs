/** The second thread of DevTools' worker: retainers, dominators, retained sizes. */
import './promise-with-resolvers.mjs';
import { workerData } from 'node:worker_threads';

const { SecondaryInitManager } = await import(workerData.bundle);
new SecondaryInitManager(workerData.port);
