import { inspect } from 'node:util';
import type { Ending } from '../protocol.ts';
import { tell } from './channel.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Calls `atEnd` once, synchronously, when the program can run no further: the event loop is empty, it called
 * `process.exit`, an exception was not caught, or a signal is about to end it. What the program would have
 * done happens afterwards all the same.
 *
 * `beforeSignal` is called once, in front of the program's own listeners for a signal, as they may tear down everything.
 */
export function watchEndings(atEnd: () => void, beforeSignal: () => void): void {
  let isEmpty = false;
  let hasThrown = false;
  let hasEnded = false;
  let wasSignalled = false;
  const end = (ending: Ending): void => {
    if (hasEnded) return;
    hasEnded = true;
    tell({ event: 'ending', ending });
    atEnd();
  };

  process.prependListener('beforeExit', () => {
    isEmpty = true;
  });
  process.prependListener('uncaughtExceptionMonitor', (error) => {
    if (process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback())
      return;
    hasThrown = true;
    tell({ event: 'threw', message: describeThrown(error) });
  });
  process.prependListener('exit', (exitCode) => {
    const kind = hasThrown ? 'threw' : isEmpty ? 'completed' : 'exited';
    end({ kind, exitCode, signal: null });
  });

  for (const signal of SIGNALS) {
    const hear = (): void => {
      // Whoever else listens decides what happens, and may count the listeners to do so.
      process.removeListener(signal, hear);
      if (process.listenerCount(signal) > 0) {
        if (!wasSignalled) beforeSignal();
        wasSignalled = true;
        setImmediate(() => process.prependListener(signal, hear)).unref();
        return;
      }
      end({ kind: 'signalled', exitCode: null, signal });
      process.kill(process.pid, signal);
    };
    process.prependListener(signal, hear);
  }
}

/** As Node prints what was not caught. */
export function describeThrown(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? String(thrown)) : `Uncaught ${inspect(thrown)}`;
}
