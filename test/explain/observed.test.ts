import { expect, test } from 'vitest';
import type { Observation } from '../../src/capture/run-record.ts';
import { observedFindings } from '../../src/explain/observed.ts';

function observation(
  message: string,
  at: string,
  kind: Observation['kind'] = 'unhandled-rejection',
): Observation {
  return {
    kind,
    errorName: 'LostParcelError',
    message,
    stack: [`Error: ${message}`, at, 'at main (app.mjs:1:1)'],
    generation: 1,
  };
}

test('failures at one place are one finding, whatever their messages say', () => {
  const findings = observedFindings(
    ['parcel 1 is lost', 'parcel 2 is lost'].map((message) =>
      observation(message, 'at deliver (app.mjs:24:38)'),
    ),
  );
  expect(findings).toHaveLength(1);
  expect(findings[0]!.objects.count).toBe(2);
  expect(findings[0]!.title).toContain('2 Promise failed with LostParcelError');
});

test('failures at two places are two', () => {
  const places = ['at deliver (app.mjs:24:38)', 'at collect (app.mjs:31:5)'];
  const findings = observedFindings(places.map((place) => observation('lost', place)));
  expect(new Set(findings.map(({ signature }) => signature)).size).toBe(2);
});

test('neither an edit above nor another folder changes the signature', () => {
  const places = [
    'at deliver (file:///home/one/app.mjs:24:38)',
    'at deliver (file:///home/one/app.mjs:90:38)',
    'at deliver (file:///build/server/app.mjs:24:38)',
  ];
  const signatures = places.map((place) => observedFindings([observation('lost', place)])[0]!.signature);
  expect(new Set(signatures).size).toBe(1);
});

test('a collected Deferred is certain; a promise may have been handled by the program itself', () => {
  expect(observedFindings([observation('lost', 'at f (a.js:1:1)', 'unhandled-failure')])[0]!.confidence).toBe(
    'certain',
  );
  expect(observedFindings([observation('lost', 'at f (a.js:1:1)')])[0]!.confidence).toBe('possible');
});

test('a Deferred that the heap still shows is told once, whether its failure or its making was recorded', () => {
  const gone = observation('lost', 'at deliver (app.mjs:24:38)', 'unhandled-failure');
  const [finding] = observedFindings([gone]);
  const { failure } = finding!.deferred!;
  const inHeap = (changes: object) => [{ ...finding!, deferred: { ...finding!.deferred!, ...changes } }];
  expect(observedFindings([gone], inHeap({}))).toEqual([]);
  const made = { failure: { ...failure, traceback: [] }, createdAt: ['at deliver (app.mjs:24:38)'] };
  expect(observedFindings([gone], inHeap(made))).toEqual([]);
  const elsewhere = { failure: { ...failure, traceback: ['at collect (app.mjs:31:5)'] } };
  expect(observedFindings([gone], inHeap(elsewhere))).toHaveLength(1);
});

test('the traceback of a failure is its frames, without the message that is told already', () => {
  const [finding] = observedFindings([observation('lost', 'at deliver (app.mjs:24:38)')]);
  expect(finding!.deferred!.failure!.traceback).toEqual([
    'at deliver (app.mjs:24:38)',
    'at main (app.mjs:1:1)',
  ]);
});

test('without observations there are no findings', () => {
  expect(observedFindings([])).toEqual([]);
});

test('tracebacks leave out the frames of leakscan itself', () => {
  const own = `at run (${new URL('../../src/capture/target/scenario.ts', import.meta.url).href}:28:19)`;
  const { stack, ...seen } = observation('lost', 'at deliver (app.mjs:24:38)');
  const [finding] = observedFindings([{ ...seen, stack: [...stack, own] }]);
  expect(finding!.deferred!.failure!.traceback).toEqual([
    'at deliver (app.mjs:24:38)',
    'at main (app.mjs:1:1)',
  ]);
});
