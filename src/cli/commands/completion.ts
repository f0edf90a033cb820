import { completionScript, type Shell } from '../completion.ts';
import { ExitCode } from '../exit-code.ts';
import type { TypedCommand } from '../program.ts';
import { writeAll } from '../streams.ts';

export async function completion(typed: TypedCommand): Promise<number> {
  await writeAll(process.stdout, 'standard output', completionScript(typed.args[0] as Shell));
  return ExitCode.pass;
}
