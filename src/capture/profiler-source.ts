import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { HeapObjectId } from '../shared/ids.ts';
import type { SnapshotSource } from './snapshot-source.ts';
import { v8Source, writeSnapshot } from './v8-source.ts';

/** What is used of the native part of v8-profiler-next. */
interface ProfilerBinding {
  setup(config: { debug: boolean; thread_id: number }, check: () => { greater_than_12_15_0: boolean }): void;
  readonly heap: {
    startTrackingHeapObjects(): void;
    getHeapStats(chunk: (samples: readonly number[]) => void, end: () => void): number;
  };
}

/**
 * The best source there is in this process: v8-profiler-next if its binary for this Node is installed below
 * `root` and can be loaded, else what Node itself offers, with the reason.
 */
export function chooseSource(root: string | null, missing: string): SnapshotSource {
  if (root === null) return v8Source(missing);
  const { modules } = process.versions;
  const build = `node-v${modules}-${process.platform}-${process.arch}`;
  const file = join(root, 'build', 'binding', 'Release', build, 'profiler.node');
  if (!existsSync(file)) {
    return v8Source(`v8-profiler-next is installed without a binary for Node ${process.version} (${build})`);
  }
  try {
    return profilerSource(loadBinding(file));
  } catch (error) {
    const isForeign = (error as Error).message.includes('NODE_MODULE_VERSION');
    return v8Source(
      isForeign
        ? `v8-profiler-next was built for another Node than ${process.version}`
        : `v8-profiler-next could not be loaded: ${(error as Error).message}`,
    );
  }
}

/**
 * Marks by v8-profiler-next: one walk over the heap gives ids without building a snapshot. Snapshots come
 * from Node all the same, because those of the addon are without numeric values.
 */
function profilerSource(binding: ProfilerBinding): SnapshotSource {
  /** Objects alive by V8's own intervals; an update names only the intervals that changed. */
  const objectsByInterval = new Map<number, number>();
  binding.heap.startTrackingHeapObjects();
  return {
    name: 'v8-profiler-next',
    reason: 'v8-profiler-next is installed for this Node',
    mark() {
      const watermark = binding.heap.getHeapStats(
        (samples) => {
          for (let at = 0; at < samples.length; at += 3)
            objectsByInterval.set(samples[at]!, samples[at + 1]!);
        },
        () => {},
      );
      let objects = 0;
      for (const count of objectsByInterval.values()) objects += count;
      return { watermark: watermark as HeapObjectId, objects };
    },
    snapshot: writeSnapshot,
  };
}

/**
 * Loads the addon by its file. The package's own entry would bring two dozen modules into the target's
 * `require.cache` and put a `profiler` on its `process`.
 */
function loadBinding(file: string): ProfilerBinding {
  const addon = { exports: {} as ProfilerBinding };
  process.dlopen(addon, file);
  addon.exports.setup({ debug: false, thread_id: 0 }, () => ({ greater_than_12_15_0: true }));
  return addon.exports;
}
