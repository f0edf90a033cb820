import { expect, test } from 'vitest';
import { renderJson } from '../../src/report/json.ts';
import { parseReport } from '../../src/report/read-report.ts';
import type { Report } from '../../src/report/report.ts';
import { finding, fullFinding, sampleReport } from './sample-report.ts';

const report = sampleReport({ findings: [finding(), fullFinding], timings: { start: 1 } });

test('the fields stand in the order of the contract', () => {
  expect(renderJson(report)).toMatchSnapshot();
});

test('the same report gives the same bytes, whatever order its fields were made in', () => {
  const shuffled = reversed(report) as Report;
  expect(renderJson(shuffled)).toBe(renderJson(report));
});

test('what is written is read back unchanged', () => {
  expect(parseReport(renderJson(report), 'a.json')).toEqual(report);
});

test('control characters are escaped and still mean the same', () => {
  const evil = sampleReport({ findings: [finding({ title: '\u001b[2J\u009b\u202e\u007f' })] });
  const text = renderJson(evil);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  expect(parseReport(text, 'a.json')).toEqual(evil);
});

/** The same value with the fields of every object in reverse order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, field]) => [name, reversed(field)]),
  );
}
