/**
 * The command line as a table: the parser, the help, the completion and `docs/cli.md` are all made from it.
 * It says what may be typed; what it means is decided in `resolve.ts`.
 */

export type CommandName =
  | 'run'
  | 'attach'
  | 'analyze'
  | 'compare'
  | 'merge'
  | 'stats'
  | 'dominators'
  | 'retainers'
  | 'path'
  | 'strings'
  | 'query'
  | 'export'
  | 'kinds'
  | 'completion';

export interface CommandRow {
  readonly name: CommandName;
  /** Arguments as commander writes them. */
  readonly args: string;
  readonly summary: string;
  readonly description: string;
  readonly examples: readonly string[];
}

export type OptionGroup = 'Running the target' | 'Judging' | 'Gate' | 'Heap' | 'Output';

export interface OptionRow {
  /** As commander writes them, e.g. `--rounds <list>`. */
  readonly flags: string;
  readonly text: string;
  readonly group: OptionGroup;
  readonly commands: readonly CommandName[];
  readonly choices?: readonly string[];
  /** May be given several times; the values are collected. */
  readonly repeatable?: true;
  /** What the value completes to in a shell. */
  readonly completes?: 'file' | 'directory';
}

/** Options as typed: the text of each, a list for repeatable ones, a boolean for those without a value. */
export interface TypedOptions {
  readonly [name: string]: string | readonly string[] | boolean | undefined;
}

const MODES = ['scenario', 'script', 'driven', 'timed'] as const;
const FAIL_ON = ['certain', 'likely', 'possible', 'never'] as const;
const RULES = ['leakscan', 'devtools'] as const;
export const FORMATS = ['text', 'json'] as const;

export const commandTable: readonly CommandRow[] = [
  {
    name: 'run',
    args: '<script> [args...]',
    summary: 'run a program and say what it leaks',
    description:
      'Runs a Node program, watches what its heap keeps, and says for each leak what stays, who holds it and ' +
      'what to change. Everything after the script belongs to the script.',
    examples: [
      'leakscan run app.js',
      'leakscan run app.js -- --port 8080',
      'leakscan run --rounds 5,7,11 scenario.mjs',
      'leakscan run --url http://localhost:3000/ server.js',
      "leakscan run --drive 'node log-in-and-out.js' server.js",
      'leakscan run --duration 60s server.js',
      'leakscan run --baseline leakscan-baseline.json --output json=leaks.json app.js',
    ],
  },
  {
    name: 'attach',
    args: '<process>',
    summary: 'watch a process that is running, and say what it leaks',
    description:
      'Attaches to the inspector of a running Node process, by its process id or by the address of the inspector, ' +
      'watches it for a time or while it is driven, and leaves it running. The process stands still for some seconds ' +
      'at each mark, longer with a big heap.',
    examples: [
      'leakscan attach 12345',
      'leakscan attach --duration 10m 12345',
      'leakscan attach --url http://localhost:3000/ 12345',
      'leakscan attach localhost:9229',
    ],
  },
  {
    name: 'analyze',
    args: '<snapshot>',
    summary: 'say what leaks in a .heapsnapshot file',
    description:
      'Analyses a heap snapshot that is already on disk, or a folder that `run --save-snapshots` has left. ' +
      'One snapshot alone shows what is wrong by its state; growth needs two (see compare).',
    examples: ['leakscan analyze heap.heapsnapshot', 'leakscan analyze --format json snapshots/'],
  },
  {
    name: 'compare',
    args: '<before> <after...>',
    summary: 'say what grew between snapshots or reports',
    description:
      'Puts two or more heap snapshots, or two JSON reports, side by side, oldest first. Snapshots of one ' +
      'process are matched object by object, those of different processes by class and shape.',
    examples: [
      'leakscan compare before.heapsnapshot after.heapsnapshot',
      'leakscan compare 1.heapsnapshot 2.heapsnapshot 3.heapsnapshot',
      'leakscan compare main.json branch.json',
    ],
  },
  {
    name: 'merge',
    args: '<report...>',
    summary: 'join the JSON reports of several runs into one',
    description: 'Joins JSON reports, for instance of a sharded test suite, and judges them as one.',
    examples: [
      'leakscan merge shard-1.json shard-2.json',
      'leakscan merge --output json=all.json shard-*.json',
    ],
  },
  {
    name: 'stats',
    args: '<snapshot>',
    summary: 'list the classes of a heap by what they retain',
    description:
      'Lists the classes of a heap snapshot: how many objects, their own bytes, and what they retain.',
    examples: ['leakscan stats heap.heapsnapshot', 'leakscan stats --limit 100 heap.heapsnapshot'],
  },
  {
    name: 'dominators',
    args: '<snapshot> [id]',
    summary: 'show what retains most, as a tree',
    description:
      'Shows the nodes that retain most, each below the one that keeps it alive alone (the dominator tree); with an ' +
      'id, those below that node.',
    examples: [
      'leakscan dominators heap.heapsnapshot',
      'leakscan dominators --depth 3 heap.heapsnapshot @1234',
    ],
  },
  {
    name: 'retainers',
    args: '<snapshot> <id>',
    summary: 'list what keeps one node alive directly',
    description: 'Lists the nodes that hold one node, and through what; the nearest to the root first.',
    examples: ['leakscan retainers heap.heapsnapshot @1234'],
  },
  {
    name: 'path',
    args: '<snapshot> <id>',
    summary: 'say why one node is alive',
    description: 'Shows the path from the root to one node that explains best why it is alive.',
    examples: ['leakscan path heap.heapsnapshot @1234'],
  },
  {
    name: 'strings',
    args: '<snapshot>',
    summary: 'list the largest strings, or the duplicates',
    description: 'Lists the strings of a heap that take most room. It shows their text, which may be secret.',
    examples: ['leakscan strings --duplicates heap.heapsnapshot'],
  },
  {
    name: 'query',
    args: '<snapshot> <sql>',
    summary: 'ask a heap in SQL',
    description:
      'Runs an SQL statement over the tables nodes, edges, retained, dominators, strings and locations. It needs DuckDB: ' +
      'npm install @duckdb/node-api.',
    examples: [
      'leakscan query heap.heapsnapshot "SELECT type, count(*), sum(self_size) FROM nodes GROUP BY type"',
      'leakscan query heap.heapsnapshot "SELECT name, retained_size FROM nodes JOIN retained USING (id) ORDER BY 2 DESC LIMIT 9"',
    ],
  },
  {
    name: 'export',
    args: '<snapshot>',
    summary: 'write the tables of a heap to files',
    description:
      'Writes every node with its sizes, distance and dominator as a line of JSON, or all tables as Parquet files ' +
      '(which needs DuckDB: npm install @duckdb/node-api). The files hold everything that the snapshot holds.',
    examples: [
      'leakscan export heap.heapsnapshot --nodes nodes.ndjson --rules devtools',
      'leakscan export heap.heapsnapshot --parquet tables',
    ],
  },
  {
    name: 'kinds',
    args: '',
    summary: 'list the kinds of leak and what they mean',
    description: 'Lists the kinds of leak that leakscan tells apart.',
    examples: ['leakscan kinds'],
  },
  {
    name: 'completion',
    args: '<shell>',
    summary: 'print a completion script for bash, zsh or fish',
    description: 'Prints a script that teaches the shell to complete leakscan commands and options.',
    examples: ['source <(leakscan completion bash)', 'leakscan completion fish | source'],
  },
];

const JUDGING: readonly CommandName[] = ['run', 'attach', 'analyze', 'compare'];
const GATED: readonly CommandName[] = ['run', 'attach', 'analyze', 'compare', 'merge'];
/** Those that watch a living process. */
const WATCHING: readonly CommandName[] = ['run', 'attach'];

/** Those that answer a question about one snapshot. */
const ASKING: readonly CommandName[] = ['stats', 'dominators', 'retainers', 'path', 'strings', 'query'];

const optionTable: readonly OptionRow[] = [
  {
    flags: '--mode <mode>',
    text: 'how to drive the script; by default leakscan works it out',
    group: 'Running the target',
    commands: ['run'],
    choices: MODES,
  },
  {
    flags: '--drive <command>',
    text: 'let each round be one run of this shell command, for a server or daemon (driven mode)',
    group: 'Running the target',
    commands: WATCHING,
  },
  {
    flags: '--url <address>',
    text: 'let each round be some GET requests to this address of the script (driven mode)',
    group: 'Running the target',
    commands: WATCHING,
  },
  {
    flags: '--requests <n>',
    text: 'requests in each round of --url (default: 10)',
    group: 'Running the target',
    commands: WATCHING,
  },
  {
    flags: '--warmup <rounds>',
    text: 'rounds before the first mark, which are not judged (scenario and driven mode)',
    group: 'Running the target',
    commands: WATCHING,
  },
  {
    flags: '--rounds <list>',
    text: 'rounds of each generation, e.g. 3,5,7 (scenario and driven mode)',
    group: 'Running the target',
    commands: WATCHING,
  },
  {
    flags: '--duration <time>',
    text: 'watch for so long, e.g. 60s: a script that is run is then ended (timed mode), a process is left (default: 60s)',
    group: 'Running the target',
    commands: WATCHING,
  },
  {
    flags: '--timeout <time>',
    text: 'end the script after so long and report what there is, e.g. 5m',
    group: 'Running the target',
    commands: ['run'],
  },
  {
    flags: '--node <binary>',
    text: 'run the script with this Node; by default the one that runs leakscan',
    group: 'Running the target',
    commands: ['run'],
    completes: 'file',
  },
  {
    flags: '--node-arg <arg>',
    text: 'an argument for that Node, e.g. --node-arg=--max-old-space-size=4096; repeatable',
    group: 'Running the target',
    commands: ['run'],
    repeatable: true,
  },
  {
    flags: '--creation-stacks',
    text: 'record where each Deferred was made and fired (slower)',
    group: 'Running the target',
    commands: ['run'],
  },
  {
    flags: '--prove',
    text: 'cut what holds each finding in the living target and measure what that frees (scenario and driven mode)',
    group: 'Running the target',
    commands: ['run'],
  },
  {
    flags: '--allow-remote',
    text: 'attach to an inspector on another machine; all that the process has in memory goes over the network',
    group: 'Running the target',
    commands: ['attach'],
  },
  {
    flags: '--save-snapshots <dir>',
    text: 'keep the heap snapshots and the run record here; they hold everything the script had in memory',
    group: 'Running the target',
    commands: WATCHING,
    completes: 'directory',
  },
  {
    flags: '--ignore <what>',
    text: 'do not accuse this kind, class or signature; repeatable',
    group: 'Judging',
    commands: GATED,
    repeatable: true,
  },
  {
    flags: '--show-ignored',
    text: 'also list what grew and is not accused, with the reason',
    group: 'Judging',
    commands: JUDGING,
  },
  {
    flags: '--fail-on <confidence>',
    text: 'lowest confidence that fails the gate (default: likely)',
    group: 'Gate',
    commands: GATED,
    choices: FAIL_ON,
  },
  {
    flags: '--max-growth <bytes>',
    text: 'tolerate leaks that grow by at most so many bytes a round, e.g. 2KiB',
    group: 'Gate',
    commands: GATED,
  },
  {
    flags: '--max-leaks <n>',
    text: 'tolerate so many leaks',
    group: 'Gate',
    commands: GATED,
  },
  {
    flags: '--baseline <file>',
    text: 'accept the leaks listed in this file',
    group: 'Gate',
    commands: GATED,
    completes: 'file',
  },
  {
    flags: '--update-baseline',
    text: 'write the leaks found to the baseline (default file: leakscan-baseline.json) and pass',
    group: 'Gate',
    commands: GATED,
  },
  {
    flags: '--rules <rules>',
    text: 'which references keep something alive: by the rules of leakscan (default), or as Chrome DevTools sees it',
    group: 'Heap',
    commands: ['stats', 'dominators', 'query', 'export'],
    choices: RULES,
  },
  {
    flags: '--index',
    text: 'leave an index beside the snapshot, so that further commands on it start at once',
    group: 'Heap',
    commands: [...ASKING, 'export'],
  },
  {
    flags: '--duplicates',
    text: 'only texts that are there more than once',
    group: 'Heap',
    commands: ['strings'],
  },
  {
    flags: '--limit <n>',
    text: 'show at most so many rows',
    group: 'Output',
    commands: ['stats', 'dominators', 'retainers', 'strings'],
  },
  {
    flags: '--depth <n>',
    text: 'show the tree down to this depth (default: 8)',
    group: 'Output',
    commands: ['dominators'],
  },
  {
    flags: '--nodes <file>',
    text: 'write every node as a line of JSON, in file order; - is stdout',
    group: 'Output',
    commands: ['export'],
    completes: 'file',
  },
  {
    flags: '--parquet <dir>',
    text: 'write each table as a Parquet file into this folder',
    group: 'Output',
    commands: ['export'],
    completes: 'directory',
  },
  {
    flags: '--json',
    text: 'print the answer as JSON',
    group: 'Output',
    commands: ASKING,
  },
  {
    flags: '--format <format>',
    text: 'format of the report on stdout (default: text)',
    group: 'Output',
    commands: [...GATED, 'kinds'],
    choices: FORMATS,
  },
  {
    flags: '--output <format=file>',
    text: 'also write the report to a file, e.g. --output json=leaks.json; repeatable',
    group: 'Output',
    commands: GATED,
    repeatable: true,
    completes: 'file',
  },
  {
    flags: '--color',
    text: 'use colour even where the output is not a terminal',
    group: 'Output',
    commands: [...GATED, ...ASKING, 'kinds'],
  },
  {
    flags: '--no-color',
    text: 'never use colour',
    group: 'Output',
    commands: [...GATED, ...ASKING, 'kinds'],
  },
  {
    flags: '-q, --quiet',
    text: 'no progress, and of a report in text only the summary and the verdict',
    group: 'Output',
    commands: GATED,
  },
  {
    flags: '-v, --verbose',
    text: 'explain every hop of a retention path, and what could not be located',
    group: 'Output',
    commands: GATED,
  },
];

/** The options of one command, in the order of the help. */
export function optionsOf(command: CommandName): readonly OptionRow[] {
  return optionTable.filter((row) => row.commands.includes(command));
}
