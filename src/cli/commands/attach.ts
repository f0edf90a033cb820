import { deliver } from '../deliver.ts';
import { exitCodeOfSignal } from '../exit-code.ts';
import type { TypedCommand } from '../program.ts';
import { resolveAttach } from '../resolve.ts';
import { listenForInterruption } from '../signals.ts';

/** The verdict's exit code, or 128 + n when a signal ended the watching early. */
export async function attach(typed: TypedCommand): Promise<number> {
  const options = resolveAttach(typed);
  let interruptedBy: NodeJS.Signals | undefined;
  const exitCode = await deliver([], typed.options, async ({ gateOptions, progress }) => {
    progress.step(`attaching to ${options.target}`);
    const interruption = listenForInterruption((signal) => {
      interruptedBy = signal;
      progress.note(`${signal}: leaving the process and reporting what there is; once more to leave at once`);
    });
    try {
      const pipeline = await import('../../pipeline/attach.ts');
      const watch = { step: progress.step, handOver: progress.step, interruption: interruption.abort };
      return await pipeline.attach(options, gateOptions, watch);
    } finally {
      interruption.release();
    }
  });
  return interruptedBy === undefined ? exitCode : exitCodeOfSignal(interruptedBy);
}
