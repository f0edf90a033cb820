import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';

const LOOK_MS = 25;
/** What keeps a process of a server alive, as Node names it. */
const LISTENERS = ['TCPServerWrap', 'UDPWRAP'];
/** A program that has done next to nothing for so long has finished its start, whether it listens or not. */
const IDLE_MS = 1000;
const IDLE_SHARE = 0.05;
/** Longer than this a program is not waited for. */
const MOST_MS = 30_000;

/** Resolves when this process listens on a port or has been idle for a second, but for what leakscan asks of it. */
export async function untilServing(): Promise<void> {
  const begun = performance.now();
  let idleSince = begun;
  let last = performance.eventLoopUtilization();
  while (performance.now() - begun < MOST_MS) {
    if (process.getActiveResourcesInfo().some((name) => LISTENERS.includes(name))) return;
    await pause(LOOK_MS, undefined, { ref: false });
    const now = performance.eventLoopUtilization();
    if (performance.eventLoopUtilization(now, last).utilization > IDLE_SHARE) idleSince = performance.now();
    else if (performance.now() - idleSince >= IDLE_MS) return;
    last = now;
  }
}
