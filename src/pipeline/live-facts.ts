import type { TargetProcess } from '../capture/run-target.ts';
import { heapSource } from '../explain/heap-source.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import type { Examination } from './examination.ts';

/** Objects looked at in the living target at most: each costs it a walk over its heap. */
const MOST_LOOKS = 12;

/**
 * Asks the target, while it lives, for what no snapshot shows: texts of scripts that came from no file, and the lines at
 * which async functions and generators of the findings are suspended. The examination comes back with them.
 */
export async function withLiveFacts(target: TargetProcess, examination: Examination): Promise<Examination> {
  if (examination.detection.findings.length === 0 || !target.isAlive()) return examination;
  const { graph, run } = examination.evidence;
  const frames = suspendedFrames(examination).map((node) => graph.idOf(node));
  const looked = frames.length === 0 ? [] : await target.lookAt(frames);
  const suspendedAt = new Map(
    looked.flatMap(({ id, suspendedAt: place }) => (place === undefined ? [] : [[id, place] as const])),
  );
  const source = heapSource(graph, {
    cwd: run?.cwd ?? process.cwd(),
    suspendedAt,
    readLive: async (scriptId) => (await target.scriptSource(scriptId)) ?? undefined,
  });
  await source.sources.prepare();
  return { ...examination, source };
}

/** Suspended functions among the accused objects and on the way to them, each finding's own first. */
function suspendedFrames({ evidence, detection }: Examination): NodeOrdinal[] {
  const { graph } = evidence;
  const frames = new Set<NodeOrdinal>();
  for (const { representative, alsoKept } of detection.findings) {
    for (const start of [representative, ...alsoKept.map((kept) => kept.representative)]) {
      let node = start;
      for (let level = 0; level < 12 && node !== 0; level += 1) {
        if (graph.follow(node, 'parameters_and_registers', 'internal') !== undefined) frames.add(node);
        node = graph.immediateDominatorOf(node);
      }
    }
  }
  return [...frames].slice(0, MOST_LOOKS);
}
