import { Deferred } from '../../deferred/deferred.ts';
import type { DelayedCall } from '../../deferred/delayed-call.ts';
import type { Site } from './site.ts';

/** What a site remembers of one client. Held by the site until it expires. */
export class Session {
  readonly uid: string;
  /** Whatever the program keeps in it. */
  readonly values = new Map<string, unknown>();
  readonly #site: Site;
  #expiry: DelayedCall;
  readonly #waiting: Deferred<void>[] = [];

  constructor(site: Site, uid: string) {
    this.uid = uid;
    this.#site = site;
    this.#expiry = site.clock.callLater(site.sessionSeconds, () => this.expire());
  }

  /** The client was here: the time begins anew. */
  touch(): void {
    if (this.#expiry.active()) this.#expiry.reset(this.#site.sessionSeconds);
  }

  /** Fires when it expires. */
  notifyOnExpire(): Deferred<void> {
    const waiting = new Deferred<void>();
    this.#waiting.push(waiting);
    return waiting;
  }

  /** Ends it now. */
  expire(): void {
    if (this.#expiry.active()) this.#expiry.cancel();
    this.#site.sessions.delete(this.uid);
    for (const waiting of this.#waiting.splice(0)) waiting.callback(undefined);
  }
}
