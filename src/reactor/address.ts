import type { AddressInfo } from 'node:net';

/** An end of a TCP connection, or a place for datagrams. */
export interface InternetAddress {
  readonly type: 'TCP' | 'UDP';
  readonly family: 'IPv4' | 'IPv6';
  readonly host: string;
  readonly port: number;
}

/** An end of a UNIX connection; the name is null for an end without a path. */
export interface UNIXAddress {
  readonly type: 'UNIX';
  readonly name: string | null;
}

/** The pipes of a child process, or the standard streams. */
export interface PipeAddress {
  readonly type: 'pipe';
}

export type Address = InternetAddress | UNIXAddress | PipeAddress;

/** The address of pipes: there is only one. */
export const pipeAddress: PipeAddress = { type: 'pipe' };

/** Address from what Node says about an end. */
export function internetAddress(type: 'TCP' | 'UDP', host: string, port: number): InternetAddress {
  return { type, family: host.includes(':') ? 'IPv6' : 'IPv4', host, port };
}

/** Address of a server: Node gives a path for UNIX sockets, and nothing before and after it listens. */
export function listeningAddress(address: AddressInfo | string | null): Address | null {
  if (address === null) return null;
  if (typeof address === 'string') return { type: 'UNIX', name: address };
  return internetAddress('TCP', address.address, address.port);
}

/** The address as people write it. */
export function addressText(address: Address): string {
  if (address.type === 'UNIX') return address.name ?? 'a UNIX socket';
  if (address.type === 'pipe') return 'a pipe';
  return address.family === 'IPv6' ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}
