import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSnapshot } from '../../src/ingest/read-snapshot.ts';
import { InputError } from '../../src/shared/errors.ts';
import { contentOf, inPieces, NODE_LINES, variedHeap } from '../support/snapshots.ts';

const TOKENS = [
  ',',
  '[',
  ']',
  '{',
  '}',
  '"',
  ':',
  '-',
  '.',
  '0',
  '9',
  '4294967296',
  '\\u12',
  '\n',
  '\\',
  'e',
  '\u00ff',
];

/** One way to spoil a text of bytes. */
type Mutation = (bytes: Buffer) => Buffer;

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const splice = (bytes: Buffer, from: number, to: number, by: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, from), by, bytes.subarray(to)]);

const anyMutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(place, fc.integer({ min: 1, max: 255 })).map(
    ([at, bits]): Mutation =>
      (bytes) => {
        const flipped = Buffer.from(bytes);
        const index = Math.floor(at * bytes.length);
        flipped[index] = flipped[index]! ^ bits;
        return flipped;
      },
  ),
  fc.tuple(place, fc.constantFrom(...TOKENS)).map(
    ([at, token]): Mutation =>
      (bytes) => {
        const index = Math.floor(at * bytes.length);
        return splice(bytes, index, index, Buffer.from(token, 'latin1'));
      },
  ),
  fc.tuple(place, fc.integer({ min: 1, max: 30 })).map(
    ([at, length]): Mutation =>
      (bytes) => {
        const index = Math.floor(at * bytes.length);
        return splice(bytes, index, Math.min(bytes.length, index + length), new Uint8Array(0));
      },
  ),
  fc.tuple(place, place, fc.integer({ min: 1, max: 30 })).map(
    ([from, to, length]): Mutation =>
      (bytes) => {
        const source = Math.floor(from * bytes.length);
        const index = Math.floor(to * bytes.length);
        return splice(bytes, index, index, bytes.subarray(source, source + length));
      },
  ),
  place.map(
    (at): Mutation =>
      (bytes) =>
        bytes.subarray(0, Math.floor(at * bytes.length)),
  ),
);

/** What the text says to a JSON parser and the counts in its own head, or undefined where it is no such text. */
function reference(bytes: Buffer): { strings: unknown[]; nodes: number[]; edges: number[] } | undefined {
  try {
    return JSON.parse(bytes.toString('utf8')) as { strings: unknown[]; nodes: number[]; edges: number[] };
  } catch {
    return undefined;
  }
}

test('a spoilt snapshot is refused or says exactly what its text says', async () => {
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...NODE_LINES),
      fc.array(anyMutation, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 5000 }),
      fc.constantFrom<('plain' | 'kernels')[]>('plain', 'kernels'),
      async (line, mutations, pieceLength, engine) => {
        const bytes = mutations.reduce<Buffer>(
          (text, mutate) => mutate(text),
          Buffer.from(variedHeap().text(line)),
        );
        const snapshot = await readSnapshot(inPieces(bytes, [pieceLength]), { engine }).catch(
          (error: unknown) => {
            expect(error).toBeInstanceOf(InputError);
            return undefined;
          },
        );
        if (snapshot === undefined) {
          refused++;
          return;
        }
        const said = reference(bytes);
        if (said === undefined) return; // Spoilt inside a section that is passed over.
        const content = contentOf(snapshot) as { strings: string[]; nodes: number[][]; edges: number[][] };
        expect(content.strings).toEqual(said.strings);
        expect(content.nodes.length * (line < 24 ? 7 : 6)).toBe(said.nodes.length);
        expect(content.edges.length * 3).toBe(said.edges.length);
        expect(content.edges.map(([type, name]) => [type, name])).toEqual(
          content.edges.map((_, edge) => said.edges.slice(edge * 3, edge * 3 + 2)),
        );
      },
    ),
    { numRuns: 5000 },
  );
  expect(refused).toBeGreaterThan(1000);
});
