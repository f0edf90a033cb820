import type { Arena } from './arena.ts';
import { type Kernels, kernelsOf } from './kernels.ts';

/** An arena, the kernels that run over it, and room for their work. */
export class Workspace {
  readonly arena: Arena;
  readonly kernels: Kernels;

  private constructor(arena: Arena, kernels: Kernels) {
    this.arena = arena;
    this.kernels = kernels;
  }

  /** Undefined where there are no kernels. */
  static over(arena: Arena): Workspace | undefined {
    const kernels = kernelsOf(arena);
    return kernels === undefined ? undefined : new Workspace(arena, kernels);
  }

  /** Runs some work, and takes back what it allocated in the arena; its result must lie elsewhere. */
  readonly scratch = <T>(work: () => T): T => {
    const mark = this.arena.mark;
    try {
      return work();
    } finally {
      this.arena.release(mark);
    }
  };
}
