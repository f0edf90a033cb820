import { leakscanVersion } from '../shared/version.ts';
import { ExitCode } from './exit-code.ts';
import { failureOf } from './failure.ts';
import { programFor, type TypedCommand } from './program.ts';
import { keepErrorsOf } from './streams.ts';

/** The command line of leakscan. Sets the exit code of the process, which ends when nothing is left to do. */
export async function main(argv: readonly string[]): Promise<void> {
  keepErrorsOf(process.stdout, process.stderr);
  const fail = (error: unknown) => {
    const { text, exitCode } = failureOf(error, argv);
    process.stderr.write(text);
    process.exitCode = exitCode;
  };
  process.on('uncaughtException', (error) => {
    fail(error);
    process.exit();
  });
  process.exitCode = ExitCode.pass;
  try {
    const program = programFor(leakscanVersion(), async (typed) => {
      process.exitCode = await execute(typed);
    });
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    fail(error);
  }
}

/** Loads the code of the one command that was typed: help and mistakes are answered before the analysis is loaded. */
async function execute(typed: TypedCommand): Promise<number> {
  switch (typed.name) {
    case 'run':
      return (await import('./commands/run.ts')).run(typed);
    case 'attach':
      return (await import('./commands/attach.ts')).attach(typed);
    case 'analyze':
      return (await import('./commands/analyze.ts')).analyze(typed);
    case 'compare':
      return (await import('./commands/compare.ts')).compare(typed);
    case 'merge':
      return (await import('./commands/merge.ts')).merge(typed);
    case 'stats':
      return (await import('./commands/stats.ts')).stats(typed);
    case 'dominators':
      return (await import('./commands/dominators.ts')).dominators(typed);
    case 'retainers':
      return (await import('./commands/retainers.ts')).retainers(typed);
    case 'path':
      return (await import('./commands/path.ts')).path(typed);
    case 'strings':
      return (await import('./commands/strings.ts')).strings(typed);
    case 'query':
      return (await import('./commands/query.ts')).query(typed);
    case 'export':
      return (await import('./commands/export.ts')).exportTables(typed);
    case 'kinds':
      return (await import('./commands/kinds.ts')).kinds(typed);
    case 'completion':
      return (await import('./commands/completion.ts')).completion(typed);
  }
}
