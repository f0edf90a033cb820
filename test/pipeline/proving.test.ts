import { expect, test } from 'vitest';
import type { Cut, CutResult } from '../../src/capture/live-object.ts';
import type { TargetProcess } from '../../src/capture/run-target.ts';
import { detect } from '../../src/detect/detect.ts';
import type { Examination } from '../../src/pipeline/examination.ts';
import { prove } from '../../src/pipeline/proving.ts';
import type { HeapObjectId } from '../../src/shared/ids.ts';
import { at, program, work } from '../detect/worked-heap.ts';

/** A look at a program in which a Map grows. */
function lookAtMap(): Examination {
  const { heap, module } = program();
  const map = heap.edge(module, 'context', 'pages', heap.node('object', 'Map'));
  const table = heap.edge(map, 'internal', 'table', heap.node('array', ''));
  const evidence = work(heap, () => heap.entry(table, heap.node('object', 'Page', { at: at(20) })));
  return { evidence, detection: detect(evidence) };
}

/** A target that answers as it is told; `undefined` is one that has ended. */
function targetThat(
  answer: (cuts: readonly Cut[], watched: readonly HeapObjectId[]) => readonly HeapObjectId[] | undefined,
): TargetProcess {
  const cut = async (
    cuts: readonly Cut[],
    watched: readonly HeapObjectId[],
  ): Promise<CutResult | undefined> => {
    const gone = answer(cuts, watched);
    if (gone === undefined) return undefined;
    return { refusals: cuts.map(() => null), freedBytes: 100 * gone.length, gone, file: '/no such/snapshot' };
  };
  return { cut, isAlive: () => true } as Partial<TargetProcess> as TargetProcess;
}

async function proofBy(target: TargetProcess) {
  const examination = lookAtMap();
  const proofs = await prove(target, examination, { step: () => {} });
  return proofs.get(examination.detection.findings[0]!)!.proof;
}

test('objects that go with the cut confirm it', async () => {
  const proof = await proofBy(targetThat((cuts, watched) => (cuts.length > 0 ? watched : [])));
  expect(proof).toMatchObject({
    status: 'confirmed',
    freedBytes: 14_400,
    cuts: [{ gone: 144, holds: true }],
  });
  expect(proof.reason).toBe('144 of 144 watched objects went');
});

test('objects that the program lets go of by itself refute the accusation', async () => {
  const proof = await proofBy(targetThat((_, watched) => watched));
  expect(proof.status).toBe('refuted');
  expect(proof.reason).toContain('went before anything was cut');
});

test('a target that has ended leaves the finding as it is', async () => {
  const proof = await proofBy(targetThat(() => undefined));
  expect(proof).toMatchObject({ status: 'not-testable', reason: 'the target did not survive the cut' });
});

test('a heap that cannot be read after a cut in vain proves nothing', async () => {
  const proof = await proofBy(targetThat(() => []));
  expect(proof.status).toBe('not-testable');
  expect(proof.reason).toContain('0 of 144 watched objects went');
  expect(proof.reason).toContain('could not be read');
});
