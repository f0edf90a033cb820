/*
 * Runs in the hooks thread of Node lines without `module.registerHooks`, which takes `resolve` before it calls
 * `initialize`.
 */
import { resolverOf } from './resolve-leakscan.ts';

type Resolve = ReturnType<typeof resolverOf>;

let resolveRunning: Resolve;

export function initialize(running: Readonly<Record<string, string>>): void {
  resolveRunning = resolverOf(running);
}

export const resolve: Resolve = (...request) => resolveRunning(...request);
