/** How serious an event is, the mildest first. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'critical'] as const;

export type LogLevel = (typeof logLevels)[number];

/** Is `a` at least as serious as `b`? */
export function isAtLeast(a: LogLevel, b: LogLevel): boolean {
  return logLevels.indexOf(a) >= logLevels.indexOf(b);
}
