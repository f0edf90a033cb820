import { Chalk, type ChalkInstance } from 'chalk';

/** What a stream of leakscan can show. */
export interface Terminal {
  readonly paint: ChalkInstance;
  /** Columns to lay text out in. */
  readonly width: number;
  readonly isTty: boolean;
}

/** The parts of a stream that decide what it can show. */
export interface StreamLike {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const WIDTH_OF_FILES = 100;
const NARROWEST = 40;
const WIDEST = 120;

/**
 * What one stream can show. Colour is decided by `--color` or `--no-color`, then `FORCE_COLOR`, then `NO_COLOR`
 * and `TERM=dumb`, then by whether the stream is a terminal. Files and pipes get a fixed width, so that equal
 * reports give equal bytes.
 */
export function terminalFor(
  stream: StreamLike,
  flag: boolean | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Terminal {
  const isTty = stream.isTTY === true;
  // A terminal that does not know its width says 0.
  const columns = (isTty && stream.columns) || WIDTH_OF_FILES;
  return {
    // The sixteen basic colours only: they follow the theme of the reader's terminal.
    paint: new Chalk({ level: wantsColor(isTty, flag, env) ? 1 : 0 }),
    width: Math.min(Math.max(columns, NARROWEST), WIDEST),
    isTty,
  };
}

function wantsColor(
  isTty: boolean,
  flag: boolean | undefined,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (flag !== undefined) return flag;
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (env.NO_COLOR || env.TERM === 'dumb') return false;
  return isTty;
}
