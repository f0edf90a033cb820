import { closeSync, createReadStream, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { pipeline, Readable, type Transform } from 'node:stream';
import { InputError } from '../shared/errors.ts';

/** Bytes of a snapshot in order. A piece is only valid until the next one is asked for. */
export interface ByteSource {
  /** What messages call it. */
  readonly name: string;
  /** Bytes that will come, or undefined for pipes and packed files. */
  readonly size: number | undefined;
  /** `buffer` says where the next piece may be put; a source may also hand out pieces of its own. */
  pieces(buffer: () => Uint8Array): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** Small enough for the processor's second-level cache, large enough that system calls do not matter. */
export const PIECE_BYTES = 1 << 20;

/**
 * Opens a snapshot: a file, plain or packed with gzip, zstd or brotli; a pipe; `-` for standard input; or a stream.
 * Throws `InputError` when there is nothing to read.
 */
export function bytesOf(input: string | Readable): ByteSource {
  if (typeof input !== 'string')
    return { name: 'the stream', size: undefined, pieces: () => unpacked(input, 'the stream') };
  if (input === '-') {
    return {
      name: 'standard input',
      size: undefined,
      pieces: () => unpacked(process.stdin, 'standard input'),
    };
  }
  const file = open(input);
  if (file.stats.isFile() && packing(peek(file.descriptor), input) === undefined) {
    return {
      name: input,
      size: file.stats.size,
      pieces: (buffer) => piecesOfFile(file.descriptor, file.stats, input, buffer),
    };
  }
  const stream = createReadStream(input, { fd: file.descriptor, highWaterMark: PIECE_BYTES });
  return { name: input, size: undefined, pieces: () => unpacked(stream, input) };
}

function open(name: string): { descriptor: number; stats: Stats } {
  try {
    const descriptor = openSync(name, 'r');
    const stats = fstatSync(descriptor);
    if (!stats.isDirectory()) return { descriptor, stats };
    closeSync(descriptor);
  } catch (error) {
    throw unreadable(name, error);
  }
  throw new InputError(`${name} is a directory.`, 'Pass a .heapsnapshot file.');
}

function unreadable(name: string, error: unknown): InputError {
  const code = (error as NodeJS.ErrnoException).code;
  const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code ?? String(error)})`;
  return new InputError(`${name} ${why}.`, 'Pass a .heapsnapshot file that you may read.', { cause: error });
}

function peek(descriptor: number): Uint8Array {
  const head = new Uint8Array(4);
  return head.subarray(0, readSync(descriptor, head, 0, head.length, 0));
}

function* piecesOfFile(
  descriptor: number,
  before: Stats,
  name: string,
  into: () => Uint8Array,
): Generator<Uint8Array> {
  try {
    for (let position = 0; ; ) {
      const buffer = into();
      const length = readSync(descriptor, buffer, 0, buffer.length, position);
      if (length === 0) break;
      position += length;
      yield buffer.subarray(0, length);
    }
    const after = fstatSync(descriptor);
    if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) {
      throw new InputError(
        `${name} changed while it was read.`,
        'Wait until the program has written all of it.',
      );
    }
  } catch (error) {
    throw error instanceof InputError ? error : unreadable(name, error);
  } finally {
    closeSync(descriptor);
  }
}

type Packing = 'gzip' | 'zstd' | 'brotli';

/** How the bytes are packed; brotli has no mark of its own and goes by the name's ending. */
function packing(head: Uint8Array, name: string): Packing | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return 'zstd';
  return name.endsWith('.br') ? 'brotli' : undefined;
}

async function* unpacked(stream: Readable, name: string): AsyncGenerator<Uint8Array> {
  const pieces = piecesOfStream(stream, name);
  const first = await pieces.next();
  if (first.done) return;
  const whole = prepended(first.value, pieces);
  const kind = packing(first.value, name);
  if (kind === undefined) yield* whole;
  else yield* piecesOfStream(unpack(whole, await unpacker(kind, name)), name);
}

async function* prepended(first: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}

async function* piecesOfStream(stream: Readable, name: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of stream)
      yield typeof piece === 'string' ? Buffer.from(piece) : (piece as Uint8Array);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError(`${name} cannot be read: ${why}.`, 'Pass a whole .heapsnapshot file.', {
      cause: error,
    });
  }
}

function unpack(packed: AsyncIterable<Uint8Array>, unpacker: Transform): Readable {
  // An error reaches the reader of the last stream; there is nobody else to tell.
  return pipeline(Readable.from(packed, { objectMode: false }), unpacker, () => {});
}

async function unpacker(kind: Packing, name: string): Promise<Transform> {
  // Few snapshots are packed, and Node takes some milliseconds to load it.
  const zlib = await import('node:zlib');
  const options = { chunkSize: PIECE_BYTES };
  if (kind === 'gzip') return zlib.createGunzip(options);
  if (kind === 'brotli') return zlib.createBrotliDecompress(options);
  const { createZstdDecompress } = zlib as { createZstdDecompress?: (options: object) => Transform };
  if (createZstdDecompress !== undefined) return createZstdDecompress(options);
  throw new InputError(
    `${name} is packed with zstd, which Node ${process.version} cannot unpack.`,
    'Unpack it with `zstd -d` first, or use Node 22.15 or later.',
  );
}
