import { Argument, Command, Option } from 'commander';
import {
  type CommandName,
  type CommandRow,
  commandTable,
  type OptionRow,
  optionsOf,
  type TypedOptions,
} from './options.ts';

/** One command as it was typed: nothing is interpreted yet. */
export interface TypedCommand {
  readonly name: CommandName;
  readonly args: readonly string[];
  readonly options: TypedOptions;
}

const FIRST_EXAMPLES = [
  'leakscan run app.js                             find what app.js leaks',
  'leakscan analyze heap.heapsnapshot              look into a snapshot from production',
  'leakscan compare before.heapsnapshot after.heapsnapshot',
];

const SHELLS = ['bash', 'zsh', 'fish'] as const;

/**
 * The commander program of the option table. `onCommand` receives what was typed.
 *
 * Parsing throws a CommanderError instead of leaving the process; its `exitCode` is 0 after help and version.
 */
export function programFor(version: string, onCommand: (typed: TypedCommand) => Promise<void>): Command {
  const program = new Command('leakscan')
    .description('Finds memory leaks in Node.js programs, names who holds them and gates CI on them.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .addHelpText('before', examplesText(FIRST_EXAMPLES))
    .addHelpText('after', '\nleakscan help <command> shows the options of a command.')
    .enablePositionalOptions();
  quietly(program);
  for (const row of commandTable)
    program.addCommand(commandFor(row, onCommand), { hidden: row.name === 'completion' });
  return program;
}

function commandFor(row: CommandRow, onCommand: (typed: TypedCommand) => Promise<void>): Command {
  const command = new Command(row.name)
    .summary(row.summary)
    .description(row.description)
    .helpOption('-h, --help', 'show this help')
    .addHelpText('before', examplesText(row.examples))
    // `run` leaves everything behind the script to the script.
    .passThroughOptions(row.name === 'run');
  quietly(command);
  if (row.name === 'completion') command.addArgument(new Argument('<shell>').choices(SHELLS));
  else if (row.args !== '') command.arguments(row.args);
  for (const option of optionsOf(row.name)) command.addOption(optionFor(option));
  command.action(async () => {
    await onCommand({ name: row.name, args: command.args, options: command.opts() });
  });
  return command;
}

function optionFor(row: OptionRow): Option {
  const option = new Option(row.flags, row.text).helpGroup(`${row.group}:`);
  if (row.choices !== undefined) option.choices(row.choices);
  if (row.repeatable) option.argParser((value: string, before: string[] = []) => [...before, value]);
  // Commander would otherwise default `color` to true, and "not said" would be lost.
  if (row.flags === '--no-color') option.default(undefined);
  return option;
}

function examplesText(examples: readonly string[]): string {
  return `Examples:\n${examples.map((line) => `  ${line}`).join('\n')}\n`;
}

function quietly(command: Command): void {
  command
    .exitOverride()
    .showHelpAfterError(false)
    // What went wrong is printed in one place, `failure.ts`.
    .configureOutput({ outputError() {} });
}
