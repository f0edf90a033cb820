import { lookup } from 'node:dns';
import { isIP } from 'node:net';
import { Deferred, succeed } from '../deferred/deferred.ts';
import { withoutFrames } from '../deferred/error-class.ts';
import { DNSLookupError } from './errors.ts';

/** Finds the address of a host. */
export interface Resolver {
  /** Fires with an address as text, or fails with DNSLookupError. */
  getHostByName(name: string): Deferred<string>;
}

/** The resolver of the system, which prefers IPv4. */
export const systemResolver: Resolver = {
  getHostByName(name) {
    if (isIP(name) !== 0) return succeed(name);
    const found = new Deferred<string>();
    lookup(name, { family: 0, order: 'ipv4first' } as never, (error, address) => {
      if (found.called) return;
      if (error === null) {
        found.callback(String(address));
        return;
      }
      found.errback(
        withoutFrames(() => new DNSLookupError(`There is no address for '${name}'.`, { cause: error })),
      );
    });
    return found;
  },
};
