import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { progressOn } from '../../src/cli/progress.ts';
import { terminalFor } from '../../src/cli/terminal.ts';

function written(isTTY: boolean): { stream: PassThrough; text: () => string } {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 50 });
  return { stream, text: () => String(stream.read() ?? '') };
}

test('is plain lines where there is no terminal', () => {
  const { stream, text } = written(false);
  const progress = progressOn(stream, terminalFor(stream as object, undefined, {}));
  progress.step('starting app.js');
  progress.note('one moment');
  progress.clear();
  expect(text()).toBe('leakscan: starting app.js\nleakscan: one moment\n');
});

test('is one line on a terminal, which is gone in the end', () => {
  const { stream, text } = written(true);
  const progress = progressOn(stream, terminalFor(stream as object, false, {}));
  progress.step('starting app.js');
  progress.step('reading');
  progress.clear();
  expect(text()).toBe('leakscan: starting app.js …\u001b[1G\u001b[2Kleakscan: reading …\u001b[1G\u001b[2K');
});

test('never wraps on a terminal', () => {
  const { stream, text } = written(true);
  progressOn(stream, terminalFor(stream as object, false, {})).step('x'.repeat(200));
  expect(text().length).toBeLessThan(50);
});
