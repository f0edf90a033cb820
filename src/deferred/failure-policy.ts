import type { Deferred } from './deferred.ts';
import { AssertionError } from './errors.ts';
import type { Failure } from './failure.ts';
import { expectHandling, type UnhandledFailure } from './unhandled-failures.ts';

/**
 * What happens to the error of a failure that ended a chain and that nobody has taken yet. Until its stack
 * is read an error keeps the receivers and closures of its frames alive.
 *
 * - `keep`: nothing; frames are held until somebody reads the stack or drops the error.
 * - `text`: its stack, and those of its causes, become text at once. The default.
 * - `batch`: the same, for all that are still alive, every quarter of a second.
 * - `eager`: the same at once, and `cause`, `errors` and all objects among its own properties become text.
 */
export type FailurePolicy = 'keep' | 'text' | 'batch' | 'eager';

const policies: readonly string[] = ['keep', 'text', 'batch', 'eager'] satisfies FailurePolicy[];

/** Time between two batches, in milliseconds. */
const BATCH_INTERVAL_MS = 250;

let processPolicy: FailurePolicy = 'text';

/** Sets the policy of the process, for chains that end from now on. */
export function setFailurePolicy(policy: FailurePolicy): void {
  processPolicy = checkPolicy(policy);
}

/** The policy of the process. */
export function getFailurePolicy(): FailurePolicy {
  return processPolicy;
}

/** The policy itself. @throws AssertionError when there is none of this name. */
export function checkPolicy(policy: FailurePolicy): FailurePolicy {
  if (policies.includes(policy)) return policy;
  throw new AssertionError(`There is no failure policy '${policy}'. Choose one of ${policies.join(', ')}.`);
}

/** Cleans the failure that ended the chain of a Deferred, as the policy says, and puts it on record. */
export function settleFailure(deferred: Deferred<unknown>, failure: Failure): void {
  const policy = deferred.leakscanTrace?.policy ?? processPolicy;
  if (policy === 'text' || policy === 'eager') failure.cleanFailure();
  if (policy === 'eager') replaceByText(failure.value);
  const report = expectHandling(deferred, failure);
  if (policy === 'batch') joinBatch(failure, report);
}

interface BatchEntry {
  readonly failure: WeakRef<Failure>;
  readonly report: UnhandledFailure;
}

let batch: BatchEntry[] = [];
let batchTimer: unknown = null;

function joinBatch(failure: Failure, report: UnhandledFailure): void {
  batch.push({ failure: new WeakRef(failure), report });
  if (batchTimer !== null) return;
  batchTimer = setTimeout(cleanBatch, BATCH_INTERVAL_MS);
  (batchTimer as { unref?(): void }).unref?.();
}

/** Cleans what waits for the next batch now. */
export function cleanBatch(): void {
  clearTimeout(batchTimer as ReturnType<typeof setTimeout>);
  batchTimer = null;
  const entries = batch;
  batch = [];
  for (const { failure, report } of entries) {
    const alive = failure.deref();
    if (alive === undefined) continue;
    alive.cleanFailure();
    report.stack = alive.leakscanStack ?? '';
  }
}

/** Puts text in the place of each object that an error refers to. The failures inside a FirstError or FailureGroup stay. */
function replaceByText(error: unknown): void {
  if (typeof error !== 'object' || error === null) return;
  for (const key of Reflect.ownKeys(error)) {
    try {
      const value: unknown = Reflect.get(error, key);
      if (
        key === 'subFailure' ||
        key === 'failures' ||
        ((typeof value !== 'object' || value === null) && typeof value !== 'function')
      )
        continue;
      Reflect.set(error, key, Array.isArray(value) ? value.map(String) : String(value));
    } catch {
      // A property that cannot be read or written stays as it is.
    }
  }
}
