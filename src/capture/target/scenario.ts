import { pathToFileURL } from 'node:url';
import type { NumberedCommand } from '../protocol.ts';
import { tell } from './channel.ts';
import { type Observed, observedTarget } from './observe.ts';

/** Exit code that Node gives a program whose main module waits for ever. */
const UNSETTLED = 13;

/** What a scenario may leave open after its teardown has so long to close. */
const LINGER_MS = 500;

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
  /** The function of the program that is being waited for. */
  let running: string | undefined;

  /** The program's own turn: leakscan does not keep the process alive, so a program with nothing left to do ends as it would. */
  const run = async (name: string, work: () => unknown): Promise<void> => {
    channel.unref();
    running = name;
    try {
      await work();
    } catch (error) {
      process.exitCode = 1;
      throw error;
    } finally {
      running = undefined;
      channel.ref();
    }
  };
  process.prependListener('beforeExit', () => {
    if (running === undefined) return;
    tell({
      event: 'threw',
      message: `${running} never settles: nothing is left that could resolve its promise`,
    });
    process.exitCode = UNSETTLED;
  });
  const rounds = async (count: number): Promise<void> => {
    generations.beginRounds();
    for (const last = round + count; round < last; round += 1) {
      await run(`iterate(${round})`, () => scenario.iterate(round));
      // Even a scenario without asynchronous work gives its timers and sockets a turn.
      await new Promise((resolve) => setImmediate(resolve));
      generations.look();
    }
  };
  const answer = async (command: NumberedCommand): Promise<unknown> => {
    switch (command.name) {
      case 'begin':
        await run('setup()', () => scenario.setup?.());
        await rounds(command.warmupRounds);
        return generations.settleAndMark(command.warmupRounds);
      case 'generation':
        await rounds(command.rounds);
        return generations.settleAndMark(command.rounds);
      case 'finish':
        try {
          await run('teardown()', () => scenario.teardown?.());
        } finally {
          channel.unref();
          setTimeout(() => process.exit(), LINGER_MS).unref();
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
  if (typeof scenario?.iterate === 'function') return scenario as Scenario;
  // Thrown from here, it would show leakscan's own lines.
  tell({ event: 'threw', message: 'TypeError: the module exports no function `iterate`' });
  process.exit(1);
}

const target = observedTarget();
if (target !== undefined) await main(target);
