import { clearLine, cursorTo } from 'node:readline';
import type { Writable } from 'node:stream';
import { printable } from '../shared/printable.ts';
import { clip } from '../shared/text-width.ts';
import type { Terminal } from './terminal.ts';

/**
 * What leakscan is doing, on stderr: one line that is rewritten on a terminal, plain lines elsewhere.
 *
 * The line is drawn only when something happens, never by a timer: the target writes to the same terminal.
 */
export interface Progress {
  /** The step that begins now. */
  step(text: string): void;
  /** A line that stays, such as the last one before the target has the terminal. */
  note(text: string): void;
  /** Takes the progress line away; call before anything else is written to the terminal. */
  clear(): void;
}

export const silentProgress: Progress = { step() {}, note() {}, clear() {} };

export function progressOn(stream: Writable, terminal: Terminal): Progress {
  const worded = (text: string) => `leakscan: ${printable(text)}`;
  if (!terminal.isTty) {
    const line = (text: string) => void stream.write(`${worded(text)}\n`);
    return { step: line, note: line, clear() {} };
  }
  const { paint, width } = terminal;
  let isShown = false;
  const clear = () => {
    if (!isShown) return;
    cursorTo(stream, 0);
    clearLine(stream, 0);
    isShown = false;
  };
  return {
    step(text) {
      clear();
      // A line that wraps could not be taken away again.
      stream.write(paint.dim(clip(`${worded(text)} …`, width - 1)));
      isShown = true;
    },
    note(text) {
      clear();
      stream.write(`${paint.dim(worded(text))}\n`);
    },
    clear,
  };
}
