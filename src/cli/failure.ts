import { CommanderError } from 'commander';
import { LeakscanError } from '../shared/errors.ts';
import { printable } from '../shared/printable.ts';
import { leakscanVersion } from '../shared/version.ts';
import { ExitCode } from './exit-code.ts';
import { looksLikeScript } from './script-name.ts';

/** What to print on stderr when a command ends by an exception, and the exit code. */
export interface Failure {
  readonly text: string;
  readonly exitCode: number;
}

/**
 * Two lines, the mistake and the remedy, for what the user can fix; stack, version and where to report it for a bug.
 * Help and version, which commander also throws, are already printed.
 */
export function failureOf(error: unknown, argv: readonly string[]): Failure {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return { text: '', exitCode: ExitCode.pass };
    // The help has been printed: without a command, or of one that does not exist.
    if (error.code === 'commander.help') {
      const text =
        argv[0] === 'help' ? twoLines(`unknown command '${argv[1]}'`, 'The commands are above.') : '';
      return { text, exitCode: ExitCode.usage };
    }
    return {
      text: twoLines(error.message.replace(/^error: /, ''), remedyFor(error, argv)),
      exitCode: ExitCode.usage,
    };
  }
  if (error instanceof LeakscanError)
    return { text: twoLines(error.message, error.remedy), exitCode: error.exitCode };
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    text:
      `leakscan: this is a bug in leakscan ${leakscanVersion()} (Node ${process.version}, ${process.platform}).\n` +
      `Please report it with these lines; \`npm bugs leakscan\` opens the place for it.\n${stack}\n`,
    exitCode: ExitCode.bug,
  };
}

function remedyFor(error: CommanderError, argv: readonly string[]): string {
  const word = argv.find((arg) => !arg.startsWith('-')) ?? '';
  if (error.code === 'commander.unknownCommand') {
    return looksLikeScript(word)
      ? `To run a script: leakscan run ${word}`
      : 'leakscan --help lists the commands.';
  }
  return `leakscan help ${/^[a-z]+$/.test(word) ? `${word} ` : ''}shows what is possible.`;
}

function twoLines(message: string, remedy: string): string {
  // Commander puts its suggestion on a second line; ours is one line a thought.
  const [first = '', ...suggestions] = message.split('\n').map(printable);
  return `leakscan: ${[first, ...suggestions].join(' ')}\n  ${printable(remedy)}\n`;
}
