import { MultiService, Service } from '../../src/reactor/service.ts';
import type { Operation } from './operations.ts';

type F = (() => unknown) | null | undefined;

/** A service that does what its base class does, and then what the program wants. */
class ProgramService extends Service {
  readonly #start: F;
  readonly #stop: F;
  readonly #privileged: F;

  constructor(start: F, stop: F, privileged: F) {
    super();
    this.#start = start;
    this.#stop = stop;
    this.#privileged = privileged;
  }

  override privilegedStartService(): unknown {
    super.privilegedStartService();
    return this.#privileged?.();
  }

  override startService(): unknown {
    super.startService();
    return this.#start?.();
  }

  override stopService(): unknown {
    super.stopService();
    return this.#stop?.();
  }
}

/** The operations of the area `service`. */
export const serviceOperations: Record<string, Operation> = {
  service: (program, label: string, start: F, stop: F, privileged: F) => {
    const service = new ProgramService(start, stop, privileged);
    program.encoder.name(service, label);
    return service;
  },
  multi: () => new MultiService(),
  setParent: (_, service: Service, parent: MultiService) => service.setServiceParent(parent),
  disown: (_, service: Service) => service.disownServiceParent(),
  setName: (_, service: Service, name: string) => service.setName(name),
  named: (_, parent: MultiService, name: string) => parent.getServiceNamed(name),
  services: (_, parent: MultiService) => [...parent],
  startService: (_, service: Service) => service.startService(),
  privStart: (_, service: Service) => service.privilegedStartService(),
  stopService: (_, service: Service) => service.stopService(),
  running: (_, service: Service) => service.running,
};
