import './promise-with-resolvers.mjs';
import { createReadStream } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { MessageChannel, Worker } from 'node:worker_threads';
import { bundledWorker } from './bundle.mjs';

/** As much at once as DevTools' own reader of files hands over. */
const CHUNK_BYTES = 10 * 2 ** 20;

/** Steps of DevTools that only its views need. */
const FOR_VIEWS = [
  'propagateDOMState',
  'markDetachedDOMTreeNodes',
  'markQueriableHeapObjects',
  'calculateObjectNames',
  'inferInterfaceDefinitions',
  'applyInterfaceDefinitions',
  'buildSamples',
  'buildLocationMap',
  'calculateNativeContextAttribution',
  'calculateNativeContextSizes',
  'calculateStatistics',
];

/**
 * DevTools' snapshot of a file, made as its worker makes it, with the second thread where `threads` says so.
 * `reduced` leaves out, for the rest of the process, what only the views need; the figures stay the same.
 */
export async function devtoolsSnapshot(file, { reduced = false, threads = false } = {}) {
  const bundle = await bundledWorker();
  const { HeapSnapshotLoader, JSHeapSnapshot, SecondaryInitManager } = await import(bundle);
  if (reduced) for (const step of FOR_VIEWS) leaveOut(JSHeapSnapshot.prototype, step);
  const { port1, port2 } = new MessageChannel();
  const second = threads
    ? new Worker(new URL('second-thread.mjs', import.meta.url), {
        workerData: { bundle: bundle.href, port: port2 },
        transferList: [port2],
      })
    : new SecondaryInitManager(port2);
  const loader = new HeapSnapshotLoader({ sendEvent() {} });
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: CHUNK_BYTES })) {
    loader.write(chunk);
    // The loader reads a chunk in microtasks; without a turn the whole file would wait in memory.
    await turn();
  }
  loader.close();
  try {
    return await loader.buildSnapshot(port1);
  } finally {
    port1.close();
    if (threads) await second.terminate();
  }
}

/** DevTools' figures of every node, in file order. */
export async function devtoolsFigures(file) {
  const snapshot = await devtoolsSnapshot(file, { reduced: true });
  const { nodes, nodeCount, nodeFieldCount, nodeIdOffset, nodeSelfSizeOffset } = snapshot;
  const column = (field) =>
    Uint32Array.from({ length: nodeCount }, (_, node) => nodes.getValue(node * nodeFieldCount + field));
  return {
    nodeCount,
    id: column(nodeIdOffset),
    selfSize: column(nodeSelfSizeOffset),
    retainedSize: snapshot.retainedSizes,
    distance: snapshot.nodeDistances,
    dominator: snapshot.dominatorsTree,
  };
}

function leaveOut(prototype, step) {
  for (let owner = prototype; owner !== null; owner = Object.getPrototypeOf(owner)) {
    if (Object.hasOwn(owner, step)) {
      owner[step] = () => [];
      return;
    }
  }
  throw new Error(`DevTools has no step "${step}" any more.`);
}
