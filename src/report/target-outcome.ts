import type { TargetOutcome } from '../capture/run-record.ts';

/** How the target ended, in one sentence. */
export function outcomeText(outcome: TargetOutcome): string {
  switch (outcome.kind) {
    case 'running':
      return 'The script was still running.';
    case 'completed':
      return 'The script ran to its end.';
    case 'exited':
      return `The script called process.exit(${outcome.exitCode ?? ''}).`;
    case 'threw':
      return `The script threw${outcome.message === undefined ? '' : `: ${outcome.message.split('\n', 1)[0]}`}.`;
    case 'killed':
      return `The script was killed by ${outcome.signal ?? 'a signal'}.`;
    case 'timed-out':
      return 'The script was ended because its time (--timeout) was over.';
    case 'out-of-memory':
      return 'The script ran out of memory.';
    case 'interrupted':
      return `The script was ended by ${outcome.signal ?? 'a signal'} sent to leakscan.`;
  }
}
