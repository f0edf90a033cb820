import { clearLine, cursorTo } from 'node:readline';
import type { Writable } from 'node:stream';
import stringWidth from 'string-width';
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
  if (!terminal.isTty) {
    const line = (text: string) => void stream.write(`leakscan: ${text}\n`);
    return { step: line, note: line, clear() {} };
  }
  let shown = false;
  const clear = () => {
    if (!shown) return;
    cursorTo(stream, 0);
    clearLine(stream, 0);
    shown = false;
  };
  return {
    step(text) {
      clear();
      const line = `leakscan: ${text} …`;
      // A line that wraps could not be taken away again.
      stream.write(
        terminal.paint.dim(stringWidth(line) < terminal.width ? line : line.slice(0, terminal.width - 1)),
      );
      shown = true;
    },
    note(text) {
      clear();
      stream.write(`${terminal.paint.dim(`leakscan: ${text}`)}\n`);
    },
    clear,
  };
}
