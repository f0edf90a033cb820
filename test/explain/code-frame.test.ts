import { expect, test } from 'vitest';
import { codeFrame } from '../../src/explain/code-frame.ts';

test('two lines before and after, with a caret below the place', () => {
  const frame = codeFrame('one\ntwo\nthree\n  four();\nfive\nsix\nseven\n', { line: 3, column: 2 });
  expect(frame).toBe(
    ['  2 | two', '  3 | three', '> 4 |   four();', '    |   ^', '  5 | five', '  6 | six'].join('\n'),
  );
});

test('the first and the last line have fewer neighbours', () => {
  expect(codeFrame('a\nb', { line: 0, column: 0 })).toBe('> 1 | a\n    | ^\n  2 | b');
  expect(codeFrame('a\nb\n', { line: 1, column: 0 })).toBe('  1 | a\n> 2 | b\n    | ^');
});

test('numbers are aligned across a change of width', () => {
  const text = Array.from({ length: 11 }, (_, k) => `line ${k + 1}`).join('\n');
  expect(codeFrame(text, { line: 9, column: 5 })).toBe(
    ['   8 | line 8', '   9 | line 9', '> 10 | line 10', '     |      ^', '  11 | line 11'].join('\n'),
  );
});

test('tabs take two columns, and the caret stands below the character all the same', () => {
  expect(codeFrame('\t\tx();', { line: 0, column: 2 })).toBe('> 1 |     x();\n    |     ^');
});

test('wide characters move the caret by their width', () => {
  expect(codeFrame('const 名 = f();', { line: 0, column: 10 })).toBe(
    '> 1 | const 名 = f();\n    |            ^',
  );
});

test('control characters are escaped', () => {
  expect(codeFrame("const esc = '\u001b[31m';", { line: 0, column: 6 })).toContain("'\\u001b[31m'");
});

test('CRLF, lone CR and the separators of Unicode end lines', () => {
  expect(codeFrame('a\r\nb\rc\u2028d', { line: 2, column: 0 })).toBe(
    ['  1 | a', '  2 | b', '> 3 | c', '    | ^', '  4 | d'].join('\n'),
  );
});

test('a long line is cut around the place', () => {
  const text = `${'x'.repeat(5000)}here${'y'.repeat(5000)}`;
  const frame = codeFrame(text, { line: 0, column: 5000 })!;
  const [line, caret] = frame.split('\n');
  expect(line!.length).toBeLessThan(120);
  expect(line).toMatch(/^> 1 \| …x+herey+…$/);
  expect(line!.slice(caret!.indexOf('^'))).toMatch(/^here/);
});

test('nothing for a line that the text does not have', () => {
  expect(codeFrame('a\nb', { line: 2, column: 0 })).toBeUndefined();
});
