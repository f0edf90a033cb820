import { expect, test } from 'vitest';
import { renderJson } from '../../src/report/json.ts';
import { looksLikeReport, parseReport } from '../../src/report/read-report.ts';
import { InputError } from '../../src/shared/errors.ts';
import { sampleReport } from './sample-report.ts';

const text = renderJson(sampleReport());

test('a report is told from a heap snapshot by its first bytes', () => {
  expect(looksLikeReport(text.slice(0, 256))).toBe(true);
  expect(looksLikeReport('{"snapshot":{"meta":{"node_fields":["type"')).toBe(false);
  expect(looksLikeReport('')).toBe(false);
});

test('a report that breaks off is refused with its name', () => {
  for (const end of [1, 100, text.length - 3]) {
    expect(() => parseReport(text.slice(0, end), 'shard.json')).toThrow(InputError);
    expect(() => parseReport(text.slice(0, end), 'shard.json')).toThrow(/^shard\.json /);
  }
});

test.each([
  ['null', 'null'],
  ['a number', '7'],
  ['foreign JSON', '{"schemaVersion":1}'],
  ['a later schema', text.replace('"schemaVersion": 1', '"schemaVersion": 2')],
  ['a report without findings', text.replace('"findings"', '"found"')],
])('%s is refused', (_, other) => {
  expect(() => parseReport(other, 'x.json')).toThrow(InputError);
});
