import type { LeakKind } from './finding.ts';

/** What each kind of leak is, and when leakscan is certain of it. */
export interface KindDescription {
  readonly what: string;
  readonly certainBy: 'state' | 'growth' | 'state or growth';
}

export const kinds: Readonly<Record<LeakKind, KindDescription>> = {
  'unhandled-failure': {
    what: 'a Deferred that has failed and that no errback will ever hear of',
    certainBy: 'state',
  },
  'pending-deferred': {
    what: 'a Deferred that nobody can fire any more, or waiting ones that grow in number',
    certainBy: 'state or growth',
  },
  'retained-closure': {
    what: 'functions kept past their use, with the variables they have captured',
    certainBy: 'growth',
  },
  'cycle-leak': {
    what: 'objects that hold each other and are kept alive through one edge from outside',
    certainBy: 'state or growth',
  },
  'finalization-cycle': {
    what: 'a FinalizationRegistry whose held value reaches its own target, which so never goes',
    certainBy: 'state',
  },
  'unhandled-rejection': {
    what: 'a native promise that was rejected and that nobody handles',
    certainBy: 'state or growth',
  },
  'pending-promise': {
    what: 'native promises and suspended async functions that nothing will settle',
    certainBy: 'state or growth',
  },
  listener: { what: 'listeners of an EventEmitter or EventTarget that pile up', certainBy: 'growth' },
  timer: { what: 'timers and looping calls that are never stopped', certainBy: 'growth' },
  'abort-signal': {
    what: 'listeners and dependent signals of a long-lived AbortSignal',
    certainBy: 'growth',
  },
  'async-context': { what: 'AsyncLocalStorage stores that outlive their request', certainBy: 'growth' },
  'collection-growth': {
    what: 'a Map, Set, array or object that gains entries with every round of work',
    certainBy: 'growth',
  },
  stream: { what: 'streams that are never read to their end or destroyed', certainBy: 'growth' },
  handle: { what: 'sockets, servers, watchers and ports that are never closed', certainBy: 'growth' },
  worker: { what: 'worker threads that are never terminated', certainBy: 'growth' },
  'vm-context': { what: 'contexts of node:vm that are never released', certainBy: 'growth' },
  'string-slice': {
    what: 'small pieces of text that keep the large text they were cut from',
    certainBy: 'growth',
  },
  arraybuffer: {
    what: 'memory outside the JavaScript heap that grows with every round',
    certainBy: 'growth',
  },
};
