import fc from 'fast-check';

/** A piece of a random program: declarations, functions that are kept, and a nested piece in some kind of scope. */
interface Piece {
  readonly declared: readonly string[];
  readonly values: readonly string[];
  /** For each function that is kept, the names it may use; only those that are declared around it are written. */
  readonly closures: readonly (readonly string[])[];
  readonly scope: string;
  readonly variable: string;
  readonly inner: Piece | undefined;
}

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
const VALUES = ['{}', '[1]', '1', '1.5', '"s"', 'null', 'true', 'new Map()', '() => 0', 'function z() {}'];

/** Ways to nest: `$v` is a variable of the scope, `$body` what stands in it. */
const SCOPES = [
  '{ $body }',
  'for (let $v = 0; $v < 2; $v++) { $body }',
  'for (const [$v] of [[{}], [1]]) { $body }',
  'try { throw {}; } catch ($v) { { $body } }',
  'try { throw {}; } catch ({ $v = 1 }) { { $body } }',
  'switch (1) { case 1: $body }',
  '(function ($v) { { $body } })({});',
  '(function ($v, given = () => $v) { { $body } keep(given); })({});',
  '(($v) => { { $body } })({});',
  '(function () { { $body } return arguments; })({});',
  'keep(new (class Named { #own = {}; read = () => this.#own; static { (function () { $body })(); } })());',
  '{ const it = (function* ($v) { { $body yield 1; } })({}); it.next(); keep(it); }',
  '(async function ($v) { { $body await new Promise(keep); } })({});',
];

const name = fc.constantFrom(...NAMES);
const { piece } = fc.letrec<{ piece: Piece }>((tie) => ({
  piece: fc.record({
    declared: fc.uniqueArray(name, { maxLength: 4 }),
    values: fc.array(fc.constantFrom(...VALUES), { minLength: 8, maxLength: 8 }),
    closures: fc.array(fc.subarray(NAMES), { minLength: 1, maxLength: 3 }),
    scope: fc.constantFrom(...SCOPES),
    variable: name,
    inner: fc.option(tie('piece'), { nil: undefined, maxDepth: 7 }),
  }),
}));

/** A program that keeps closures in all kinds of scopes, and which names each of them uses. */
export interface RandomProgram {
  readonly text: string;
  readonly usesByFunction: ReadonlyMap<string, readonly string[]>;
}

/** The same programs for the same seed; calls `snapshot()` at its end. */
export function randomProgram(seed: number): RandomProgram {
  const usesByFunction = new Map<string, readonly string[]>();

  function print(each: Piece, around: readonly string[]): string {
    const { declared, values, closures, scope, variable, inner } = each;
    const visible = [...new Set([...around, ...declared])];
    const lines = declared.map((id, k) => `${k % 2 === 0 ? 'const' : 'let'} ${id} = ${values[k]};`);
    for (const [k, wanted] of closures.entries()) {
      const uses = wanted.filter((id) => visible.includes(id));
      const id = `fn${usesByFunction.size}`;
      usesByFunction.set(id, uses);
      const result = k % 2 === 0 ? `[${uses}]` : `() => [${uses}]`;
      lines.push(`keep(function ${id}() { return ${result}; });`);
    }
    if (inner !== undefined) {
      const declares = scope.includes('$v') ? [variable] : [];
      const body = print(inner, [...visible, ...declares]);
      lines.push(scope.replaceAll('$v', variable).replace('$body', () => `\n${body}\n`));
    }
    return lines.join('\n');
  }

  const pieces = fc.sample(piece, { seed, numRuns: 40 });
  const bodies = pieces.map((each) => `{\n${print(each, [])}\n}`);
  const text = `globalThis.kept = []; function keep(...values) { kept.push(...values); }\n${bodies.join('\n')}\nsnapshot();\n`;
  return { text, usesByFunction };
}
