/**
 * The contract between the runtime and whoever reads a heap snapshot: under which names and strings a
 * Deferred and its Failure appear there. It holds for a snapshot that production wrote without leakscan.
 *
 * Class names are lost to minifiers and small numbers have no node of their own, so everything a reader
 * needs is a public property with a plain string or an object behind it. The fields of a Deferred are all
 * set in its constructor, in this order, and never added or deleted, also in subclasses:
 *
 * | field               | value |
 * | ------------------- | ----- |
 * | `leakscanBrand`     | the brand: one object per loaded copy of the library, whose own `leakscanBrand` is the string `BRAND_TEXT`. The retainers of a brand through this edge are the Deferreds of that copy |
 * | `leakscanState`     | one of `DeferredState`, a string |
 * | `leakscanResult`    | the present result: a Failure, any value, or the Deferred that is waited for; undefined without one. Small numbers have no edge |
 * | `leakscanChain`     | first `Callback` still to run, or null; the rest hang on `next` |
 * | `leakscanChainEnd`  | last `Callback`, or null |
 * | `leakscanWaitingOn` | the Deferred whose result this one will get, or null |
 * | `leakscanCanceller` | the canceller until the Deferred fires, or null |
 * | `leakscanTrace`     | null, or a `Trace` with what was recorded on request |
 * | `leakscanPaused`    | pause count, a small number without a node |
 * | `leakscanFlags`     | bits for the runtime, a small number without a node |
 *
 * A `Callback` has `callback`, `errback`, `callbackArgs`, `errbackArgs` and `next`. The first two are a
 * function, null (the result passes unchanged), or, both the same, the Deferred that waits here.
 *
 * A `Failure` has `leakscanKind` (`FAILURE_TEXT`), `value` (the error) and `leakscanStack` (the stack as
 * text once the failure was cleaned, else null). A `Trace` has `createdAt`, `firedAt` (lines of a stack,
 * joined by line feeds, or null), `policy` and `report`.
 */

/** Value of `leakscanBrand` in a brand object; the number grows when this contract changes. */
export const BRAND_TEXT = 'leakscan.deferred/1';

/** Value of `leakscanKind` in a Failure. */
export const FAILURE_TEXT = 'leakscan:failure';

/** Value of `leakscanKind` in a delayed call of any clock: what it holds in `f` and `args` waits for its time. */
export const DELAYED_CALL_TEXT = 'leakscan:delayed-call';

/** Not fired yet. */
export const PENDING = 'leakscan:pending';
/** Fired, but its chain did not run to the end yet: it is paused, or running at this moment. */
export const FIRED = 'leakscan:fired';
/** Fired, and waiting for the Deferred in `leakscanResult`. */
export const WAITING = 'leakscan:waiting';
/** At rest with a value; undefined when the result was handed to another Deferred. */
export const SUCCESS = 'leakscan:success';
/** At rest with a Failure that nobody took. */
export const UNHANDLED = 'leakscan:unhandled-failure';
/** At rest with a Failure that a generator has received by `yield*`. */
export const OBSERVED = 'leakscan:observed-failure';

/** What `leakscanState` says. */
export type DeferredState =
  | typeof PENDING
  | typeof FIRED
  | typeof WAITING
  | typeof SUCCESS
  | typeof UNHANDLED
  | typeof OBSERVED;

/** The object that all Deferreds of one copy of the library share. */
export class LeakscanBrand {
  readonly leakscanBrand: string;

  constructor() {
    this.leakscanBrand = BRAND_TEXT;
  }
}

/** Bit of `leakscanFlags`: its chain runs at this moment. */
export const RUNNING = 1;
/** Bit of `leakscanFlags`: it was cancelled without a canceller: the next firing comes too late and is no error. */
export const SWALLOW_ONE = 2;
