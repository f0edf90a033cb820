import { ExitCode } from '../exit-code.ts';
import type { TypedCommand } from '../program.ts';

export async function kinds(_typed: TypedCommand): Promise<number> {
  return ExitCode.pass;
}
