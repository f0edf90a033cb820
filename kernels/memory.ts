/** Element `index` of an array of 32-bit numbers at `base`. */
@inline
export function get(base: usize, index: u32): u32 {
  return load<u32>(base + ((<usize>index) << 2));
}

@inline
export function set(base: usize, index: u32, value: u32): void {
  store<u32>(base + ((<usize>index) << 2), value);
}

@inline
export function hasBit(bits: usize, index: u32): bool {
  return ((<u32>load<u8>(bits + (index >>> 3)) >>> (index & 7)) & 1) != 0;
}

@inline
export function setBit(bits: usize, index: u32): void {
  const at = bits + (index >>> 3);
  store<u8>(at, <u8>(<u32>load<u8>(at) | (1 << (index & 7))));
}
