import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { completionScript } from '../../src/cli/completion.ts';

function bashCompletes(words: readonly string[]): string[] {
  const list = words.map((word) => `'${word}'`).join(' ');
  const script = `${completionScript('bash')}
COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _leakscan; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout.split('\n').filter(Boolean);
}

test('bash completes commands, and the options of the command that was typed', () => {
  expect(bashCompletes(['leakscan', 'an'])).toEqual(['analyze']);
  expect(bashCompletes(['leakscan', 'run', '--ro'])).toEqual(['--rounds']);
  expect(bashCompletes(['leakscan', 'analyze', '--ro'])).toEqual([]);
});

test('fish is told every command and option', () => {
  const script = completionScript('fish');
  expect(script).toContain('-a compare');
  expect(script).toContain("-l fail-on -x -a 'certain likely possible never'");
});
