import { describe, expect, test } from 'vitest';
import type { TargetProcess } from '../../src/capture/run-target.ts';
import type { HeapObjectId } from '../../src/shared/ids.ts';
import { idsOf, outermostLines, program, start } from './support/programs.ts';

const source = `
  import { EventEmitter } from 'node:events';
  class Box { fill = new Array(5000).fill(1); }
  class Boxes extends Map {}
  class Bag extends Set {}
  class Emitter extends EventEmitter {}
  class Target extends EventTarget {}
  class Owner { listed = new Box(); constructor() { this.boxes = new Boxes(); this.bag = new Bag(); this.emitter = new Emitter(); this.target = new Target(); } }
  async function waiting() { const box = new Box(); await new Promise(() => {}); return box; }
  export function setup() {
    globalThis.owner = new Owner();
    for (const key of ['a', 'b', 'c']) { owner.boxes.set(key, new Box()); owner.bag.add(new Box()); }
    for (let i = 0; i < 2; i += 1) {
      const inner = new Box();
      owner.emitter.on('data', function onData() { return inner; });
      owner.target.addEventListener('data', function onEvent() { return inner; }, { capture: i === 1 });
    }
    owner.hanging = waiting();
    owner.broken = Promise.reject(new Error('no'));
    owner.broken.catch(() => {});
    owner.compiled = (0, eval)('(function compiled() { return 1; })');
  }
  export function iterate() {}
`;

async function at(
  node: string,
  mode: 'scenario' | 'script',
): Promise<{ target: TargetProcess; ids: (type: string, name: string) => readonly HeapObjectId[] }> {
  const text = mode === 'scenario' ? source : `${source}\nsetup();\nsetTimeout(() => process.exit(), 10);`;
  const target = await start(program(`${mode}.mjs`, text), { node, mode, warmupRounds: 1 });
  if (mode === 'script') await target.untilEnd();
  const snapshot = await target.snapshot();
  return { target, ids: (type, name) => idsOf(snapshot!.file, type, name) as readonly HeapObjectId[] };
}

describe.each(outermostLines)('with $name', ({ node }) => {
  describe.each(['scenario', 'script'] as const)('in %s mode', (mode) => {
    test('the living process tells what no snapshot shows', async () => {
      const { target, ids } = await at(node, mode);
      const [listener] = await target.lookAt(ids('closure', 'onData').slice(0, 1));
      expect(listener!.functionAt).toMatchObject({ line: 14 });
      const variables = listener!.scopes!.flatMap((scope) => scope.variables);
      expect(variables).toContainEqual({ name: 'inner', type: 'Box', id: expect.any(Number) });
      expect(ids('object', 'Box')).toContain(variables.find(({ name }) => name === 'inner')!.id);

      const all = await Promise.all(ids('object', 'Promise').map((id) => target.lookAt([id])));
      const states = all.flat().map(({ promiseState }) => promiseState);
      expect(states).toContain('pending');
      expect(states).toContain('rejected');
      const [compiled] = await target.lookAt(ids('closure', 'compiled'));
      expect(await target.scriptSource(compiled!.functionAt!.scriptId)).toBe(
        '(function compiled() { return 1; })',
      );
    });

    test('cutting an edge shows what it held', async () => {
      const { target, ids } = await at(node, mode);
      const [owner] = ids('object', 'Owner');
      const boxes = ids('object', 'Box');
      const cut = async (...cuts: Parameters<TargetProcess['cut']>[0]) => (await target.cut(cuts, boxes))!;

      const entries = await cut({ owner: ids('object', 'Boxes').at(-1)!, kind: 'entries' });
      expect(entries.refusals).toEqual([null]);
      expect(entries.gone).toHaveLength(3);
      expect(entries.freedBytes).toBeGreaterThan(10_000);
      expect((await cut({ owner: ids('object', 'Bag').at(-1)!, kind: 'entries' })).gone).toHaveLength(6);
      expect((await cut({ owner: owner!, kind: 'properties', names: ['listed'] })).gone).toHaveLength(7);
      const emitter = ids('object', 'Emitter').at(-1)!;
      const eventTarget = ids('object', 'Target').at(-1)!;
      // Each listener of the emitter shares its variable with one of the event target.
      const both = await cut(
        { owner: emitter, kind: 'listeners', event: 'data', indices: [1] },
        { owner: eventTarget, kind: 'listeners', event: 'data' },
      );
      expect(both.refusals).toEqual([null, null]);
      expect(both.gone).toHaveLength(8);
      expect((await cut({ owner: owner!, kind: 'properties', names: ['emitter'] })).gone).toHaveLength(9);
    });
  });
});

test('a cut that cannot be made says why', async () => {
  const { target, ids } = await at(process.execPath, 'scenario');
  const [owner] = ids('object', 'Owner');
  const result = await target.cut(
    [
      { owner: owner!, kind: 'properties', names: ['nothing'] },
      { owner: owner!, kind: 'handle' },
      { owner: 4_000_000_001 as HeapObjectId, kind: 'entries' },
      { owner: ids('object', 'Emitter').at(-1)!, kind: 'listeners', event: 'end' },
    ],
    [owner!],
  );
  expect(result!.refusals).toEqual([
    'there is no property nothing',
    'there is no way to close it',
    'the owner of the edge is not an object that JavaScript can reach',
    'there is no listener of end',
  ]);
  expect(result!.gone).toEqual([]);
});

test('a target that is gone tells nothing', async () => {
  const target = await start(program('gone.mjs', 'export const iterate = () => {};'));
  await target.finish();
  expect(target.isAlive()).toBe(false);
  expect(await target.lookAt([1 as HeapObjectId])).toEqual([]);
  expect(await target.scriptSource(1)).toBeNull();
  expect(await target.cut([], [])).toBeUndefined();
  expect(await target.snapshot()).toBeUndefined();
});
