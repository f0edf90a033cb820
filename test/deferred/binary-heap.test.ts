import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BinaryHeap } from '../../src/deferred/binary-heap.ts';

interface Entry {
  time: number;
  readonly order: number;
  place: number;
}

const inOrder = (a: Entry, b: Entry) => a.time - b.time || a.order - b.order;

test('agrees with a sorted list, whatever is added, moved and removed', () => {
  const step = fc.record({
    action: fc.constantFrom('add', 'add', 'move', 'remove', 'take'),
    time: fc.integer({ min: 0, max: 20 }),
    pick: fc.nat(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const heap = new BinaryHeap<Entry>((a, b) => inOrder(a, b) < 0);
      let model: Entry[] = [];
      let order = 0;
      for (const { action, time, pick } of steps) {
        const entry = model[pick % Math.max(1, model.length)];
        if (action === 'add') {
          const added = { time, order, place: -1 };
          order += 1;
          heap.add(added);
          model.push(added);
        } else if (action === 'move' && entry) {
          entry.time = time;
          heap.update(entry);
        } else if (action === 'remove' && entry) {
          heap.remove(entry);
          model = model.filter((one) => one !== entry);
        } else if (action === 'take' && heap.first) {
          model = model.filter((one) => one !== heap.first);
          heap.remove(heap.first);
        }
        model.sort(inOrder);
        expect(heap.first).toBe(model[0]);
        expect(heap.size).toBe(model.length);
      }
      const drained: Entry[] = [];
      for (let { first } = heap; first; { first } = heap) {
        drained.push(first);
        heap.remove(first);
      }
      expect(drained).toEqual(model);
    }),
  );
});
