import { rmSync } from 'node:fs';
import { url } from 'node:inspector';
import { join } from 'node:path';
import { getHeapStatistics, setHeapSnapshotNearHeapLimit } from 'node:v8';
import { freeMemoryBytes } from '../free-memory.ts';
import { chooseSource } from '../profiler-source.ts';
import type { NumberedCommand, TargetSetup, ThrownInTarget } from '../protocol.ts';
import type { SnapshotFile } from '../run-record.ts';
import { LeakscanChannel, readSetup, tell } from './channel.ts';
import { makeCuts, makeCutsBetweenTurns } from './cuts.ts';
import { describeThrown, watchEndings } from './endings.ts';
import { LeakscanGenerations } from './generations.ts';
import { lookAt, scriptSource } from './live-objects.ts';
import { observeFailures } from './observe-failures.ts';
import { resolveLeakscan } from './resolve-leakscan.ts';
import { markWhileRunning } from './script.ts';
import { LeakscanSeal } from './seal.ts';
import { untilServing } from './serving.ts';

/** What a command does; what it returns is the answer. */
export type Answer = (command: NumberedCommand) => unknown;

/** What the two parts of leakscan in the target share: the preload and the scenario's main module. */
export interface Observed {
  readonly setup: TargetSetup;
  readonly generations: LeakscanGenerations;
  readonly channel: LeakscanChannel;
  /** Commands that only the scenario understands are answered by it, and the last one, after which nothing is of interest. */
  answerAlso(answer: Answer): void;
}

/** What building a snapshot of a heap of small objects takes beside the heap. */
const SNAPSHOT_BYTES_PER_HEAP_BYTE = 11;

let observed: Observed | undefined;

/** Undefined in a process that leakscan did not start. */
export function observedTarget(): Observed | undefined {
  return observed;
}

/** Begins to observe this process, if it is leakscan's target. */
export function observe(): void {
  const setup = readSetup();
  if (setup === undefined) return;
  const source = chooseSource(setup.profilerRoot, setup.profilerReason);
  const generations = new LeakscanGenerations(source, setup.directory);
  const afterCut = join(setup.directory, 'after-cut.heapsnapshot');
  const seal = new LeakscanSeal();
  let answerOfScenario: Answer | undefined;
  /** The last snapshot once it was taken or is not wanted. */
  let last: { readonly snapshot?: SnapshotFile | undefined } | undefined;

  /** What can be answered at any time, also when the event loop turns no more. */
  const answerNow: Answer = (command) => {
    switch (command.name) {
      case 'snapshot':
        return last?.snapshot;
      case 'look':
        return lookAt(command.ids);
      case 'source':
        return scriptSource(command.scriptId);
      case 'cut':
        return makeCuts(command.cuts, command.watched, afterCut);
      default:
        return undefined;
    }
  };
  const answer: Answer = async (command) => {
    switch (command.name) {
      case 'stop':
        tell({ event: 'stopping' });
        last = { snapshot: await generations.snapshot() };
        return last.snapshot;
      case 'snapshot':
        return last === undefined ? generations.snapshot() : last.snapshot;
      case 'cut':
        // No heap after this one is that of the program.
        last ??= {};
        seal.seal();
        return makeCutsBetweenTurns(command.cuts, command.watched, afterCut);
      case 'await-serving':
        return untilServing();
      case 'begin-rounds':
        return generations.beginRounds();
      case 'mark':
        return generations.settleAndMark(command.rounds);
      case 'begin':
      case 'generation':
        return answerOfScenario?.(command);
      case 'finish':
        last = {};
        if (seal.isSealed) return seal.end(() => answerOfScenario?.(command));
        return answerOfScenario?.(command);
      default:
        return answerNow(command);
    }
  };
  // A target without leakscan has nothing to live for, and nobody else can clean up after it.
  const abandoned = (): void => {
    last = {};
    if (setup.isPrivate) rmSync(setup.directory, { recursive: true, force: true });
    process.kill(process.pid, 'SIGTERM');
  };
  const channel = new LeakscanChannel((command) => void reply(command, answer), abandoned);
  const atEnd = (): void => {
    if (last !== undefined) return;
    last = { snapshot: generations.snapshotSync('end', setup.mode) };
    tell({ event: 'held' });
    answerUntilReleased(answerNow);
  };

  resolveLeakscan();
  observeFailures(setup.creationStacks, () => generations.count);
  if (url() !== undefined) {
    tell({ event: 'limit', text: 'under --inspect V8 keeps the arguments of the last 1,000 console calls' });
  }
  snapshotNearHeapLimit();
  watchEndings(atEnd, () => void (last ?? generations.snapshotSync('mid-run', setup.mode)));
  tell({ event: 'started', node: process.version, source: source.name, sourceReason: source.reason });
  if (setup.mode === 'script') markWhileRunning(generations);
  observed = {
    setup,
    generations,
    channel,
    answerAlso: (answerOf) => {
      answerOfScenario = answerOf;
    },
  };
}

/** Asks V8 for a snapshot before it dies of a full heap, unless the machine could not bear it. */
function snapshotNearHeapLimit(): void {
  const needed = getHeapStatistics().heap_size_limit * SNAPSHOT_BYTES_PER_HEAP_BYTE;
  if (needed < freeMemoryBytes()) setHeapSnapshotNearHeapLimit(1);
}

/** Answers with the event loop standing still, so that the program stays as it was when it ended. */
function answerUntilReleased(answer: Answer): void {
  for (let command = LeakscanChannel.next(); command !== undefined; command = LeakscanChannel.next()) {
    if (command.name === 'finish') return;
    replySync(command, answer);
  }
}

async function reply(command: NumberedCommand, answer: Answer): Promise<void> {
  try {
    tell({ reply: command.id, value: await answer(command) });
  } catch (error) {
    tell({ reply: command.id, thrown: thrownFrom(error) });
  }
}

function replySync(command: NumberedCommand, answer: Answer): void {
  try {
    tell({ reply: command.id, value: answer(command) });
  } catch (error) {
    tell({ reply: command.id, thrown: thrownFrom(error) });
  }
}

function thrownFrom(thrown: unknown): ThrownInTarget {
  const stack = describeThrown(thrown);
  const { name, message } = thrown instanceof Error ? thrown : { name: 'Error', message: stack };
  return { name, message, stack };
}
