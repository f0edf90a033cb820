import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TargetError } from '../shared/errors.ts';
import type { HeapObjectId } from '../shared/ids.ts';
import { chooseMode } from './choose-mode.ts';
import { type Drive, driverOf } from './driver.ts';
import { Driving } from './driving.ts';
import type { Cut, CutResult, LiveObject } from './live-object.ts';
import { type SnapshotDirectory, snapshotDirectory } from './private-directory.ts';
import type { TargetMode, TargetSetup } from './protocol.ts';
import {
  type GenerationMark,
  RUN_RECORD_FILE,
  type RunMode,
  type RunRecord,
  type SnapshotFile,
} from './run-record.ts';
import { TargetLink } from './target-link.ts';

/** What to run, and how. */
export interface TargetOptions {
  /** As Node would be told: a path, or `-` for standard input. */
  readonly script: string;
  readonly args?: readonly string[];
  /** Node binary; the one that runs leakscan when left out. */
  readonly node?: string;
  /** Flags for Node in front of the script. */
  readonly nodeArgs?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** `auto` asks the source of the script. */
  readonly mode?: 'auto' | 'scenario' | 'script';
  /** Runs the script as a program and makes it work from outside, whatever `mode` says. */
  readonly drive?: Drive;
  /** Rounds before the first mark; not in script mode. */
  readonly warmupRounds?: number;
  /** After this time the target is stopped, and killed if it does not answer. No limit when left out. */
  readonly timeoutMs?: number;
  /** Stops the target when it is aborted, also while it is still starting. */
  readonly interruption?: AbortSignal;
  /** Directory that snapshots and run record are left in; a private temporary one when left out. */
  readonly saveSnapshots?: string;
  /** Where the target's stdout goes. */
  readonly stdout?: 'inherit' | 'stderr';
  /** Record where Deferreds are created and fired. */
  readonly creationStacks?: boolean;
}

/** A target that is being observed. What it does wrong is in the record; methods fail only for leakscan's own bugs. */
export interface TargetProcess {
  readonly mode: RunMode;
  /** Everything captured so far; final after `finish`. */
  record(): RunRecord;
  /** The process is there and answers, also when its program has come to its end. */
  isAlive(): boolean;
  /** Scenario, driven: for each number that many rounds, then a mark. Shorter than asked for when the target ended. */
  runGenerations(rounds: readonly number[]): Promise<readonly GenerationMark[]>;
  /** Script: waits until the program has come to its end, where it is held until `finish`. */
  untilEnd(): Promise<void>;
  /** A full snapshot now; undefined when the target is gone or could not afford it, see the record's limits. */
  snapshot(): Promise<SnapshotFile | undefined>;
  /** What the living process knows about these objects of its last snapshot, at most twenty; none when it is gone. */
  lookAt(ids: readonly HeapObjectId[]): Promise<readonly LiveObject[]>;
  /** Text of a script, also of one that came from `eval` or standard input; null when it is not to be had. */
  scriptSource(scriptId: number): Promise<string | null>;
  /** Cuts edges, collects garbage and says what that freed; undefined when the target is gone. The program may not survive it. */
  cut(cuts: readonly Cut[], watched: readonly HeapObjectId[]): Promise<CutResult | undefined>;
  /** Ends the program early and keeps what there is: takes a last snapshot if the target still answers. */
  stop(reason: 'interrupted' | 'timed-out'): Promise<void>;
  /** Lets the program end (a scenario is torn down first) and collects how it did. */
  finish(): Promise<RunRecord>;
  /** Kills the target if it still runs and removes the private directory; called by itself when leakscan exits. */
  cleanUp(): void;
}

const TARGET_FOLDER = new URL('../../dist/capture/target/', import.meta.url);
const PRELOAD = fileURLToPath(new URL('preload.cjs', TARGET_FOLDER));
const SCENARIO = fileURLToPath(new URL('scenario.js', TARGET_FOLDER));
const DEFAULT_WARMUP_ROUNDS = 5;

/**
 * Starts the program under observation. It returns when the warm-up is done, or in script mode when the program has
 * begun to run. A program that fails by then is not an error: the record says so.
 *
 * Throws a TargetError when there is no such script, when what should be Node cannot run it, or when
 * it runs and cannot be driven.
 */
export async function startTarget(options: TargetOptions): Promise<TargetProcess> {
  const cwd = resolve(options.cwd ?? '.');
  const script = resolveScript(options.script, cwd);
  const mode = options.drive === undefined ? modeOf(options, script) : 'driven';
  const directory = snapshotDirectory(options.saveSnapshots);
  const begun = performance.now();
  let child: ChildProcess;
  try {
    child = await spawnTarget(options, mode, cwd, directory.path);
  } catch (error) {
    directory.remove();
    throw error;
  }
  const link = new TargetLink(child, directory.path, {
    script: options.script,
    args: options.args ?? [],
    cwd,
    mode,
  });
  link.send({
    leakscanPid: process.pid,
    mode,
    script,
    directory: directory.path,
    isPrivate: !directory.isKept,
    ...profiler(),
    creationStacks: options.creationStacks ?? false,
  } satisfies TargetSetup);
  const target = new Target(link, directory, await drivingOf(options, link, cwd), options);
  try {
    await target.begin(options.warmupRounds ?? DEFAULT_WARMUP_ROUNDS);
  } catch (error) {
    target.cleanUp();
    throw error;
  }
  if (link.neverStarted) {
    target.cleanUp();
    const { exitCode, signal } = target.record().outcome;
    throw new TargetError(
      `${options.node ?? 'node'} ended before the script began (${signal ?? `exit code ${exitCode}`}).`,
      'Check --node and --node-arg: the target needs Node 20.19, 22.12 or later.',
    );
  }
  // The warm-up has been counted as rounds and a mark.
  link.addTiming('start', performance.now() - begun - link.timedMs);
  return target;
}

class Target implements TargetProcess {
  readonly #link: TargetLink;
  readonly #directory: SnapshotDirectory;
  readonly #driving: Driving | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #onExit = (): void => this.cleanUp();

  constructor(
    link: TargetLink,
    directory: SnapshotDirectory,
    driving: Driving | undefined,
    { timeoutMs, interruption }: TargetOptions,
  ) {
    this.#link = link;
    this.#directory = directory;
    this.#driving = driving;
    process.once('exit', this.#onExit);
    if (timeoutMs !== undefined) {
      this.#timer = setTimeout(() => void this.stop('timed-out'), timeoutMs).unref();
    }
    if (interruption?.aborted) void this.stop('interrupted');
    interruption?.addEventListener('abort', () => void this.stop('interrupted'), { once: true });
  }

  get mode(): RunMode {
    return this.#link.mode;
  }

  record(): RunRecord {
    const record = this.#link.record();
    return this.#driving === undefined ? record : { ...record, driven: this.#driving.tally };
  }

  isAlive(): boolean {
    return this.#link.isAlive;
  }

  async begin(warmupRounds: number): Promise<void> {
    if (this.mode === 'script') return this.#link.until('started');
    if (this.#driving !== undefined) {
      await this.#driving.untilReady(this.#timer !== undefined);
      await this.#driving.generation(warmupRounds);
      return;
    }
    await this.#link.until('ready');
    await this.#link.request({ name: 'begin', warmupRounds });
  }

  async runGenerations(rounds: readonly number[]): Promise<readonly GenerationMark[]> {
    const marks: GenerationMark[] = [];
    for (const count of rounds) {
      const mark = await (this.#driving === undefined
        ? this.#link.request<GenerationMark>({ name: 'generation', rounds: count })
        : this.#driving.generation(count));
      if (mark === undefined) break;
      marks.push(mark);
    }
    return marks;
  }

  untilEnd(): Promise<void> {
    return this.#link.until('held');
  }

  snapshot(): Promise<SnapshotFile | undefined> {
    return this.#link.request<SnapshotFile>({ name: 'snapshot' });
  }

  async lookAt(ids: readonly HeapObjectId[]): Promise<readonly LiveObject[]> {
    return (await this.#link.request<readonly LiveObject[]>({ name: 'look', ids })) ?? [];
  }

  async scriptSource(scriptId: number): Promise<string | null> {
    return (await this.#link.request<string | null>({ name: 'source', scriptId })) ?? null;
  }

  cut(cuts: readonly Cut[], watched: readonly HeapObjectId[]): Promise<CutResult | undefined> {
    return this.#link.request({ name: 'cut', cuts, watched });
  }

  async stop(reason: 'interrupted' | 'timed-out'): Promise<void> {
    await this.#link.stop(reason);
  }

  async finish(): Promise<RunRecord> {
    await this.#link.finish();
    clearTimeout(this.#timer);
    if (this.#directory.isKept) this.#saveRecord();
    return this.record();
  }

  #saveRecord(): void {
    const file = join(this.#directory.path, RUN_RECORD_FILE);
    try {
      writeFileSync(file, `${JSON.stringify(this.record(), null, 2)}\n`, { mode: 0o600 });
    } catch (error) {
      this.#link.addLimit(`the run record could not be saved: ${(error as Error).message}`);
    }
  }

  cleanUp(): void {
    process.off('exit', this.#onExit);
    clearTimeout(this.#timer);
    this.#link.kill();
    this.#directory.remove();
  }
}

/** Starts Node, or throws what keeps it from starting. */
async function spawnTarget(options: TargetOptions, mode: TargetMode, cwd: string, directory: string) {
  const node = options.node ?? process.execPath;
  const env = options.env ?? process.env;
  const main = mode === 'scenario' ? SCENARIO : options.script;
  const nodeArgs = options.nodeArgs ?? [];
  // The snapshot that V8 writes near the heap limit goes where diagnostics go.
  const diagnostics = usesDiagnosticDirectory(nodeArgs, env) ? [] : [`--diagnostic-dir=${directory}`];
  const flags = [...diagnostics, '--require', PRELOAD, ...nodeArgs];
  const child = spawn(node, [...flags, main, ...(options.args ?? [])], {
    cwd,
    env,
    argv0: options.node ?? 'node',
    stdio: ['inherit', options.stdout === 'stderr' ? 2 : 'inherit', 'inherit', 'pipe'],
  });
  await new Promise<void>((started, failed) => {
    child.once('spawn', started);
    child.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'ENOENT' ? 'there is no such program' : error.message;
      failed(
        new TargetError(
          `${node} could not be started: ${reason}.`,
          'Pass the path of a Node binary with --node.',
          { cause: error },
        ),
      );
    });
  });
  return child;
}

/** The program's own diagnostics must not end up in our directory. */
function usesDiagnosticDirectory(nodeArgs: readonly string[], env: NodeJS.ProcessEnv): boolean {
  return /--(diagnostic-dir|cpu-prof|heap-prof|report|heapsnapshot|redirect-warnings)/.test(
    `${nodeArgs.join(' ')} ${env.NODE_OPTIONS ?? ''}`,
  );
}

/** The file that Node would run. Throws a TargetError when there is none. */
function resolveScript(script: string, cwd: string): string {
  if (script === '-') return script;
  const path = resolve(cwd, script);
  try {
    return createRequire(join(cwd, 'noop.js')).resolve(path);
  } catch (error) {
    if (existsSync(path) && statSync(path).isFile()) return path;
    const what = existsSync(path)
      ? `The directory ${script} has no main script`
      : `There is no script ${script}`;
    throw new TargetError(`${what} in ${cwd}.`, 'Pass the path of the program as you would to node.', {
      cause: error,
    });
  }
}

async function drivingOf(
  { drive, env }: TargetOptions,
  link: TargetLink,
  cwd: string,
): Promise<Driving | undefined> {
  if (drive === undefined) return undefined;
  const isServing = () => link.request({ name: 'await-serving' });
  return new Driving(link, await driverOf(drive, { cwd, env: env ?? process.env }, isServing));
}

function modeOf(options: TargetOptions, script: string): 'scenario' | 'script' {
  if (options.mode === 'scenario' && script === '-') {
    throw new TargetError(
      'A program from standard input cannot be a scenario.',
      'Save it to a file, or use --mode script.',
    );
  }
  if (options.mode === 'scenario' || options.mode === 'script') return options.mode;
  return script === '-' ? 'script' : chooseMode(script);
}

/** Where leakscan's own v8-profiler-next is, which is an optional dependency. */
function profiler(): Pick<TargetSetup, 'profilerRoot' | 'profilerReason'> {
  try {
    const manifest = createRequire(import.meta.url).resolve('v8-profiler-next/package.json');
    return { profilerRoot: dirname(manifest), profilerReason: '' };
  } catch {
    return { profilerRoot: null, profilerReason: 'v8-profiler-next is not installed' };
  }
}
