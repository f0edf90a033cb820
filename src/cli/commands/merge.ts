import { deliver } from '../deliver.ts';
import type { TypedCommand } from '../program.ts';

export function merge(typed: TypedCommand): Promise<number> {
  return deliver(typed.args, typed.options, async ({ gateOptions }) => {
    const pipeline = await import('../../pipeline/merge.ts');
    return pipeline.merge(typed.args, gateOptions);
  });
}
