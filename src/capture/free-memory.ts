import { freemem } from 'node:os';

/** Memory that this process may still take, of its container or the machine. Not all lines ask the container. */
export function freeMemoryBytes(): number {
  return (process as { availableMemory?: () => number }).availableMemory?.() ?? freemem();
}
