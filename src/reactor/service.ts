import { maybeDeferred } from '../deferred/deferred.ts';
import { DeferredList } from '../deferred/deferred-list.ts';
import { KeyError, RuntimeError } from './errors.ts';

/** Something that can be started and stopped, alone or as the child of a MultiService. */
export class Service {
  running = false;
  /** Name under which its parent knows it, or null. */
  name: string | null = null;
  /** Parent and child hold each other. */
  parent: MultiService | null = null;

  /** @throws RuntimeError when it has a parent. */
  setName(name: string | null): void {
    if (this.parent !== null) {
      throw new RuntimeError('A service that has a parent keeps its name. Disown it before.');
    }
    this.name = name;
  }

  /** Leaves its parent, if it has one, for another. A parent that runs starts it. */
  setServiceParent(parent: MultiService): void {
    if (this.parent !== null) this.disownServiceParent();
    this.parent = parent;
    parent.addService(this);
  }

  /**
   * Leaves its parent, which stops it if it runs: gives, and throws, what `stopService` does; else null.
   *
   * @throws RuntimeError without a parent.
   */
  disownServiceParent(): unknown {
    if (this.parent === null) throw new RuntimeError('This service has no parent to leave.');
    const stopped = this.parent.removeService(this);
    this.parent = null;
    return stopped;
  }

  /** What has to be done before `startService`. */
  privilegedStartService(): unknown {
    return undefined;
  }

  startService(): unknown {
    this.running = true;
    return undefined;
  }

  /** May return a Deferred or a promise, for which a parent waits. */
  stopService(): unknown {
    this.running = false;
    return undefined;
  }
}

/** Services that are started and stopped together. Holds its children. */
export class MultiService extends Service implements Iterable<Service> {
  readonly services: Service[] = [];
  readonly #serviceByName = new Map<string, Service>();

  /** @throws KeyError when there is none of that name. */
  getServiceNamed(name: string): Service {
    const service = this.#serviceByName.get(name);
    if (!service) throw new KeyError(`There is no service '${name}'.`);
    return service;
  }

  /** For `setServiceParent`. @throws RuntimeError when there is one of that name. */
  addService(service: Service): void {
    const { name } = service;
    if (name !== null) {
      if (this.#serviceByName.has(name)) {
        throw new RuntimeError(`There is a service '${name}' already. Give this one another name.`);
      }
      this.#serviceByName.set(name, service);
    }
    this.services.push(service);
    if (!this.running) return;
    service.privilegedStartService();
    service.startService();
  }

  /** For `disownServiceParent`. @throws KeyError, RangeError when it is no child of this. */
  removeService(service: Service): unknown {
    const { name } = service;
    if (name !== null && name !== '' && !this.#serviceByName.delete(name)) {
      throw new KeyError(`There is no service '${name}'.`);
    }
    const place = this.services.indexOf(service);
    if (place < 0) throw new RangeError('This service is no child of this parent.');
    this.services.splice(place, 1);
    return this.running ? service.stopService() : null;
  }

  override privilegedStartService(): unknown {
    for (const service of [...this.services]) service.privilegedStartService();
    return undefined;
  }

  /** Starts the children in the order in which they were added. */
  override startService(): unknown {
    super.startService();
    for (const service of [...this.services]) service.startService();
    return undefined;
  }

  /** Stops the children, the last one first; fires when all have stopped, with a pair for each. */
  override stopService(): DeferredList<unknown> {
    super.stopService();
    return new DeferredList(this.services.toReversed().map((one) => maybeDeferred(() => one.stopService())));
  }

  [Symbol.iterator](): Iterator<Service> {
    return this.services[Symbol.iterator]();
  }
}
