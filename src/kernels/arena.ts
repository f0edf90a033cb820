const PAGE_BYTES = 65_536;
/** 32-bit WebAssembly can address no more. */
const MAX_PAGES = 65_536;
/** The low addresses are for the tables of the kernels themselves; 0 is no address. */
const FIRST_ADDRESS = 1 << 14;
const ALIGNMENT = 8;

/**
 * One memory for the columns of a heap, shared between JavaScript, the WebAssembly kernels and their threads.
 *
 * Arrays are views at growing addresses (`byteOffset` is the address) and live as long as the arena. Memory that was
 * never written takes no room. What was allocated last can be given back with `release`, to be used again.
 */
export class Arena {
  readonly memory: WebAssembly.Memory;
  #used = FIRST_ADDRESS;
  /** Everything above this address is for those who reserve it. */
  #reservedFrom: number | undefined;
  #reserved = 0;

  /** Throws a RangeError when the machine has not even the address space. */
  constructor() {
    this.memory = new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES, shared: true });
  }

  bytes(length: number): Uint8Array {
    const address = this.#allocate(length);
    return new Uint8Array(this.memory.buffer, address, length);
  }

  uint32(length: number): Uint32Array {
    const address = this.#allocate(length * 4);
    return new Uint32Array(this.memory.buffer, address, length);
  }

  int32(length: number): Int32Array {
    const address = this.#allocate(length * 4);
    return new Int32Array(this.memory.buffer, address, length);
  }

  float64(length: number): Float64Array {
    const address = this.#allocate(length * 8);
    return new Float64Array(this.memory.buffer, address, length);
  }

  /** Where the next array will be placed; to be passed to `release`. */
  get mark(): number {
    return this.#used;
  }

  /** Gives back everything that was allocated since the mark. Its contents stay until somebody writes there. */
  release(mark: number): void {
    this.#used = mark;
  }

  /** Would that many bytes still fit? */
  hasRoom(bytes: number): boolean {
    return this.#used + bytes + PAGE_BYTES <= MAX_PAGES * PAGE_BYTES;
  }

  /** Sets bytes aside for somebody who will allocate them later; false when they may not be there by then. */
  reserve(bytes: number): boolean {
    this.#reservedFrom ??= this.#used;
    if (this.#reservedFrom + this.#reserved + bytes + PAGE_BYTES > MAX_PAGES * PAGE_BYTES) return false;
    this.#reserved += bytes;
    return true;
  }

  /** Throws a RangeError when 4 GiB are not enough. */
  #allocate(bytes: number): number {
    const address = Math.ceil(this.#used / ALIGNMENT) * ALIGNMENT;
    const pages = Math.ceil((address + bytes) / PAGE_BYTES) - this.memory.buffer.byteLength / PAGE_BYTES;
    if (pages > 0) this.memory.grow(pages);
    this.#used = address + bytes;
    return address;
  }
}
