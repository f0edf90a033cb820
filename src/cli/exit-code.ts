import { constants } from 'node:os';
import type { Verdict } from '../gate/verdict.ts';

/** Exit codes of leakscan; `docs/cli.md` lists them for users. */
export const ExitCode = {
  /** Done, and nothing over the gate. */
  pass: 0,
  /** Leaks over the gate. */
  leaks: 1,
  /** The command line or the configuration is wrong. */
  usage: 2,
  /** The target could not be run, a file could not be read or written, or the evidence does not suffice. */
  unusable: 3,
  /** A bug in leakscan. */
  bug: 70,
} as const;

export function exitCodeOf(verdict: Verdict): number {
  switch (verdict.status) {
    case 'pass':
      return ExitCode.pass;
    case 'fail':
      return ExitCode.leaks;
    case 'inconclusive':
      return ExitCode.unusable;
  }
}

/** 128 + n, as shells report a process that a signal has ended. */
export function exitCodeOfSignal(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
