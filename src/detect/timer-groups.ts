import type { HeapGraph } from '../graph/heap-graph.ts';
import { nodesNamed } from '../objects/named-nodes.ts';
import type { NodeClasses } from '../objects/node-class.ts';
import { callbackKey, isTimersList } from '../objects/timers.ts';
import type { Family, GrowthGroup } from './growth-groups.ts';

/**
 * Timers with one callback and several durations: Node.js keeps a list for each duration, so that what one line of a program
 * starts hangs in as many places as it names durations, at worst in one for each timer.
 *
 *     timerListMap ─┬─ TimersList of 1000 ms ── Timeout, Timeout      one group [Timeout]
 *                   └─ TimersList of 1731 ms ── Timeout
 */
export function timersOfOneCallback(
  graph: HeapGraph,
  classes: NodeClasses,
  groups: readonly GrowthGroup[],
): Family[] {
  const byCallback = new Map<number, GrowthGroup[]>();
  for (const group of groups) {
    const key = callbackKey(graph, classes, group.members[0]!);
    const list = graph.immediateDominatorOf(group.members[0]!);
    if (key === undefined || !isTimersList(graph, list)) continue;
    const alike = byCallback.get(key);
    if (alike === undefined) byCallback.set(key, [group]);
    else alike.push(group);
  }
  const timers = byCallback.size === 0 ? [] : [...nodesNamed(graph, 'Timeout')];
  return [...byCallback].map(([key, members]) => {
    const list = graph.immediateDominatorOf(members[0]!.members[0]!);
    return {
      siblings: { collection: graph.immediateDominatorOf(list), way: [] },
      members,
      equals: timers.filter((timer) => callbackKey(graph, classes, timer) === key),
    };
  });
}
