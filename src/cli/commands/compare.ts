import { deliver } from '../deliver.ts';
import type { TypedCommand } from '../program.ts';

export function compare(typed: TypedCommand): Promise<number> {
  return deliver(typed.args, typed.options, async ({ gateOptions, progress }) => {
    progress.step(`comparing ${typed.args.length} inputs`);
    const pipeline = await import('../../pipeline/compare.ts');
    return pipeline.compare(typed.args, gateOptions, progress);
  });
}
