import { Deferred } from '../deferred/deferred.ts';
import { DeferredList } from '../deferred/deferred-list.ts';
import { Failure } from '../deferred/failure.ts';
import { logFailure } from '../deferred/log-failure.ts';
import { KeyError } from './errors.ts';

/** When a trigger runs: `during` waits for all Deferreds of `before`. */
export type Phase = 'before' | 'during' | 'after';

/** What `addSystemEventTrigger` gives, for `removeSystemEventTrigger`. */
export interface TriggerId {
  readonly event: string;
  readonly phase: Phase;
  readonly f: (...args: never[]) => unknown;
  readonly args: readonly unknown[];
}

type Triggers = Record<Phase, TriggerId[]>;

/**
 * What is to be done around the events of a reactor, `startup` and `shutdown` among them. Triggers run once,
 * in the order in which they were added, each guarded: an error is logged and the rest goes on.
 *
 * Holds the triggers until they have run or are removed.
 */
export class SystemEvents {
  readonly #triggersByEvent = new Map<string, Triggers>();

  /** @throws KeyError for a phase that does not exist. */
  add(phase: Phase, event: string, f: (...args: never[]) => unknown, args: readonly unknown[]): TriggerId {
    const trigger = { event, phase, f, args };
    const triggers = this.#triggersOf(event)[phase] as TriggerId[] | undefined;
    if (!triggers) throw new KeyError(`There is no phase '${phase}'. Choose before, during or after.`);
    triggers.push(trigger);
    return trigger;
  }

  /** @throws RangeError when the trigger has run or was removed. */
  remove(trigger: TriggerId): void {
    const triggers = this.#triggersOf(trigger.event)[trigger.phase];
    const place = triggers.indexOf(trigger);
    if (place < 0) throw new RangeError('This trigger has run or was removed already.');
    triggers.splice(place, 1);
  }

  /** Runs the triggers of an event; fires when all have run. */
  fire(event: string): Deferred<void> {
    const triggers = this.#triggersOf(event);
    const waits: Deferred<unknown>[] = [];
    for (let next = triggers.before.shift(); next; next = triggers.before.shift()) {
      const result = runTrigger(next);
      if (result instanceof Deferred) waits.push(result);
    }
    return new DeferredList(waits).addCallback(runTheRest as never, triggers) as Deferred<void>;
  }

  #triggersOf(event: string): Triggers {
    let triggers = this.#triggersByEvent.get(event);
    if (!triggers) {
      triggers = { before: [], during: [], after: [] };
      this.#triggersByEvent.set(event, triggers);
    }
    return triggers;
  }
}

function runTheRest(_outcomes: unknown, triggers: Triggers): void {
  for (const phase of [triggers.during, triggers.after]) {
    for (let next = phase.shift(); next; next = phase.shift()) runTrigger(next);
  }
}

function runTrigger({ event, phase, f, args }: TriggerId): unknown {
  try {
    return f(...(args as never[]));
  } catch (thrown) {
    logFailure(new Failure(thrown, true), `A trigger ${phase} ${event} threw an error.`);
    return undefined;
  }
}
