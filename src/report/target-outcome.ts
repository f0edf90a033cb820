import type { TargetOutcome } from '../capture/run-record.ts';

/** How the target ended, in one sentence. */
export function outcomeText(outcome: TargetOutcome): string {
  switch (outcome.kind) {
    case 'running':
      return 'The script was still running.';
    case 'completed':
      return 'The script ran to its end.';
    case 'ended':
      return outcome.signal === 'SIGKILL'
        ? 'The script was driven, and then killed, since SIGTERM did not end it.'
        : 'The script was driven, and then ended.';
    case 'exited':
      return `The script called process.exit(${outcome.exitCode ?? ''}).`;
    case 'threw':
      return `The script threw${outcome.message === undefined ? '' : `: ${firstLines(outcome.message)}`}.`;
    case 'killed':
      return `The script was killed by ${outcome.signal ?? 'a signal'}.`;
    case 'timed-out':
      return 'The script was ended because its time (--timeout) was over.';
    case 'out-of-memory':
      return 'The script ran out of memory.';
    case 'interrupted':
      return 'The script was ended early, because leakscan was told to stop.';
    case 'left':
      return 'The process was watched, and goes on.';
    case 'left-early':
      return 'The process was watched until leakscan was told to stop, and goes on.';
    case 'lost':
      return 'The process has ended, or the connection to it has broken, while it was watched.';
  }
}

/** What was thrown, and the place: the first line of a stack and its first frame outside of Node's inner parts. */
function firstLines(stack: string): string {
  const lines = stack.split('\n');
  const message = lines.find((line) => /\S/.test(line)) ?? '';
  const frame = lines.find((line) => /^\s+at (?!.*node:internal\/)/.test(line));
  return frame === undefined ? message : `${message} ${frame.trim()}`;
}
