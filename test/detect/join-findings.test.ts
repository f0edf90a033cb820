import { describe, expect, test } from 'vitest';
import { detect } from '../../src/detect/detect.ts';
import type { Finding } from '../../src/detect/finding.ts';
import type { NodeOrdinal } from '../../src/shared/ids.ts';
import type { HeapBuilder } from '../support/heap.ts';
import { at, program, type Work, work } from './worked-heap.ts';

/** A failed Deferred as the runtime writes it, of the brand that all of them share. */
function failed(heap: HeapBuilder, brand: NodeOrdinal): NodeOrdinal {
  const deferred = heap.node('object', 'Deferred', { at: at(20) });
  heap.edge(deferred, 'property', 'leakscanBrand', brand);
  heap.edge(deferred, 'property', 'leakscanState', heap.node('string', 'leakscan:unhandled-failure'));
  return deferred;
}

/** What detection finds when each round does this with a failed Deferred and a Map in which things may be put. */
function findingsOf(
  round: (heap: HeapBuilder, deferred: () => NodeOrdinal, table: NodeOrdinal, round: number) => void,
  options?: Work,
): readonly Finding[] {
  const { heap, module } = program();
  const brand = heap.object(module, 'brand', 'LeakscanBrand');
  heap.edge(brand, 'property', 'leakscanBrand', heap.node('string', 'leakscan.deferred/1'));
  const table = heap.collection(module, 'results');
  return detect(work(heap, (turn) => round(heap, () => failed(heap, brand), table, turn), options)).findings;
}

test('failures that pile up are one finding, told as failures and as growth', () => {
  const findings = findingsOf((heap, deferred, table) => heap.entry(table, deferred()));
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatchObject({ kind: 'unhandled-failure', confidence: 'certain', perRound: 1 });
  expect(findings[0]!.also).toContain('collection-growth');
  expect(findings[0]!.reason).toMatch(/its chain is empty.*; every one of 144 rounds/);
});

test('failures inside what piles up belong to it', () => {
  const findings = findingsOf((heap, deferred, table) => {
    const job = heap.entry(table, heap.node('object', 'Job', { at: at(9) }));
    heap.edge(heap.object(job, 'state', 'Object'), 'property', 'result', deferred());
  });
  expect(findings).toHaveLength(1);
  expect(findings[0]!.className).toBe('Job');
});

test('a single failure is a finding beside a leak that has nothing to do with it', () => {
  const findings = findingsOf((heap, deferred, table, round) => {
    heap.entry(table, heap.node('object', 'Job', { at: at(9), size: 500 }));
    if (round === 0) heap.edge(2 as NodeOrdinal, 'property', 'failure', deferred());
  });
  expect(findings.map(({ kind }) => kind).sort()).toEqual(['collection-growth', 'unhandled-failure']);
});

describe('when the state is less certain than the growth', () => {
  test('the leak is told as growth', () => {
    const findings = findingsOf((heap, deferred, table, round) => {
      const job = heap.entry(table, heap.node('object', 'Job', { at: at(9) }));
      if (round === 143) heap.edge(job, 'property', 'result', deferred());
    });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ kind: 'collection-growth', confidence: 'certain' });
    expect(findings[0]!.also).toContain('unhandled-failure');
  });
});
