import { expect, test } from 'vitest';
import { failureOf } from '../../src/cli/failure.ts';
import { InputError } from '../../src/shared/errors.ts';
import { leakscanVersion } from '../../src/shared/version.ts';

test('what the user can fix is two lines without a stack', () => {
  const { text, exitCode } = failureOf(new InputError('heap.json is empty.', 'Write it again.'), []);
  expect(text).toBe('leakscan: heap.json is empty.\n  Write it again.\n');
  expect(exitCode).toBe(3);
});

test('a bug of leakscan shows its stack, the version and where to report it', () => {
  const { text, exitCode } = failureOf(new TypeError('x is not a function'), []);
  expect(text).toContain(leakscanVersion());
  expect(text).toContain('npm bugs leakscan');
  expect(text).toMatch(/TypeError: x is not a function\n +at /);
  expect(exitCode).toBe(70);
});

test('text from outside cannot command the terminal', () => {
  const { text } = failureOf(new InputError('\u001b[2J does not exist.', 'Check it.'), []);
  expect(text).toContain('\\u001b[2J');
});
