import { describe, expect, test } from 'vitest';
import { terminalFor } from '../../src/cli/terminal.ts';

const tty = { isTTY: true, columns: 90 };

function paints(stream: object, flag: boolean | undefined, env: Record<string, string>): boolean {
  return terminalFor(stream, flag, env).paint.level > 0;
}

describe('colour', () => {
  test('is for terminals, when nothing else is said', () => {
    expect(paints(tty, undefined, {})).toBe(true);
    expect(paints({}, undefined, {})).toBe(false);
  });

  test('is decided by the flag before anything else', () => {
    expect(paints({}, true, { NO_COLOR: '1', FORCE_COLOR: '0' })).toBe(true);
    expect(paints(tty, false, { FORCE_COLOR: '1' })).toBe(false);
  });

  test('is decided by FORCE_COLOR before NO_COLOR', () => {
    expect(paints({}, undefined, { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(true);
    expect(paints({}, undefined, { FORCE_COLOR: '' })).toBe(true);
    expect(paints(tty, undefined, { FORCE_COLOR: '0' })).toBe(false);
  });

  test('is off with NO_COLOR, unless it is empty, and on dumb terminals', () => {
    expect(paints(tty, undefined, { NO_COLOR: '1' })).toBe(false);
    expect(paints(tty, undefined, { NO_COLOR: '' })).toBe(true);
    expect(paints(tty, undefined, { TERM: 'dumb' })).toBe(false);
  });
});

test('lines are as wide as the terminal, within reason, and of one width in files', () => {
  expect(terminalFor(tty, undefined, {}).width).toBe(90);
  expect(terminalFor({ isTTY: true, columns: 300 }, undefined, {}).width).toBe(120);
  expect(terminalFor({ isTTY: true, columns: 10 }, undefined, {}).width).toBe(40);
  expect(terminalFor({ columns: 90 }, undefined, {}).width).toBe(100);
  expect(terminalFor({ isTTY: true, columns: 0 }, undefined, {}).width).toBe(100);
});
