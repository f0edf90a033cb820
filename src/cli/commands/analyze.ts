import { deliver } from '../deliver.ts';
import type { TypedCommand } from '../program.ts';

export function analyze(typed: TypedCommand): Promise<number> {
  return deliver(typed.args, typed.options, async ({ gateOptions, progress }) => {
    const [input = ''] = typed.args;
    progress.step(`reading ${input}`);
    const pipeline = await import('../../pipeline/analyze.ts');
    return pipeline.analyze(input, gateOptions, progress);
  });
}
