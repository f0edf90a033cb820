import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const README = readFileSync(join(PROJECT, 'README.md'), 'utf8');

/** The first fenced block of a language below the text. */
function blockAfter(text: string, language: string): string {
  const block = README.slice(README.indexOf(text)).split(`\`\`\`${language}\n`)[1]?.split('\n```')[0];
  if (block === undefined) throw new Error(`the README has no ${language} block after "${text}"`);
  return block;
}

let folder: string;
let tarball: string;
// npm started by npm would take over its configuration, such as --ignore-scripts.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leakscan-test-'));
  // What `npm test` has built is packed as it is: another build would disturb the tests beside this one.
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], {
    cwd: PROJECT,
    env,
    stdio: 'pipe',
  });
  tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each([
  ['without install scripts', ['--ignore-scripts']],
  ['with install scripts', []],
])('the packed package installed %s into an empty folder', (name, flags) => {
  let home: string;
  beforeAll(() => {
    home = join(folder, name.replaceAll(' ', '-'));
    mkdirSync(home);
    writeFileSync(join(home, 'package.json'), '{ "private": true }');
    const args = ['install', '--no-audit', '--no-fund', '--prefer-offline', ...flags, tarball];
    execFileSync('npm', args, { cwd: home, env, stdio: 'pipe' });
  }, 300_000);

  test("runs the README's first example and names the leak", () => {
    writeFileSync(join(home, 'app.mjs'), blockAfter('Save this as `app.mjs`', 'js'));
    const [command = '', ...args] = blockAfter('**3. Run it.**', 'sh').split(' ');
    const { stdout, stderr, status } = spawnSync(command, args, { cwd: home, env, encoding: 'utf8' });
    expect(stderr).toContain('leakscan: starting app.mjs');
    for (const line of blockAfter('**3. Run it.**', 'text').split('\n')) {
      // Sizes and signatures differ between versions of Node.
      if (!/\d (B|KiB)\b|^signature/.test(line)) expect(stdout).toContain(line);
    }
    expect(status).toBe(1);
  });

  test('can be imported by every name it exports', () => {
    const names = ['leakscan', 'leakscan/deferred', 'leakscan/testing'];
    const script = `${names.map((each) => `await import('${each}');`).join('\n')}\nconsole.log('imported');`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: home,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(stdout).toBe('imported\n');
  });
});
