export { Clock, type Scheduler } from './clock.ts';
export { type Context, followContexts } from './context.ts';
export {
  CooperativeTask,
  Cooperator,
  type CooperatorOptions,
  coiterate,
  cooperate,
  type TerminationPredicate,
} from './cooperator.ts';
export { deferLater } from './defer-later.ts';
export {
  type Canceller,
  Deferred,
  type DeferredOptions,
  execute,
  fail,
  maybeDeferred,
  passthru,
  type Settled,
  succeed,
} from './deferred.ts';
export { DeferredList, type DeferredListOptions, type Outcome } from './deferred-list.ts';
export { DelayedCall, type DelayedCallOwner } from './delayed-call.ts';
export * from './errors.ts';
export { type ErrorClass, Failure, type Frame, type TextStream, type TracebackDetail } from './failure.ts';
export { cleanBatch, type FailurePolicy, getFailurePolicy, setFailurePolicy } from './failure-policy.ts';
export { gatherResults } from './gather-results.ts';
export { ensureDeferred, inlineCallbacks } from './inline-callbacks.ts';
export type { Line } from './line.ts';
export { type LiveCounts, LiveDeferreds, runtime } from './live-deferreds.ts';
export { DeferredLock, DeferredSemaphore } from './locks.ts';
export { type FailureLog, logError, logFailure, setFailureLog } from './log-failure.ts';
export { LoopingCall } from './looping-call.ts';
export {
  type DeferredObserver,
  getDebugging,
  observeDeferreds,
  setDebugging,
  type WaitingLine,
} from './observer.ts';
export { type ParallelOptions, parallel } from './parallel.ts';
export { type OuterLock, PollingLock } from './polling-lock.ts';
export { PriorityScheduler, type PrioritySchedulerOptions } from './priority-scheduler.ts';
export { DeferredQueue, type DeferredQueueOptions } from './queue.ts';
export { race } from './race.ts';
export { type RunnableReactor, react } from './react.ts';
export { type RetryOptions, retry } from './retry.ts';
export { defaultClock, setDefaultClock } from './system-clock.ts';
export {
  describeReport,
  onUnhandledFailure,
  reportUnhandledFailures,
  type UnhandledFailure,
  type UnhandledListener,
  unhandledFailures,
} from './unhandled-failures.ts';
