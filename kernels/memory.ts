/** Element `index` of an array of 32-bit numbers at `base`. */
export function get(base: usize, index: u32): u32 {
  return load<u32>(base + ((<usize>index) << 2));
}

export function set(base: usize, index: u32, value: u32): void {
  store<u32>(base + ((<usize>index) << 2), value);
}

export function hasBit(bits: usize, index: u32): bool {
  return ((<u32>load<u8>(bits + (index >>> 3)) >>> (index & 7)) & 1) !== 0;
}

export function setBit(bits: usize, index: u32): void {
  const at = bits + (index >>> 3);
  store<u8>(at, <u8>(<u32>load<u8>(at) | (1 << (index & 7))));
}
