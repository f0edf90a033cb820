import { expect, test } from 'vitest';
import { chooseMode } from '../../src/capture/choose-mode.ts';
import { program } from './support/programs.ts';

test.each([
  ['function.mjs', 'export async function iterate(i) {}'],
  ['const.mjs', 'export const setup = 1, iterate = async () => {}'],
  ['pattern.mjs', 'export const { setup, iterate, teardown } = scenario(1)'],
  ['nested.mjs', 'export const [{ work: iterate = () => {} }] = all, { ...rest } = {}'],
  ['list.mjs', 'function work() {}\nexport { work as iterate }'],
  ['from.mjs', "export { iterate } from './elsewhere.mjs'"],
  ['string.mjs', 'function work() {}\nexport { work as "iterate" }'],
  ['esm.js', '#!/usr/bin/env node\nexport function iterate() {}'],
  ['exports.cjs', 'exports.setup = exports.iterate = () => {}'],
  ['member.cjs', 'module.exports.iterate = function () {}'],
  ['object.cjs', "'use strict';\nmodule.exports = { setup() {}, iterate }\nfunction iterate() {}"],
  ['both.cjs', 'exports = module.exports = { iterate() {} }'],
  ['return.cjs', 'if (process.env.NEVER) return;\nexports.iterate = () => {}'],
  ['typed.ts', 'export async function iterate(i: number): Promise<void> {}'],
  ['typed-pattern.ts', 'export const { setup, iterate }: Scenario = scenario(1)'],
  ['typed-list.mts', 'const iterate = (i: number) => {};\nexport {\n  iterate,\n};'],
])('%s exports iterate and is a scenario', (name, source) => {
  expect(chooseMode(program(name, source))).toBe('scenario');
});

test.each([
  ['plain.mjs', 'for (const i of [1, 2]) console.log(i)'],
  ['local.mjs', 'function iterate() {}\niterate()'],
  ['other.mjs', 'export function iterateOver() {}\nexport const x = { iterate: 1 }'],
  ['key.mjs', 'export const { iterate: work } = scenario(1)'],
  ['text.mjs', 'console.log("export function iterate() {}")'],
  ['inside.cjs', 'function f(exports) { exports.iterate = 1 }'],
  ['comment.ts', '// export function iterate() {}\nconst a: number = 1;'],
  ['broken.mjs', 'export function iterate( {'],
  ['data.json', '{ "iterate": true }'],
])('%s does not, and is a script', (name, source) => {
  expect(chooseMode(program(name, source))).toBe('script');
});

test('a file that cannot be read is left to Node, as a script', () => {
  expect(chooseMode('/no/such/file.mjs')).toBe('script');
});
