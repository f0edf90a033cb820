import ts from 'typescript';

/** The TypeScript compiler with a checked program in memory. One unit is a source file. */
export function build(units) {
  const options = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ['lib.es2015.d.ts'],
    types: [],
    strict: true,
    noEmit: true,
  };
  const host = ts.createCompilerHost(options, true);
  const texts = new Map();
  for (let number = 0; number < units; number++) texts.set(`/source/file${number}.ts`, textOf(number));
  const { getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (name, ...rest) =>
    texts.has(name)
      ? ts.createSourceFile(name, texts.get(name), options.target, true)
      : getSourceFile(name, ...rest);
  host.fileExists = (name) => texts.has(name) || fileExists(name);
  host.directoryExists = () => true;
  host.readFile = (name) => texts.get(name) ?? readFile(name);
  const program = ts.createProgram([...texts.keys()], options, host);
  const checker = program.getTypeChecker();
  const diagnostics = program.getSemanticDiagnostics();
  rememberLines();
  return { program, checker, diagnostics };
}

/**
 * The V8 of Node 20 counts the lines of a script once a stack trace needs them. Until then, every function that it writes into a
 * snapshot makes it count from the beginning of the script, and the compiler is one script of nine megabytes.
 */
function rememberLines() {
  try {
    ts.createProgram();
  } catch (error) {
    void error.stack;
  }
}

function textOf(number) {
  const imported = number === 0 ? '' : `import type { Model${number - 1} } from './file${number - 1}.js';`;
  const base = number === 0 ? '' : ` & Partial<Model${number - 1}>`;
  return `${imported}
/** What is known of number ${number}. */
export interface Model${number} { readonly id: string; count: number; tags: readonly string[]; inner?: { value: ${number}; list: Array<Record<string, number>> } }
type Extended = Model${number}${base};
const table = new Map<string, Extended>();
export class Store${number}<T extends Extended = Extended> {
  #items: T[] = [];
  constructor(private readonly name: string, protected limit = ${number}) {}
  add(item: T): this { this.#items.push(item); if (this.#items.length > this.limit) this.#items.shift(); return this; }
  find(id: string): T | undefined { return this.#items.find((item) => item.id === id); }
  *walk(): Generator<T> { for (const item of this.#items) yield item; }
  async total(): Promise<number> { let sum = 0; for (const { count } of this.#items) sum += await Promise.resolve(count); return sum; }
  describe(): string { return \`\${this.name}: \${this.#items.map((item) => item.tags.join(',')).join(';')}\`; }
}
export function parse${number}(text: string): Extended | null {
  const parts = text.split('|').map((part) => part.trim());
  if (parts.length < 3 || parts[0] === undefined) return null;
  switch (parts.length % 4) {
    case 0: return { id: parts[0], count: Number(parts[1]), tags: parts.slice(2) };
    case 1: { const known = table.get(parts[0]); return known ?? null; }
    default: return { id: \`\${parts[0]}-${number}\`, count: parts.reduce((sum, part) => sum + part.length, 0), tags: [] };
  }
}
`;
}
