import type { Writable } from 'node:stream';
import { OutputError } from './output-files.ts';

/** Writes all of the text. A reader that has gone away (`leakscan … | head`) is no error. @throws OutputError */
export function writeAll(stream: Writable, name: string, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      if (error && !isClosedPipe(error)) reject(new OutputError(name, error));
      else resolve();
    });
  });
}

/** Errors of these streams reach the one who writes through the callback of `write`; nobody else need hear of them. */
export function keepErrorsOf(...streams: readonly Writable[]): void {
  for (const stream of streams) stream.on('error', () => {});
}

function isClosedPipe(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED';
}
