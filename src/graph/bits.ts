import type { Workspace } from '../kernels/workspace.ts';

/** An empty set of ordinals, one bit each; in the arena of a workspace if there is one. */
export function bitsFor(count: number, workspace?: Pick<Workspace, 'arena'>): Uint8Array {
  const length = Math.floor(count / 8) + 1;
  return workspace?.arena.bytes(length).fill(0) ?? new Uint8Array(length);
}

export function hasBit(bits: Uint8Array, index: number): boolean {
  return ((bits[index >>> 3]! >> (index & 7)) & 1) === 1;
}

export function setBit(bits: Uint8Array, index: number): void {
  bits[index >>> 3]! |= 1 << (index & 7);
}

export function clearBit(bits: Uint8Array, index: number): void {
  bits[index >>> 3]! &= ~(1 << (index & 7));
}
