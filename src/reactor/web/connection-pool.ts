import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { type Deferred, succeed } from '../../deferred/deferred.ts';

export interface PoolOptions {
  /** Keep connections for further requests? */
  readonly persistent?: boolean | undefined;
  /** Unused connections that are kept for each host. */
  readonly maxPersistentPerHost?: number | undefined;
  /** Seconds after which an unused connection is closed. */
  readonly cachedConnectionTimeout?: number | undefined;
}

/** Connections of an Agent. Holds unused ones until their time is up, or until it is closed. */
export class HTTPConnectionPool {
  readonly #plain: HttpAgent;
  readonly #encrypted: HttpsAgent;

  constructor(options: PoolOptions = {}) {
    const { persistent = true, maxPersistentPerHost = 2, cachedConnectionTimeout = 240 } = options;
    const settings = {
      keepAlive: persistent,
      maxFreeSockets: maxPersistentPerHost,
      timeout: cachedConnectionTimeout * 1000,
    };
    this.#plain = new HttpAgent(settings);
    this.#encrypted = new HttpsAgent(settings);
  }

  /** Node's agent for a scheme. */
  agentFor(protocol: 'http:' | 'https:'): HttpAgent {
    return protocol === 'https:' ? this.#encrypted : this.#plain;
  }

  /** Closes all connections that are not in use. */
  closeCachedConnections(): Deferred<void> {
    for (const agent of [this.#plain, this.#encrypted]) {
      for (const sockets of Object.values(agent.freeSockets))
        for (const socket of sockets ?? []) socket.destroy();
    }
    return succeed(undefined);
  }
}
