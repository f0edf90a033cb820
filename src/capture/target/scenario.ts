import { pathToFileURL } from 'node:url';
import type { NumberedCommand } from '../protocol.ts';
import { tell } from './channel.ts';
import { type Observed, observedTarget } from './observe.ts';

/** What a scenario exports; all may be asynchronous. */
interface Scenario {
  setup?(): unknown;
  iterate(i: number): unknown;
  teardown?(): unknown;
}

/** The main module in scenario mode: loads the script as any importer would, and runs its rounds as told. */
async function main(target: Observed): Promise<void> {
  const scenario = scenarioOf(await import(pathToFileURL(target.setup.script).href));
  const { channel, generations } = target;
  let round = 0;

  /** The program's own turn: leakscan does not keep the process alive, so a program with nothing left to do ends as it would. */
  const run = async (work: () => unknown): Promise<void> => {
    channel.unref();
    try {
      await work();
    } catch (error) {
      process.exitCode = 1;
      throw error;
    } finally {
      channel.ref();
    }
  };
  const rounds = async (count: number): Promise<void> => {
    for (const last = round + count; round < last; round += 1) {
      await run(() => scenario.iterate(round));
      // Even a scenario without asynchronous work gives its timers and sockets a turn.
      await new Promise((resolve) => setImmediate(resolve));
      generations.look();
    }
  };
  const answer = async (command: NumberedCommand): Promise<unknown> => {
    switch (command.name) {
      case 'begin':
        await run(() => scenario.setup?.());
        await rounds(command.warmupRounds);
        return generations.mark(command.warmupRounds, 'settle');
      case 'generation':
        await rounds(command.rounds);
        return generations.mark(command.rounds, 'settle');
      case 'finish':
        target.release();
        try {
          await run(() => scenario.teardown?.());
        } finally {
          channel.unref();
        }
        return undefined;
      default:
        return undefined;
    }
  };
  target.answerAlso(answer);
  channel.ref();
  tell({ event: 'ready' });
}

/** ES modules export the functions; of CommonJS they may be found below `default` alone. */
function scenarioOf(module: Partial<Scenario> & { default?: Partial<Scenario> }): Scenario {
  const scenario = typeof module.iterate === 'function' ? module : module.default;
  if (typeof scenario?.iterate !== 'function')
    throw new TypeError('the module exports no function `iterate`');
  return scenario as Scenario;
}

const target = observedTarget();
if (target !== undefined) await main(target);
