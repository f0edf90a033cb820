import type { Deferred } from '../deferred/deferred.ts';
import { type LiveCounts, runtime } from '../deferred/live-deferreds.ts';
import { logFailure } from '../deferred/log-failure.ts';
import { LoopingCall } from '../deferred/looping-call.ts';
import { reactor as defaultReactor } from './default-reactor.ts';
import type { ListeningPort } from './listening-port.ts';
import { Logger } from './log/logger.ts';
import type { Reactor } from './reactor.ts';
import { Service } from './service.ts';
import type { Request } from './web/request.ts';
import { Resource } from './web/resource.ts';
import { Site } from './web/site.ts';

/** What lived in the process at a moment. */
export interface MonitorReport extends LiveCounts {
  readonly delayedCalls: number;
  readonly openConnections: number;
  readonly openPorts: number;
  readonly heapUsedBytes: number;
  readonly heapTotalBytes: number;
  readonly externalBytes: number;
}

export interface MonitorOptions {
  readonly reactor?: Reactor | undefined;
  /** Seconds between two reports. */
  readonly interval?: number | undefined;
  /** Port on 127.0.0.1 where the numbers can be read as Prometheus text; none when it is left out. */
  readonly port?: number | undefined;
  /** Log a line for each report? */
  readonly log?: boolean | undefined;
}

const log = new Logger('leakscan.reactor.monitor');

/**
 * Reports, again and again, how many Deferreds live, wait and have failed, what is scheduled and open, and how
 * large the heap is: to its listeners, as a line in the log, and as Prometheus text. While it runs the runtime
 * keeps track of its Deferreds, which costs something for each.
 */
export class Monitor extends Service {
  readonly #reactor: Reactor;
  readonly #interval: number;
  readonly #port: number | undefined;
  readonly #logs: boolean;
  readonly #listeners = new Set<(report: MonitorReport) => void>();
  #loop: LoopingCall | null = null;
  #listening: ListeningPort | null = null;

  constructor(options: MonitorOptions = {}) {
    super();
    this.#reactor = options.reactor ?? defaultReactor;
    this.#interval = options.interval ?? 10;
    this.#port = options.port;
    this.#logs = options.log ?? true;
  }

  /** Calls `listener` with each report; returns the function that ends this. */
  onReport(listener: (report: MonitorReport) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The numbers of this moment. */
  report(): MonitorReport {
    const { connections, ports } = this.#reactor.openThings();
    const { heapUsed, heapTotal, external } = process.memoryUsage();
    return {
      ...runtime.stats(),
      delayedCalls: this.#reactor.getDelayedCalls().length,
      openConnections: connections.length,
      openPorts: ports.length,
      heapUsedBytes: heapUsed,
      heapTotalBytes: heapTotal,
      externalBytes: external,
    };
  }

  /** The port of the Prometheus text; null without one. */
  get port(): ListeningPort | null {
    return this.#listening;
  }

  override startService(): unknown {
    super.startService();
    runtime.track(true);
    this.#loop = new LoopingCall(() => this.#tell());
    this.#loop.clock = this.#reactor;
    this.#loop.start(this.#interval).addErrback((failure) => logFailure(failure, 'The monitor has ended.'));
    if (this.#port !== undefined) {
      const site = new Site(new MetricsResource(this), { clock: this.#reactor });
      site.noisy = false;
      this.#listening = this.#reactor.listenTCP(this.#port, site, { interface: '127.0.0.1' });
    }
    return undefined;
  }

  override stopService(): Deferred<void> | undefined {
    super.stopService();
    runtime.track(false);
    if (this.#loop?.running) this.#loop.stop();
    this.#loop = null;
    const listening = this.#listening;
    this.#listening = null;
    return listening?.stopListening();
  }

  #tell(): void {
    const report = this.report();
    if (this.#logs) log.info(logLine, { ...report });
    for (const listener of this.#listeners) listener(report);
  }
}

const logLine =
  'deferreds: {live} live, {pending} pending, {waiting} waiting, {failed} failed, {inLine} in line; ' +
  '{queued} values queued, {delayedCalls} delayed calls, {openConnections} connections, heap {heapUsedBytes} bytes';

class MetricsResource extends Resource {
  override isLeaf = true;
  readonly #monitor: Monitor;

  constructor(monitor: Monitor) {
    super();
    this.#monitor = monitor;
  }

  render_GET(request: Request): string {
    request.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8');
    return prometheusText(this.#monitor.report());
  }
}

/** A report in the text format of Prometheus. */
export function prometheusText(report: MonitorReport): string {
  const gauges: [name: string, help: string, value: number][] = [
    ['leakscan_deferreds_live', 'Deferreds that were not collected yet.', report.live],
    ['leakscan_deferreds_pending', 'Deferreds that were not fired yet.', report.pending],
    ['leakscan_deferreds_waiting', 'Deferreds that wait for another.', report.waiting],
    ['leakscan_deferreds_failed', 'Deferreds with a failure that nobody has taken.', report.failed],
    ['leakscan_deferreds_in_line', 'Deferreds in the lines of locks, semaphores and queues.', report.inLine],
    ['leakscan_queued_values', 'Values in queues that nobody has taken.', report.queued],
    ['leakscan_delayed_calls', 'Calls that wait for their time.', report.delayedCalls],
    ['leakscan_open_connections', 'Open connections.', report.openConnections],
    ['leakscan_open_ports', 'Open ports.', report.openPorts],
    ['leakscan_heap_used_bytes', 'Bytes of the heap that are in use.', report.heapUsedBytes],
    ['leakscan_heap_total_bytes', 'Bytes of the heap.', report.heapTotalBytes],
    ['leakscan_external_bytes', 'Bytes outside of the heap that objects in it hold.', report.externalBytes],
  ];
  return gauges
    .map(([name, help, value]) => `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${name} ${value}\n`)
    .join('');
}
