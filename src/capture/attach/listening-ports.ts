import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** State of a socket that listens, in the tables of Linux. */
const LISTENS = '0A';

/** Ports on which a process listens; undefined where the system does not tell. */
export function listeningPorts(pid: number): number[] | undefined {
  try {
    const own = new Set(
      readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
        const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1];
        return inode ?? [];
      }),
    );
    return ['tcp', 'tcp6'].flatMap((table) =>
      portsIn(readFileSync(`/proc/${pid}/net/${table}`, 'utf8'), own),
    );
  } catch {
    return undefined;
  }
}

/** Descriptors may be closed while they are listed. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function portsIn(table: string, inodes: ReadonlySet<string>): number[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((row) => {
      const fields = row.trim().split(/\s+/);
      const [, address = '', , state] = fields;
      if (state !== LISTENS || !inodes.has(fields[9] ?? '')) return [];
      return Number.parseInt(address.split(':')[1] ?? '', 16);
    });
}
