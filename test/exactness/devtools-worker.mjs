/**
 * The parts of DevTools' heap-snapshot worker that read and analyse a snapshot; `bundle.mjs` makes one file of them.
 * Not type-checked and not run as it is: DevTools is TypeScript for a bundler.
 */
export {
  HeapSnapshotProgress,
  JSHeapSnapshot,
  SecondaryInitManager,
} from 'chrome-devtools-frontend/front_end/entrypoints/heap_snapshot_worker/HeapSnapshot.ts';
export { HeapSnapshotLoader } from 'chrome-devtools-frontend/front_end/entrypoints/heap_snapshot_worker/HeapSnapshotLoader.ts';
