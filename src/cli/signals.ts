import { exitCodeOfSignal } from './exit-code.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interruption {
  /** Aborted by the first signal. */
  readonly abort: AbortSignal;
  /** Stops listening: signals end the process again as usual. */
  readonly release: () => void;
}

/**
 * The first signal asks for an end: the target is ended and what was captured is reported. The second leaves at once.
 */
export function listenForInterruption(onFirst: (signal: NodeJS.Signals) => void): Interruption {
  const controller = new AbortController();
  const onSignal = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(exitCodeOfSignal(signal));
    onFirst(signal);
    controller.abort();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    abort: controller.signal,
    release: () => {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}
