import { commandTable, type OptionRow, optionsOf } from '../../src/cli/options.ts';

/** The text of `docs/cli.md`, made from the option table. */
export function referencePage(): string {
  const commands = commandTable.map((row) => {
    const options = optionsOf(row.name);
    return [
      `## leakscan ${row.name}`,
      row.description,
      fenced([`leakscan ${row.name} ${options.length > 0 ? '[options] ' : ''}${row.args}`.trim()]),
      'Examples:',
      fenced(row.examples),
      ...(options.length > 0 ? [optionsTable(options)] : []),
    ].join('\n\n');
  });
  return `${[INTRODUCTION, ...commands, EXIT_CODES].join('\n\n')}\n`;
}

const INTRODUCTION = `# The command line

This page is written by \`npm run docs\` from the table that the parser uses (\`src/cli/options.ts\`).

\`leakscan --help\` and \`leakscan help <command>\` show the same. Results go to stdout, everything else to stderr.
Colour is used on terminals; \`--color\` and \`--no-color\` decide first, then \`FORCE_COLOR\`, then \`NO_COLOR\`.
Ctrl-C ends the script and reports what was captured; a second one leaves at once.`;

const EXIT_CODES = `## Exit codes

| code | meaning |
|---|---|
| 0 | done, and nothing over the gate |
| 1 | leaks over the gate |
| 2 | the command line or the configuration is wrong |
| 3 | the script could not be run, a file could not be read or written, or the evidence does not suffice to judge |
| 70 | a bug in leakscan |
| 128 + n | stopped by signal n |

A script that ends early (it throws, is killed, runs out of memory or of time) is judged by what was captured: leaks over
the gate give 1, and without them the answer is 3, never 0. The script's own exit code stands in the report.`;

function optionsTable(options: readonly OptionRow[]): string {
  const rows = options.map((row) => {
    const choices = row.choices ? ` One of ${row.choices.map((choice) => `\`${choice}\``).join(', ')}.` : '';
    return `| \`${row.flags}\` | ${row.text.replaceAll('|', '\\|')}${choices ? `.${choices}` : ''} |`;
  });
  return ['| option | meaning |', '|---|---|', ...rows].join('\n');
}

function fenced(lines: readonly string[]): string {
  return ['```sh', ...lines, '```'].join('\n');
}
