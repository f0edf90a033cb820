/** How long the teardown of a program from which edges were cut may take. */
const TEARDOWN_MS = 3000;

/**
 * Holds the verdict of a program as it is, before edges are cut from it: what goes wrong in it from then on comes from
 * the cuts, so no exception ends it any more, and its exit code stays.
 */
export class LeakscanSeal {
  #isSealed = false;

  get isSealed(): boolean {
    return this.#isSealed;
  }

  seal(): void {
    if (this.#isSealed) return;
    this.#isSealed = true;
    const { exitCode } = process;
    process.on('exit', () => {
      process.exitCode = exitCode;
    });
    if (!process.hasUncaughtExceptionCaptureCallback()) process.setUncaughtExceptionCaptureCallback(() => {});
  }

  /** Runs what the program does at its end; it has some time for it, and then the process ends. */
  async end(teardown: () => unknown): Promise<void> {
    const timer = setTimeout(() => process.exit(), TEARDOWN_MS);
    try {
      await teardown();
    } catch {
      // The cuts may have taken away what it needs.
    } finally {
      clearTimeout(timer);
    }
  }
}
