import { expect } from 'vitest';
import type { MeasureOptions } from './measure.ts';
import { toLeak } from './to-leak.ts';

expect.extend({ toLeak });

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: the declaration that is merged with says so
  interface Matchers<T = any> {
    /** `await expect(work).not.toLeak()`: calls `work` again and again and looks at what stayed on the heap. */
    toLeak(options?: MeasureOptions): Promise<T>;
  }
}
