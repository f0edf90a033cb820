import { expect, test } from 'vitest';
import { detect } from '../../src/detect/detect.ts';
import { allExplained, type Examination } from '../../src/pipeline/examination.ts';
import { at, program, work } from '../detect/worked-heap.ts';

/** A look at a program in which two functions each have a Map `cache` of their own that grows. */
function lookAtTwins(): Examination {
  const { heap, module } = program();
  const tables = [5, 9].map((line, index) => {
    const scope = heap.context(['cache'], module);
    const reader = heap.edge(
      module,
      'context',
      `reader${index}`,
      heap.node('closure', 'read', { at: at(line) }),
    );
    heap.edge(reader, 'internal', 'context', scope);
    const map = heap.edge(scope, 'context', 'cache', heap.node('object', 'Map'));
    return heap.edge(map, 'internal', 'table', heap.node('array', ''));
  });
  const evidence = work(heap, () => {
    for (const table of tables) heap.entry(table, heap.node('object', 'Page', { at: at(20) }));
  });
  return { evidence, detection: detect(evidence) };
}

test('two leaks of one look are told though they have one signature', () => {
  const { findings } = allExplained([lookAtTwins()], [], new Map());
  expect(findings.map(({ objects }) => objects.count)).toEqual([144, 144]);
});

test('a leak that two looks saw is told once', () => {
  const once = allExplained([lookAtTwins()], [], new Map()).findings;
  expect(allExplained([lookAtTwins(), lookAtTwins()], [], new Map()).findings).toHaveLength(once.length);
});

test('without a look there is nothing to tell', () => {
  expect(allExplained([undefined], [], new Map())).toEqual({ findings: [], ignored: [], couldNotJudge: [] });
});
