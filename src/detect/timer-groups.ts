import type { HeapGraph } from '../graph/heap-graph.ts';
import type { NodeClasses } from '../objects/node-class.ts';
import { callbackOf, isTimersList } from '../objects/timers.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
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
  const byCallback = new Map<string, { lists: NodeOrdinal[]; members: GrowthGroup[] }>();
  for (const group of groups) {
    const list = listOf(graph, group);
    const callback = list === undefined ? undefined : callbackOf(graph, group.members[0]!);
    if (list === undefined || callback === undefined) continue;
    const key = `${group.classKey} ${classes.keyOf(callback)}`;
    const alike = byCallback.get(key);
    if (alike === undefined) byCallback.set(key, { lists: [list], members: [group] });
    else {
      alike.lists.push(list);
      alike.members.push(group);
    }
  }
  return [...byCallback.values()].map(({ lists, members }) => ({
    siblings: { collection: graph.immediateDominatorOf(lists[0]!), way: [] },
    members,
    equals: members.flatMap((group) => group.members).sort((a, b) => a - b),
  }));
}

/** A list in which the timers of a group stand; undefined for all other groups. */
function listOf(graph: HeapGraph, { stableDominator, parent }: GrowthGroup): NodeOrdinal | undefined {
  const list = stableDominator ?? parent?.members[0];
  return list !== undefined && isTimersList(graph, list) ? list : undefined;
}
