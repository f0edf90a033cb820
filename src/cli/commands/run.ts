import { deliver } from '../deliver.ts';
import { exitCodeOfSignal } from '../exit-code.ts';
import type { TypedCommand } from '../program.ts';
import { resolveRun } from '../resolve.ts';
import { listenForInterruption } from '../signals.ts';

/** The verdict's exit code, or 128 + n when a signal ended the run early. */
export async function run(typed: TypedCommand): Promise<number> {
  const options = resolveRun(typed);
  let interruptedBy: NodeJS.Signals | undefined;
  const exitCode = await deliver([options.script], typed.options, async (assignment) => {
    const { gateOptions, output, progress } = assignment;
    progress.note(`starting ${options.script}`);
    const interruption = listenForInterruption((signal) => {
      interruptedBy = signal;
      progress.note(`${signal}: ending the script and reporting what there is; once more to leave at once`);
    });
    try {
      const pipeline = await import('../../pipeline/run.ts');
      const watch = {
        step: progress.step,
        handOver: progress.note,
        interruption: interruption.abort,
        targetStdout: stdoutFor(output.format),
      };
      const reporting = pipeline.run(options, gateOptions, watch);
      assignment.prepareReports();
      return await reporting;
    } finally {
      interruption.release();
    }
  });
  return interruptedBy === undefined ? exitCode : exitCodeOfSignal(interruptedBy);
}

/** With a format for machines stdout carries the report alone. */
function stdoutFor(format: string): 'inherit' | 'stderr' {
  return format === 'text' ? 'inherit' : 'stderr';
}
