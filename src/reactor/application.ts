import type { Reactor } from './reactor.ts';
import { MultiService, type Service } from './service.ts';

/** The services of a program, under its name. */
export class Application extends MultiService {
  constructor(name: string) {
    super();
    this.name = name;
  }
}

/** Starts a service when the reactor runs, and stops it, waiting for its end, before the reactor shuts down. */
export function startApplication(
  service: Service,
  reactor: Pick<Reactor, 'callWhenRunning' | 'addSystemEventTrigger'>,
): void {
  reactor.callWhenRunning(() => {
    service.privilegedStartService();
    service.startService();
  });
  reactor.addSystemEventTrigger('before', 'shutdown', () => service.stopService());
}
