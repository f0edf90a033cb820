import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import type { Arena } from './arena.ts';

/** A function of so many numbers. */
type Kernel<Length extends number> = (...args: Numbers<Length>) => number;
type Numbers<Length extends number, List extends number[] = []> = List['length'] extends Length
  ? List
  : Numbers<Length, [...List, number]>;

/**
 * What `kernels/` exports. Arrays are addresses in the arena; what each argument means stands with the kernel.
 * Unsigned results come as signed numbers.
 */
export interface Kernels {
  nodeRows: Kernel<3>;
  edgeRows: Kernel<3>;
  locationRows: Kernel<3>;
  plainStrings: Kernel<3>;
  ephemeronNames: Kernel<10>;
  edgesNamed: Kernel<13>;
  nodesNamed: Kernel<6>;
  strongBits: Kernel<15>;
  breadthFirst: Kernel<7>;
  devtoolsBreadthFirst: Kernel<14>;
  mark: Kernel<11>;
  selfOwners: Kernel<8>;
  owners: Kernel<9>;
  moveSizes: Kernel<5>;
  depthFirst: Kernel<12>;
  semiNca: Kernel<8>;
  sum: Kernel<2>;
  addRetained: Kernel<4>;
  addRetained32: Kernel<4>;
  components: Kernel<8>;
  countRetainers: Kernel<5>;
  placeRetainers: Kernel<5>;
}

/** Made by `npm run build`; the same place whether this runs from `src` or from `dist`. */
const FILE = new URL('../../dist/kernels/kernels.wasm', import.meta.url);

let compiled: WebAssembly.Module | undefined;
let isMissing = false;

/**
 * The compiled kernels, or undefined where there are none: everything then runs in plain JavaScript. Takes some
 * milliseconds when it is called first.
 */
export function compileKernels(): WebAssembly.Module | undefined {
  if (compiled !== undefined || isMissing) return compiled;
  try {
    compiled = compileFully(readFileSync(FILE));
  } catch {
    isMissing = true;
  }
  return compiled;
}

/** The kernels over the memory of an arena; undefined where there are none. */
export function kernelsOf(arena: Arena): Kernels | undefined {
  const module = compileKernels();
  if (module === undefined) return undefined;
  const instance = new WebAssembly.Instance(module, { env: { memory: arena.memory } });
  return instance.exports as unknown as Kernels;
}

/**
 * V8 compiles WebAssembly function by function, each quickly when it is first called and well when it was called often: one
 * that is called once and runs for a second would stay as it is. Without these two habits all of the module is compiled
 * well while the first bytes are read, which saves a sixth of the time.
 */
function compileFully(bytes: Uint8Array): WebAssembly.Module {
  for (const habit of HABITS) setFlagsFromString(`--no-${habit}`);
  try {
    return new WebAssembly.Module(bytes);
  } finally {
    for (const habit of HABITS) setFlagsFromString(`--${habit}`);
  }
}

const HABITS = ['wasm-lazy-compilation', 'wasm-dynamic-tiering'];
