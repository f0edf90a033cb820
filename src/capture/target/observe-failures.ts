import { type DeferredObserver, observeDeferreds } from '../../deferred/observer.ts';
import { describeReport } from '../../deferred/unhandled-failures.ts';
import type { Observation } from '../run-record.ts';
import { tell } from './channel.ts';

/** A program that fails all the time does not need more examples. */
const MAX_OBSERVATIONS = 100;
/** Where copies of the Deferred library other than leakscan's own look for an observer when they are loaded. */
const WAITING_OBSERVER = Symbol.for('leakscan.deferred.observer');

type Failed = Pick<Observation, 'errorName' | 'message' | 'stack'>;

/**
 * Records failures that nobody handled and that no snapshot will show, because they are gone by then. What the
 * program does about them, and what it prints, stays the same.
 *
 * @param generation the generation that is open
 */
export function observeFailures(creationStacks: boolean, generation: () => number): void {
  let observations = 0;
  const observe = (kind: Observation['kind'], failed: Failed): void => {
    observations += 1;
    if (observations > MAX_OBSERVATIONS) return;
    tell({ event: 'observation', observation: { kind, ...failed, generation: generation() } });
  };
  observeUnhandled(creationStacks, (failed) => observe('unhandled-failure', failed));
  observeRejections((failed) => observe('unhandled-rejection', failed));
}

function observeUnhandled(stacks: boolean, observe: (failed: Failed) => void): void {
  const observer: DeferredObserver = {
    stacks,
    unhandled(report) {
      observe({
        errorName: report.name,
        message: report.message,
        stack: lines(report.createdAt ?? report.stack),
      });
      console.error(describeReport(report));
    },
  };
  observeDeferreds(observer);
  Object.defineProperty(globalThis, WAITING_OBSERVER, {
    value: observer,
    configurable: true,
    writable: true,
  });
}

/**
 * A listener of our own would keep Node from ending the program. So it is there only as long as the program has
 * one too; without one, the rejection ends the program and is told as its outcome.
 */
function observeRejections(observe: (failed: Failed) => void): void {
  const record = (reason: unknown): void => observe(failedWith(reason));
  const { prependListener } = process as NodeJS.EventEmitter;
  prependListener.call(process, 'newListener', (event, listener) => {
    const isFirst = event === 'unhandledRejection' && process.listenerCount(event) === 0;
    if (isFirst && listener !== record) process.prependListener(event, record);
  });
  prependListener.call(process, 'removeListener', (event) => {
    if (event !== 'unhandledRejection') return;
    const [only, ...others] = process.listeners(event);
    if (only === record && others.length === 0) process.removeListener(event, record);
  });
}

function failedWith(reason: unknown): Failed {
  if (!(reason instanceof Error)) return { errorName: typeof reason, message: String(reason), stack: [] };
  return { errorName: reason.constructor.name, message: reason.message, stack: lines(reason.stack ?? '') };
}

function lines(text: string): readonly string[] {
  return text.split('\n').map((line) => line.trim());
}
