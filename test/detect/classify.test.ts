import { describe, expect, test } from 'vitest';
import { detect } from '../../src/detect/detect.ts';
import type { LeakKind } from '../../src/detect/finding.ts';
import { kindOfStep } from '../../src/detect/kind-of-step.ts';
import { SETTLES } from '../../src/objects/reading/bindings.ts';
import type { NodeOrdinal } from '../../src/shared/ids.ts';
import type { HeapBuilder } from '../support/heap.ts';
import { at, program, work } from './worked-heap.ts';

/** Prepares what lasts, and gives what a round does. */
type Leak = (heap: HeapBuilder, module: NodeOrdinal) => (round: number) => void;

const session = (heap: HeapBuilder): NodeOrdinal => heap.node('object', 'Session', { at: at(3) });

const variable = (heap: HeapBuilder, module: NodeOrdinal, name: string, className: string): NodeOrdinal =>
  heap.edge(module, 'context', name, heap.node('object', className));

const CORE = { at: { scriptId: 2, line: 5, column: 0 } };

/** A function of Node.js itself, so that classes of its script are known for its own. */
function addCore(heap: HeapBuilder): void {
  const place = { scriptId: 2, line: 0, column: 0 };
  heap.edge(heap.root, 'element', 99, heap.closure('core', 'node:internal/core', place));
}

function kindsOf(leak: Leak): readonly LeakKind[] {
  const { heap, module } = program();
  addCore(heap);
  const round = leak(heap, module);
  const { findings } = detect(work(heap, round));
  expect(findings).toHaveLength(1);
  return [findings[0]!.kind, ...findings[0]!.also];
}

describe('the place where a leak accumulates names it', () => {
  const places: readonly (readonly [string, LeakKind, Leak])[] = [
    [
      'a Map',
      'collection-growth',
      (heap, module) => {
        const table = heap.edge(
          variable(heap, module, 'sessions', 'Map'),
          'internal',
          'table',
          heap.node('array', ''),
        );
        return () => heap.entry(table, session(heap));
      },
    ],
    [
      'an array',
      'collection-growth',
      (heap, module) => {
        const log = variable(heap, module, 'log', 'Array');
        return (round) => heap.edge(log, 'element', round, session(heap));
      },
    ],
    [
      'an object used as a dictionary',
      'collection-growth',
      (heap, module) => {
        const byName = variable(heap, module, 'byName', 'Object');
        return (round) => heap.object(byName, `user-${round}`, 'Session', { at: at(3) });
      },
    ],
    [
      'the delayed calls of a clock',
      'timer',
      (heap, module) => {
        const calls = variable(heap, module, 'calls', 'Array');
        const mark = heap.node('string', 'leakscan:delayed-call');
        return (round) => {
          const call = heap.node('object', 'DelayedCall', { at: at(3) });
          heap.edge(call, 'property', 'leakscanKind', mark);
          heap.edge(calls, 'element', round, call);
          heap.edge(call, 'property', 'f', heap.node('closure', 'tick', { at: at(4) }));
        };
      },
    ],
    [
      'the listeners of an emitter',
      'listener',
      (heap, module) => {
        const bus = variable(heap, module, 'bus', 'EventEmitter');
        const data = heap.object(heap.object(bus, '_events', 'Object'), 'data', 'Array');
        return (round) => heap.edge(data, 'element', round, heap.node('closure', 'onData', { at: at(4) }));
      },
    ],
    [
      'the listeners of a signal on Node 22 and later',
      'abort-signal',
      (heap, module) => eventTarget(heap, variable(heap, module, 'signal', 'AbortSignal'), 'abort'),
    ],
    [
      'the listeners of a signal on Node 20',
      'abort-signal',
      (heap, module) => eventTarget(heap, variable(heap, module, 'signal', 'EventTarget'), 'abort'),
    ],
    [
      'the listeners of another EventTarget',
      'listener',
      (heap, module) => eventTarget(heap, variable(heap, module, 'target', 'EventTarget'), 'message'),
    ],
    [
      'the list of pending timers',
      'timer',
      (heap, module) => {
        const list = heap.edge(module, 'element', 60_000, heap.node('object', 'TimersList', CORE));
        let last = list;
        return () => {
          const timer = heap.node('object', 'Timeout', CORE);
          heap.edge(last, 'property', '_idleNext', timer);
          heap.edge(timer, 'property', '_idlePrev', last);
          heap.edge(timer, 'property', '_onTimeout', heap.node('closure', 'tick', { at: at(6) }));
          last = timer;
        };
      },
    ],
    [
      'the reactions of a promise',
      'pending-promise',
      (heap, module) => {
        const flag = variable(heap, module, 'ready', 'Promise');
        let last = flag;
        return () => {
          const name = last === flag ? 'reactions_or_result' : 'next';
          last = heap.edge(last, 'internal', name, heap.node('code', 'system / PromiseReaction'));
          heap.edge(last, 'internal', 'fulfill', heap.node('closure', 'whenReady', { at: at(6) }));
        };
      },
    ],
    [
      'the frames of an async context',
      'async-context',
      (heap, module) => {
        const resource = variable(heap, module, 'socket', 'Socket');
        return (round) =>
          heap.edge(
            resource,
            'property',
            `<symbol kResourceStore ${round}>`,
            heap.node('object', 'Store', { at: at(2) }),
          );
      },
    ],
  ];

  test.each(places)('%s: %s', (_, kind, leak) => {
    expect(kindsOf(leak)[0]).toBe(kind);
  });
});

describe('what accumulates adds further kinds', () => {
  const inArray =
    (make: (heap: HeapBuilder) => NodeOrdinal): Leak =>
    (heap, module) => {
      const kept = variable(heap, module, 'kept', 'Array');
      return (round) => heap.edge(kept, 'element', round, make(heap));
    };

  const objects: readonly (readonly [string, LeakKind, (heap: HeapBuilder) => NodeOrdinal])[] = [
    ['timers', 'timer', (heap) => heap.node('object', 'Timeout', CORE)],
    ['workers', 'worker', (heap) => heap.node('object', 'Worker', CORE)],
    ['native handles', 'handle', (heap) => heap.node('object', 'UDP')],
    ['what has an open handle', 'handle', (heap) => having(heap, '_handle', heap.node('object', 'TCP'))],
    ['streams', 'stream', (heap) => having(heap, '_readableState', heap.node('object', 'ReadableState'))],
    ['slices of long texts', 'string-slice', (heap) => sliced(heap)],
    ['promises', 'pending-promise', (heap) => heap.node('object', 'Promise')],
    ['suspended generators', 'pending-promise', (heap) => suspended(heap)],
    ['buffers', 'arraybuffer', (heap) => heap.node('object', 'ArrayBuffer')],
    ['contexts of node:vm', 'vm-context', (heap) => heap.node('native', 'Node / ContextifyContext')],
    [
      'pending Deferreds',
      'pending-deferred',
      (heap) => having(heap, 'leakscanState', heap.node('string', 'leakscan:pending')),
    ],
    ['functions', 'retained-closure', (heap) => heap.node('closure', 'done', { at: at(9) })],
    ['objects that hold each other', 'cycle-leak', (heap) => coupled(heap)],
  ];

  test.each(objects)('%s: %s', (_, kind, make) => {
    const kinds = kindsOf(inArray(make));
    expect(kinds[0]).toBe('collection-growth');
    expect(kinds).toContain(kind);
  });

  test.each([
    [
      'a class of the program called Worker',
      (heap: HeapBuilder) => heap.node('object', 'Worker', { at: at(5) }),
    ],
    [
      'a class of the program called Process',
      (heap: HeapBuilder) => heap.node('object', 'Process', { at: at(5) }),
    ],
    ['the text "Worker"', (heap: HeapBuilder) => heap.node('string', 'Worker')],
    [
      'what has closed its handle',
      (heap: HeapBuilder) => having(heap, '_handle', heap.node('hidden', 'system / Oddball')),
    ],
    ['an object and its prototype', (heap: HeapBuilder) => heap.node('object', 'Object')],
  ])('%s adds none', (_, make) => {
    expect(kindsOf(inArray(make))).toEqual(['collection-growth']);
  });

  test('most bytes in raw buffers: arraybuffer', () => {
    const bytes = (heap: HeapBuilder, size: number): NodeOrdinal => {
      const frame = heap.node('object', 'Frame', { at: at(5), size: 40 });
      const store = heap.object(heap.object(frame, 'bytes', 'Uint8Array'), 'buffer', 'View');
      heap.edge(
        store,
        'internal',
        'store',
        heap.node('native', 'system / JSArrayBufferData', { size, id: heap.watermark + 2 }),
      );
      return frame;
    };
    expect(kindsOf(inArray((heap) => bytes(heap, 4096)))).toContain('arraybuffer');
    expect(kindsOf(inArray((heap) => bytes(heap, 8)))).not.toContain('arraybuffer');
  });
});

/** An object of the program with one property. */
function having(heap: HeapBuilder, property: string, value: NodeOrdinal): NodeOrdinal {
  const object = heap.node('object', 'Connection', { at: at(5) });
  heap.edge(object, 'property', property, value);
  return object;
}

function sliced(heap: HeapBuilder): NodeOrdinal {
  const slice = heap.node('sliced string', '(sliced string)');
  heap.edge(slice, 'internal', 'parent', heap.node('string', 'a long text', { size: 5000 }));
  return slice;
}

function suspended(heap: HeapBuilder): NodeOrdinal {
  const frame = heap.node('object', 'Generator', { at: at(5) });
  heap.edge(frame, 'internal', 'parameters_and_registers', heap.node('array', ''));
  return frame;
}

function coupled(heap: HeapBuilder): NodeOrdinal {
  const parent = heap.node('object', 'Parent', { at: at(5) });
  const child = heap.object(parent, 'child', 'Child', { at: at(7) });
  heap.edge(child, 'property', 'parent', parent);
  return parent;
}

/** Adds a listener a round, as Node.js links them: `kEvents → Map → head → next → …`. */
function eventTarget(heap: HeapBuilder, target: NodeOrdinal, type: string): (round: number) => void {
  const map = heap.edge(target, 'property', '<symbol kEvents>', heap.node('object', 'Map'));
  const table = heap.edge(map, 'internal', 'table', heap.node('array', ''));
  heap.edge(table, 'internal', '3', heap.node('string', type));
  let last = heap.edge(table, 'internal', '4', heap.node('object', 'Object'));
  return () => {
    const record = heap.object(last, 'next', 'Listener');
    heap.edge(record, 'property', 'previous', last);
    heap.edge(record, 'property', 'listener', heap.node('closure', 'onEvent', { at: at(8) }));
    last = record;
  };
}

test('who keeps the function that settles a promise keeps a promise that waits', () => {
  const { heap, module } = program();
  const promise = heap.edge(module, 'context', 'wake', heap.node('object', 'Promise'));
  const { graph, classes } = work(heap, () => {});
  const step = { role: 'variable', from: module, to: promise, edges: [], repeats: 1 } as const;
  expect(kindOfStep(graph, classes, { ...step, name: SETTLES })).toBe('pending-promise');
  expect(kindOfStep(graph, classes, { ...step, name: 'wake' })).toBe('retained-closure');
});
