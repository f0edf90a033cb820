import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Line } from '../../src/deferred/line.ts';

test('agrees with an array, whoever comes, is served, or leaves', () => {
  const step = fc.record({ action: fc.constantFrom('push', 'push', 'shift', 'remove'), pick: fc.nat() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const line = new Line<number>();
      const model: number[] = [];
      for (const [number, { action, pick }] of steps.entries()) {
        if (action === 'push') {
          line.push(number);
          model.push(number);
        } else if (action === 'shift') {
          expect(line.shift()).toBe(model.shift());
        } else {
          const one = model[pick % Math.max(1, model.length)] ?? -1;
          expect(line.remove(one)).toBe(model.includes(one));
          model.splice(0, model.length, ...model.filter((other) => other !== one));
        }
        expect([line.length, ...line]).toEqual([model.length, ...model]);
      }
    }),
  );
});
