import ts from 'typescript';
import { runAsScript } from '../../../fixtures/run-as-script.mjs';

// A small program is compiled again and again, each time with one file changed.

const library = `interface Array<T> { length: number; [n: number]: T; map<U>(f: (value: T) => U): U[]; }
interface Boolean {} interface CallableFunction {} interface Function {} interface IArguments {}
interface NewableFunction {} interface Number {} interface Object {} interface RegExp {} interface String {}`;

const files = new Map([
  ['lib.d.ts', library],
  ['shape.ts', 'export interface Shape { readonly name: string; area(): number }'],
  [
    'square.ts',
    "import type { Shape } from './shape';\nexport class Square implements Shape { name = 'square'; constructor(readonly side: number) {} area() { return this.side * this.side; } }",
  ],
]);

function compile(main) {
  files.set('main.ts', main);
  const written = [];
  const host = {
    getSourceFile: (name, target) => files.has(name) && ts.createSourceFile(name, files.get(name), target),
    getDefaultLibFileName: () => 'lib.d.ts',
    writeFile: (name, text) => written.push({ name, text }),
    getCurrentDirectory: () => '',
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
    fileExists: (name) => files.has(name),
    readFile: (name) => files.get(name),
  };
  const program = ts.createProgram(['main.ts'], { strict: true, noEmitOnError: false, types: [] }, host);
  program.emit();
  return { diagnostics: ts.getPreEmitDiagnostics(program).length, written };
}

export async function setup() {}

export async function iterate(round) {
  const mistake = round % 3 === 0 ? 'const wrong: string = 1;' : '';
  const { diagnostics, written } = compile(
    `import { Square } from './square';\nexport const areas${round} = [1, 2, ${round}].map((side) => new Square(side).area());\n${mistake}`,
  );
  if (written.length === 0 || diagnostics < (mistake ? 1 : 0)) throw new Error('nothing was compiled');
}

export async function teardown() {}

await runAsScript(import.meta.url, { setup, iterate, teardown });
