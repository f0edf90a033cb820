import type { HeapGraph } from '../graph/heap-graph.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import type { NodeClasses } from './node-class.ts';

/** Is it the list in which Node.js keeps the timers of one duration? */
export function isTimersList(graph: HeapGraph, node: NodeOrdinal): boolean {
  return graph.typeOf(node) === 'object' && graph.nameOf(node) === 'TimersList';
}

/** The function that a timer or immediate calls, while it is pending. */
export function callbackOf(graph: HeapGraph, timer: NodeOrdinal): NodeOrdinal | undefined {
  const callback = graph.follow(timer, '_onTimeout') ?? graph.follow(timer, '_onImmediate');
  return callback !== undefined && graph.typeOf(callback) === 'closure' ? callback : undefined;
}

/** A number that timers share which call one function: what leaks is what a line of the program starts, not a class of Node.js. */
export function callbackKey(graph: HeapGraph, classes: NodeClasses, timer: NodeOrdinal): number | undefined {
  if (graph.nameOf(timer) !== 'Timeout') return undefined;
  const callback = callbackOf(graph, timer);
  return callback === undefined ? undefined : classes.keyOf(callback);
}

/** Does a Timeout fire once? An interval has a number where it has `null`. */
export function isOneShot(graph: HeapGraph, timer: NodeOrdinal): boolean {
  const repeat = graph.follow(timer, '_repeat');
  return repeat !== undefined && graph.typeOf(repeat) === 'hidden';
}
