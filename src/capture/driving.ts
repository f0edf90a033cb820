import { TargetError } from '../shared/errors.ts';
import type { Driver } from './driver.ts';
import type { DrivenRounds, GenerationMark } from './run-record.ts';

/** How long a server may take to be ready, where the run has no limit of its own. */
const READY_MS = 30_000;

/** What is driven, as far as driving is concerned. */
export interface DrivenTarget {
  /** Aborted when no further round makes sense. */
  readonly over: AbortSignal;
  until(milestone: 'started'): Promise<void>;
  addLimit(text: string): void;
  /** Rounds are about to begin. */
  openGeneration(): Promise<unknown>;
  /** Marks the end of a generation of so many rounds; undefined when that was not possible. */
  closeGeneration(rounds: number): Promise<GenerationMark | undefined>;
}

/** Drives a target: so many rounds from outside, then a mark inside. */
export class Driving {
  readonly #target: DrivenTarget;
  readonly #driver: Driver;
  #rounds = 0;
  #failures = 0;
  #firstFailure: string | undefined;

  constructor(target: DrivenTarget, driver: Driver) {
    this.#target = target;
    this.#driver = driver;
  }

  get tally(): DrivenRounds {
    const [rounds, failures, firstFailure] = [this.#rounds, this.#failures, this.#firstFailure];
    return { rounds, failures, ...(firstFailure !== undefined && { firstFailure }) };
  }

  /**
   * Waits until the target can be driven; `hasTimeout` says that the run ends by itself when that takes too long. A target
   * that dies meanwhile is not an error.
   *
   * Throws a TargetError when it runs and is not ready in time.
   */
  async untilReady(hasTimeout: boolean): Promise<void> {
    await this.#target.until('started');
    const { over } = this.#target;
    const limits = hasTimeout ? [over] : [over, AbortSignal.timeout(READY_MS)];
    const obstacle = await this.#driver.untilReady(AbortSignal.any(limits));
    if (obstacle === undefined) return;
    const what = `the script could not be driven: ${obstacle}`;
    if (over.aborted) return this.#target.addLimit(what);
    throw new TargetError(
      `${what[0]!.toUpperCase()}${what.slice(1)} for ${READY_MS / 1000} s.`,
      'Check the address and the port that the script listens on, or give it more time with --timeout 2m.',
    );
  }

  /** Undefined when the target ended before the mark was made. */
  async generation(rounds: number): Promise<GenerationMark | undefined> {
    const { over } = this.#target;
    await this.#target.openGeneration();
    for (let driven = 0; driven < rounds && !over.aborted; driven += 1) {
      const failure = await this.#driver.round(this.#rounds, over);
      // A round that was given up says nothing.
      if (over.aborted) break;
      this.#rounds += 1;
      if (failure === undefined) continue;
      this.#failures += 1;
      this.#firstFailure ??= failure;
    }
    this.#driver.rest();
    return over.aborted ? undefined : this.#target.closeGeneration(rounds);
  }
}
