import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSnapshot } from '../../src/ingest/read-snapshot.ts';
import { InputError } from '../../src/shared/errors.ts';
import { HeapBuilder } from '../support/heap.ts';
import { anyHeap, contentOf, inPieces, NODE_LINES, variedHeap } from '../support/snapshots.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leakscan-read-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What refuses the text, or a failure of the test when nothing does. */
async function refusal(text: string | Uint8Array): Promise<InputError> {
  const outcome: unknown = await readSnapshot(inPieces(text)).then(
    () => 'it was read',
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(InputError);
  return outcome as InputError;
}

describe('a whole snapshot', () => {
  test.each(NODE_LINES)('of Node %i is read exactly as it was written', async (line) => {
    const heap = variedHeap();
    expect(contentOf(await readSnapshot(inPieces(heap.text(line))))).toEqual(contentOf(heap.snapshot()));
  });

  test('is read the same whatever the heap and wherever the pieces end', async () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(anyHeap, fc.constantFrom(...NODE_LINES), lengths, async (heap, line, pieces) => {
        const snapshot = await readSnapshot(inPieces(heap.text(line), pieces));
        expect(contentOf(snapshot)).toEqual(contentOf(heap.snapshot()));
      }),
      { numRuns: 300 },
    );
  });

  test('finds strings by their text, with and without escapes', async () => {
    const snapshot = await readSnapshot(inPieces(variedHeap().text()));
    for (let index = 0; index < snapshot.stringCount; index++) {
      expect(snapshot.findString(snapshot.string(index))).toBe(index);
    }
    for (const text of ['sessio', 'sessions ', '\\', '\\n', '"', 'dummy'])
      expect(snapshot.findString(text)).toBe(-1);
    expect(snapshot.stringsContaining('ession').map((index) => snapshot.string(index))).toEqual(
      Array.from({ length: snapshot.stringCount }, (_, index) => snapshot.string(index)).filter((text) =>
        text.includes('ession'),
      ),
    );
  });

  test('may have fields, sections and white space that nobody knows yet', async () => {
    const heap = new HeapBuilder();
    heap.object(heap.root, 'a', 'A', { at: { scriptId: 1, line: 2, column: 3 } });
    const text = heap
      .text(26)
      .replace('"detachedness"', '"detachedness","later"')
      .replace(/"nodes":\[.*?\]/, '"nodes" : [ 9,1,1,0,1,0,99 ,\r\n\t3,3,3,16,0,0,99 ]')
      .replace(/"edges":\[.*?\]/, '"edges":[2,2,7]')
      .replace(/"locations":\[.*?\]/, '"locations":[7,1,2,3,77]')
      .replace('"column"', '"column","script_object_index"')
      .replace('"samples":[]', '"samples":[1.5e3,-2,{"x":"]}"}],"later":{"a":["\\"}",null]},"flag":true');
    expect(contentOf(await readSnapshot(inPieces(`\n ${text} \n`)))).toEqual(contentOf(heap.snapshot()));
  });

  test('may lack locations', async () => {
    const text = new HeapBuilder().text().replace('"locations":[],', '');
    expect((await readSnapshot(inPieces(text))).position(0 as never)).toBeUndefined();
  });

  test('comes from a file, packed or not, and from standard input', async () => {
    const text = Buffer.from(variedHeap().text());
    const expected = contentOf(variedHeap().snapshot());
    const packed = {
      '.heapsnapshot': text,
      '.gz': zlib.gzipSync(text),
      '.br': zlib.brotliCompressSync(text),
    };
    for (const [ending, bytes] of Object.entries(packed)) {
      const file = join(folder, `whole${ending}`);
      writeFileSync(file, bytes);
      expect(contentOf(await readSnapshot(file))).toEqual(expected);
    }
    const script = `import('${new URL('../../dist/ingest/read-snapshot.js', import.meta.url)}').then(async (m) => {
      console.log((await m.readSnapshot('-')).nodeCount); });`;
    const run = promisify(execFile)(process.execPath, ['-e', script]);
    run.child.stdin!.end(zlib.gzipSync(text));
    expect((await run).stdout.trim()).toBe(`${variedHeap().snapshot().nodeCount}`);
  });

  test('packed with zstd is read where Node can unpack it, and otherwise refused by name', async () => {
    const file = join(folder, 'whole.zst');
    const text = Buffer.from(variedHeap().text());
    const { zstdCompressSync } = zlib as { zstdCompressSync?: (bytes: Buffer) => Buffer };
    if (zstdCompressSync !== undefined) {
      writeFileSync(file, zstdCompressSync(text));
      expect(contentOf(await readSnapshot(file))).toEqual(contentOf(variedHeap().snapshot()));
    } else {
      writeFileSync(file, Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0]));
      await expect(readSnapshot(file)).rejects.toThrow(/whole\.zst is packed with zstd/);
    }
  });

  test('tells how far it is', async () => {
    const file = join(folder, 'progress.heapsnapshot');
    const text = variedHeap().text();
    writeFileSync(file, text);
    const seen: (number | undefined)[][] = [];
    await readSnapshot(file, { onProgress: (...bytes) => seen.push(bytes) });
    expect(seen.at(-1)).toEqual([Buffer.byteLength(text), Buffer.byteLength(text)]);
  });
});

describe('what is no snapshot', () => {
  test.each([
    ['a file that is not there', () => join(folder, 'nowhere'), /nowhere does not exist/],
    ['a directory', () => folder, /is a directory/],
  ])('%s is refused', async (_, input, message) => {
    await expect(readSnapshot(input())).rejects.toThrow(message);
  });

  test.each([
    ['', /it is empty/],
    ['hello', /does not begin with {/],
    ['[1,2]', /does not begin with {/],
    ['{"name":"leakscan"}', /begins with "name"/],
    ['{"snapshot":{"node_count":1}}', /`snapshot.meta` is missing/],
    ['{"snapshot":[]}', /not an object/],
    ['{"snapshot":{"meta":{"node_fields":["type"],"node_types":[["a"]]},"node_count":1}}', /edge_fields/],
  ])('%j is refused', async (text, message) => {
    expect((await refusal(text)).message).toMatch(message);
  });
});

describe('damage', () => {
  const text = variedHeap().text(26);
  const swap = (what: string | RegExp, by: string): string => {
    const damaged = text.replace(what, by);
    expect(damaged).not.toBe(text);
    return damaged;
  };

  test('a file that ends at any byte is refused', async () => {
    const end = text.length - 1;
    const bytes = Buffer.from(text);
    for (let length = 0; length < Math.min(end, bytes.length - 1); length++) {
      expect((await refusal(bytes.subarray(0, length))).message).not.toBe('');
    }
  });

  test.each([
    ['too few nodes', swap(/"node_count":\d+/, '"node_count":99'), /"nodes", byte \d+: \d+ rows, but 99/],
    [
      'too many nodes',
      swap(/"node_count":\d+/, '"node_count":3'),
      /"nodes", byte \d+: row 3: more rows than the 3/,
    ],
    [
      'too few edges',
      swap(/"edge_count":\d+/, '"edge_count":99'),
      /"nodes", byte \d+: its rows count \d+ edges/,
    ],
    ['too many edges', swap(/"edge_count":\d+/, '"edge_count":2'), /"nodes", byte \d+: row \d+: more edges/],
    ['more than a number can count', swap(/"node_count":\d+/, '"node_count":1e20'), /node_count/],
    [
      'a node type that is not there',
      swap('"nodes":[9,', '"nodes":[15,'),
      /"nodes", byte \d+: row 0: type 15/,
    ],
    [
      'a node name that is not there',
      swap('"nodes":[9,1,', '"nodes":[9,999,'),
      /node 0 is named by string 999/,
    ],
    [
      'an edge to no node',
      swap('"edges":[1,1,6', '"edges":[1,1,7'),
      /"edges", byte \d+: row 0: it leads to 7/,
    ],
    ['an edge beyond the nodes', swap('"edges":[1,1,6', '"edges":[1,1,6000'), /row 0: it leads to 6000/],
    ['an edge type that is not there', swap('"edges":[1,', '"edges":[7,'), /row 0: type 7/],
    ['a negative number', swap('"edges":[1,1,6', '"edges":[1,1,-6'), /"edges", byte \d+: .*found '-'/],
    ['a huge number', swap('"nodes":[9,1,1,', '"nodes":[9,1,99999999999999999999,'), /has 20 digits/],
    ['a fraction', swap('"nodes":[9,1,1,', '"nodes":[9,1,1.5,'), /found '\.'/],
    ['a number with a leading zero', swap('"nodes":[9,1,1,', '"nodes":[9,1,01,'), /starts with a zero/],
    ['two numbers without a comma', swap('"nodes":[9,1,1,', '"nodes":[9,1 1,'), /a comma is missing/],
    ['two commas', swap('"nodes":[9,1,1,', '"nodes":[9,,1,1,'), /a number is missing/],
    ['a comma before the end', swap(/\],\n"edges"/, ',],\n"edges"'), /a number is missing/],
    ['half a row', swap(/,(\d+)\],\n"edges"/, '],\n"edges"'), /row \d+ ends after \d fields/],
    ['an unknown escape', swap('\\n', '\\q'), /"strings", byte \d+: a backslash/],
    ['a short \\u escape', swap('\\u0001', '\\u00g1'), /"strings", byte \d+: .*four hexadecimal/],
    ['a line break in a string', swap('"sessions"', '"sess\nions"'), /control character/],
    ['a second document', `${text}${text}`, /something follows the end/],
    [
      'a section that comes twice',
      swap('"samples":[]', '"nodes":[]'),
      /"nodes", byte \d+: the section comes twice/,
    ],
    ['edges before nodes', swap('"nodes":[', '"edges":[],"nodes":['), /"edges", byte \d+: .*before "nodes"/],
    ['a missing section', swap(/,\n"strings":.*\]/s, ''), /there is no section "strings"/],
    ['sections without a comma', swap('],\n"edges"', ']\n"edges"'), /sections are not separated/],
    ['brackets that do not match', swap('"samples":[]', '"samples":[}'), /bracket/],
    ['a location of no node', swap('"locations":[', '"locations":[1,1,1,1,'), /"locations", byte \d+: row 0/],
  ])('%s is refused', async (_, damaged, message) => {
    expect((await refusal(damaged)).message).toMatch(message);
  });

  test('bytes that are no UTF-8 are refused', async () => {
    const bytes = Buffer.from(text);
    bytes[bytes.indexOf('é')] = 0xff;
    expect((await refusal(bytes)).message).toMatch(/string \d+ is not UTF-8/);
  });

  test('the byte named is the byte at fault', async () => {
    const damaged = swap('"edges":[1,1,6', '"edges":[1,1,-6');
    const { message } = await refusal(damaged);
    expect(damaged[Number(/byte (\d+)/.exec(message)![1])]).toBe('-');
  });

  test('counts that cannot fit into the file are refused before memory is taken', async () => {
    const file = join(folder, 'counts.heapsnapshot');
    writeFileSync(file, swap(/"node_count":\d+/, '"node_count":4000000000'));
    await expect(readSnapshot(file)).rejects.toThrow(/more than fit into the file/);
  });

  test('a snapshot that needs more memory than there is is refused with the estimate', async () => {
    const reading = readSnapshot(inPieces(text), { memoryBytes: 100 });
    await expect(reading).rejects.toThrow(/needs about [\d.]+ B of memory .* only 100 B are to be had/);
  });

  test('a packed file that breaks off is refused', async () => {
    const file = join(folder, 'broken.gz');
    writeFileSync(file, zlib.gzipSync(text).subarray(0, 200));
    await expect(readSnapshot(file)).rejects.toThrow(InputError);
  });

  test('a file that changes while it is read is refused', async () => {
    const file = join(folder, 'changing.heapsnapshot');
    writeFileSync(file, `${text}${' '.repeat(3 << 20)}`);
    let pieces = 0;
    const reading = readSnapshot(file, {
      onProgress: () => {
        if (pieces++ === 0) truncateSync(file, text.length + (2 << 20));
      },
    });
    await expect(reading).rejects.toThrow(/changed while it was read/);
  });
});
