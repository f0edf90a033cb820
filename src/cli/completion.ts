import { commandTable, type OptionRow, optionsOf } from './options.ts';

export type Shell = 'bash' | 'zsh' | 'fish';

/** A script that teaches the shell the commands and options of the table. */
export function completionScript(shell: Shell): string {
  switch (shell) {
    case 'bash':
      return bashScript();
    case 'zsh':
      // zsh runs bash completions through its own bridge.
      return `autoload -U +X bashcompinit && bashcompinit\n${bashScript()}`;
    case 'fish':
      return fishScript();
  }
}

function bashScript(): string {
  const cases = commandTable.map(
    (row) => `    ${row.name}) words="${optionsOf(row.name).flatMap(flagNames).join(' ')}" ;;`,
  );
  return `_leakscan() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words="${commandTable.map((row) => row.name).join(' ')} --help --version"
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  if [ "$COMP_CWORD" -gt 1 ] && [ "\${current#-}" = "$current" ]; then words=""; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _leakscan leakscan
`;
}

function fishScript(): string {
  const lines = commandTable.flatMap((row) => [
    `complete -c leakscan -n __fish_use_subcommand -a ${row.name} -d ${quoted(row.summary)}`,
    ...optionsOf(row.name).map((option) => {
      const long = flagNames(option).find((flag) => flag.startsWith('--')) ?? '';
      const takes = option.choices
        ? ` -x -a ${quoted(option.choices.join(' '))}`
        : option.flags.includes('<')
          ? ' -r'
          : '';
      return `complete -c leakscan -n '__fish_seen_subcommand_from ${row.name}' -l ${long.slice(2)}${takes} -d ${quoted(option.text)}`;
    }),
  ]);
  return `${lines.join('\n')}\n`;
}

/** `['-q', '--quiet']` of `-q, --quiet`. */
function flagNames(option: OptionRow): string[] {
  return option.flags.split(/[ ,]+/).filter((word) => word.startsWith('-'));
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "\\'")}'`;
}
