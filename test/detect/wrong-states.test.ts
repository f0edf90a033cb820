import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { detect } from '../../src/detect/detect.ts';
import { evidenceOf } from '../../src/detect/evidence.ts';
import type { Finding, LeakKind } from '../../src/detect/finding.ts';
import { Generations } from '../../src/detect/generations.ts';
import type { NodeOrdinal } from '../../src/shared/ids.ts';
import { heapOf, nodeLines, type ProgramHeap } from '../explain/heap-of-program.ts';

const RUNTIME = fileURLToPath(new URL('../../dist/deferred/index.js', import.meta.url));

const PROGRAM = `
import { Deferred, fail, succeed } from ${JSON.stringify(RUNTIME)};

const kept = (globalThis.kept = {});
const marked = (marker, object = new Deferred()) => Object.assign(object, { marker });

kept.unhandled = [marked('unhandled', fail(new TypeError('no such page'))), marked('unhandled', fail(new TypeError('none')))];
kept.handled = marked('handled', fail(new Error('known')).addErrback(() => 'recovered'));
kept.value = marked('value', succeed(1));
kept.open = marked('open');

const waitFor = (inner) => succeed(1).addCallback(() => inner);
kept.waitsForLost = marked('waitsForLost', waitFor(marked('lost')));
const fired = marked('mayBeFired');
kept.fire = () => fired.callback(1);
kept.waitsForOther = marked('waitsForOther', waitFor(fired));
const waitForEachOther = () => {
  const [a, b] = [marked('circular'), marked('circular')];
  a.addCallback(() => b);
  b.addCallback(() => a);
  a.callback(1);
  b.callback(1);
  return a;
};
kept.circle = waitForEachOther();
kept.waitsForCircle = marked('waitsForCircle', waitFor(waitForEachOther()));

class Own { constructor(marker) { this.marker = marker; } }
kept.registry = new FinalizationRegistry(() => {});
const registered = (marker, heldBy) => { const own = new Own(marker); kept.registry.register(own, heldBy(own)); return own; };
registered('keptByHeldValue', (own) => ({ own }));
registered('keptByClosure', (own) => () => own);
registered('collected', () => 'an id');
kept.used = registered('usedElsewhere', (own) => ({ own }));
(() => {
  const own = new Own('keptByCleanup');
  kept.second = new FinalizationRegistry(() => own.marker);
  kept.second.register(own, 1);
})();

process.on('unhandledRejection', () => {});
kept.rejected = [marked('rejected', Promise.reject(new RangeError('too far')))];
const caught = Promise.reject(new Error('caught'));
caught.catch(() => {});
kept.caught = marked('caught', caught);
kept.resolved = marked('resolved', Promise.resolve(1));

setImmediate(() => { globalThis.snapshot(); process.exit(); });
`;

/** The oldest and the newest line at hand: what the detectors read differs little between them. */
const LINES = nodeLines.filter((_, index) => index === 0 || index === nodeLines.length - 1);

describe.each(LINES.map(({ line, node }) => [line, node] as const))('on Node %i', (_, node) => {
  let heap: ProgramHeap;
  beforeAll(async () => {
    heap = await heapOf(node, { 'states.mjs': PROGRAM });
  });
  afterAll(() => heap.remove());

  /** Everything was born before the first mark, or all of it in the last generation. */
  const born = (when: 'early' | 'late'): Generations => {
    const last = Math.max(...heap.graph.snapshot.nodeId);
    const first = when === 'early' ? last : 0;
    return new Generations('rounds', [first, first, first, last], [3, 5, 7]);
  };
  const found = (kind: LeakKind, generations: Generations, isEndOfProgram = false): Finding[] =>
    detect(evidenceOf(heap.graph, generations, undefined, undefined, isEndOfProgram)).findings.filter(
      (finding) => finding.kind === kind,
    );
  const markers = (findings: readonly Finding[]): string[] =>
    findings.flatMap(({ objects }) => objects.map((each) => markerOf(each))).sort();
  const markerOf = (each: NodeOrdinal): string =>
    heap.graph.nameOf(heap.graph.follow(each, 'marker', 'property')!);

  describe('unhandled-failure', () => {
    test('accuses failed Deferreds that nobody handles, and no others', () => {
      const findings = found('unhandled-failure', born('early'));
      expect(markers(findings)).toEqual(['unhandled', 'unhandled']);
      expect(findings[0]).toMatchObject({ confidence: 'certain', className: 'Deferred', evidence: 'state' });
      expect(findings[0]!.reason).toContain('TypeError');
    });

    test('waits for those that failed in the last generation', () => {
      expect(found('unhandled-failure', born('late'))).toMatchObject([{ confidence: 'possible' }]);
    });

    test('does not wait when the program has ended', () => {
      expect(found('unhandled-failure', born('late'), true)).toMatchObject([{ confidence: 'certain' }]);
    });

    test('is likely in a snapshot that says nothing of ages', () => {
      expect(found('unhandled-failure', new Generations('rounds', [], []))).toMatchObject([
        { confidence: 'likely' },
      ]);
    });
  });

  test('pending-deferred accuses what only those who wait for it lead to, and who waits for himself', () => {
    const findings = found('pending-deferred', born('early'));
    expect(markers(findings)).toEqual([...Array(4).fill('circular'), 'lost']);
    expect(findings.every(({ confidence }) => confidence === 'certain')).toBe(true);
    const circle = findings.find(({ objects }) => objects.length === 4)!;
    expect(circle.also).toEqual(['cycle-leak']);
  });

  test('finalization-cycle accuses what only its registration leads to', () => {
    const findings = found('finalization-cycle', born('early'));
    expect(markers(findings)).toEqual(['keptByCleanup', 'keptByClosure', 'keptByHeldValue']);
    expect(findings).toMatchObject([{ confidence: 'certain', className: 'Own' }]);
  });

  test('unhandled-rejection accuses rejected promises that Node lists, and no others', () => {
    const findings = found('unhandled-rejection', born('early'));
    expect(markers(findings)).toEqual(['rejected']);
    expect(findings).toMatchObject([{ confidence: 'likely', className: 'Promise' }]);
    expect(found('unhandled-rejection', born('late'))).toMatchObject([{ confidence: 'possible' }]);
  });

  test('a rejection that the program was told of may be kept for a while, also at its end', () => {
    // Of the process nothing is younger than what was rejected: everything came in the second generation.
    const last = Math.max(...heap.graph.snapshot.nodeId);
    const late = new Generations('rounds', [0, 0, last, last], [3, 5, 7]);
    const [finding] = found('unhandled-rejection', late);
    expect(finding).toMatchObject({ confidence: 'possible' });
    expect(finding!.reason).toContain('was told of it');
    expect(found('unhandled-rejection', late, true)).toMatchObject([{ confidence: 'possible' }]);
  });

  test('every object of a state finding is one object once', () => {
    const { findings } = detect(evidenceOf(heap.graph, born('early'), undefined, undefined, false));
    const objects = findings.flatMap((finding) => finding.objects);
    expect(new Set(objects).size).toBe(objects.length);
  });
});
