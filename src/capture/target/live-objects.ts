import { type Runtime, Session } from 'node:inspector';
import type { HeapObjectId } from '../../shared/ids.ts';
import type { LiveObject, LiveScope, LiveVariable, ScriptPosition } from '../live-object.ts';

/** Each object costs a walk over the heap. */
const MAX_OBJECTS = 20;
const MAX_SCOPES = 8;
const MAX_VARIABLES = 40;
/** So many objects are looked for among all those of a class rather than one by one; of plain objects there are too many. */
const WORTH_A_WALK = 4;
/** Objects of one class that are looked through for those that are to be found. */
const MAX_ALIKE = 20_000;
/** What the inspector hands out is held strongly until its group is released. */
const GROUP = 'leakscan';

/**
 * Asks V8's inspector about this process. Everything asked here is answered at once, without a turn of the
 * event loop.
 *
 * Once begun, the session is never ended, as V8 would forget all ids. It makes V8 keep the arguments of `console`
 * calls, so it is begun when the snapshots are taken.
 */
export class LeakscanInspection {
  static #only: LeakscanInspection | undefined;
  readonly #session = new Session();

  /** Lets `work` ask, and lets go of the objects that were handed out. */
  static hold<T>(work: (inspection: LeakscanInspection) => T): T {
    if (LeakscanInspection.#only === undefined) {
      LeakscanInspection.#only = new LeakscanInspection();
      LeakscanInspection.#only.#session.connect();
    }
    try {
      return work(LeakscanInspection.#only);
    } finally {
      LeakscanInspection.#only.ask('Runtime.releaseObjectGroup', { objectGroup: GROUP });
      LeakscanInspection.#only.ask('Runtime.discardConsoleEntries', {});
    }
  }

  /** The inspector's handle for a heap object; undefined when it is gone or not for JavaScript to see, as Contexts are. */
  find(id: HeapObjectId): Runtime.RemoteObject | undefined {
    const parameters = { objectId: String(id), objectGroup: GROUP };
    try {
      return this.ask<{ result: Runtime.RemoteObject }>('HeapProfiler.getObjectByHeapObjectId', parameters)
        .result;
    } catch {
      return undefined;
    }
  }

  /**
   * The same for many objects. A class is walked once for all its objects, as each `find` is a walk over the heap.
   */
  findAll(ids: readonly HeapObjectId[]): ReadonlyMap<HeapObjectId, Runtime.RemoteObject> {
    const found = new Map<HeapObjectId, Runtime.RemoteObject>();
    const missing = new Set(ids);
    for (const id of missing) {
      missing.delete(id);
      const object = this.find(id);
      if (object?.objectId === undefined) continue;
      found.set(id, object);
      if (missing.size >= WORTH_A_WALK && object.className !== 'Object') {
        for (const like of this.#likeThis(object.objectId)) {
          const likeId = this.heapId(like);
          if (likeId !== null && missing.delete(likeId)) found.set(likeId, like);
        }
      }
    }
    return found;
  }

  /** All objects with the same prototype, and those that inherit from it. */
  #likeThis(objectId: string): readonly Runtime.RemoteObject[] {
    try {
      const prototype = this.properties(objectId).internalProperties?.find(
        ({ name }) => name === '[[Prototype]]',
      )?.value?.objectId;
      if (prototype === undefined) return [];
      const { objects } = this.ask<{ objects: Runtime.RemoteObject }>('Runtime.queryObjects', {
        prototypeObjectId: prototype,
        objectGroup: GROUP,
      });
      const elements = this.properties(objects.objectId!).result.slice(0, MAX_ALIKE);
      return elements.flatMap(({ value }) => (value?.objectId === undefined ? [] : [value]));
    } catch {
      return [];
    }
  }

  /** Null for primitives and for objects that no mark or snapshot has seen. */
  heapId(object: Runtime.RemoteObject | undefined): HeapObjectId | null {
    if (object?.objectId === undefined) return null;
    const parameters = { objectId: object.objectId };
    const answer = this.ask<{ heapSnapshotObjectId: string }>('HeapProfiler.getHeapObjectId', parameters);
    return (Number(answer.heapSnapshotObjectId) || null) as HeapObjectId | null;
  }

  properties(objectId: string): Runtime.GetPropertiesReturnType {
    return this.ask('Runtime.getProperties', { objectId, ownProperties: true });
  }

  /** Throws what the inspector answers with an error. */
  ask<T>(method: string, parameters: object): T {
    let failure: Error | null = new Error(`${method} was not answered at once`);
    let answer: unknown;
    this.#session.post(method, parameters, (error: Error | null, result?: object) => {
      failure = error;
      answer = result;
    });
    if (failure !== null) throw new Error(`${method}: ${(failure as Error).message}`);
    return answer as T;
  }
}

/** What is to be learned about these objects, in their order; those that are gone are left out, as are all beyond the twentieth. */
export function lookAt(ids: readonly HeapObjectId[]): readonly LiveObject[] {
  return LeakscanInspection.hold((inspection) =>
    ids.slice(0, MAX_OBJECTS).flatMap((id) => {
      const object = inspection.find(id);
      return object?.objectId === undefined ? [] : [describe(inspection, id, object)];
    }),
  );
}

/** Text of a script by the id that snapshots use, also of `eval` and standard input; null when V8 has none. */
export function scriptSource(scriptId: number): string | null {
  return LeakscanInspection.hold((inspection) => {
    try {
      inspection.ask('Debugger.enable', {});
      const parameters = { scriptId: String(scriptId) };
      return inspection.ask<{ scriptSource: string }>('Debugger.getScriptSource', parameters).scriptSource;
    } catch {
      return null;
    }
  });
}

function describe(
  inspection: LeakscanInspection,
  id: HeapObjectId,
  object: Runtime.RemoteObject,
): LiveObject {
  const internals = new Map<string, Runtime.RemoteObject | undefined>();
  const { internalProperties = [] } = inspection.properties(object.objectId!);
  for (const { name, value } of internalProperties) internals.set(name, value);
  const scopes = internals.get('[[Scopes]]');
  return {
    id,
    className: object.className ?? object.type,
    ...defined('promiseState', internals.get('[[PromiseState]]')?.value),
    ...defined('generatorState', internals.get('[[GeneratorState]]')?.value),
    ...defined('suspendedAt', position(internals.get('[[GeneratorLocation]]'))),
    ...defined('functionAt', position(internals.get('[[FunctionLocation]]'))),
    ...defined('scopes', scopes?.objectId && scopesOf(inspection, scopes.objectId)),
  };
}

function defined<Key extends keyof LiveObject>(key: Key, value: unknown): Partial<Pick<LiveObject, Key>> {
  return value === undefined ? {} : ({ [key]: value } as Partial<Pick<LiveObject, Key>>);
}

function position(location: Runtime.RemoteObject | undefined): ScriptPosition | undefined {
  if (location === undefined) return undefined;
  const { scriptId, lineNumber, columnNumber } = location.value;
  return { scriptId: Number(scriptId), line: lineNumber, column: columnNumber };
}

function scopesOf(inspection: LeakscanInspection, objectId: string): readonly LiveScope[] {
  const scopes = inspection
    .properties(objectId)
    .result.filter(({ value }) => value?.description !== 'Global');
  return scopes.slice(0, MAX_SCOPES).flatMap(({ value }) => {
    if (value?.objectId === undefined) return [];
    const variables = inspection.properties(value.objectId).result;
    return {
      name: value.description ?? '',
      variables: variables.slice(0, MAX_VARIABLES).map((variable) => variableOf(inspection, variable)),
      isCut: variables.length > MAX_VARIABLES,
    };
  });
}

function variableOf(inspection: LeakscanInspection, variable: Runtime.PropertyDescriptor): LiveVariable {
  const { name, value } = variable;
  return { name, type: value?.className ?? value?.type ?? 'unknown', id: inspection.heapId(value) };
}
