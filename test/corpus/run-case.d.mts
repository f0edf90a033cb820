import type { Report } from '../../src/report/report.ts';

export interface LeakscanRun {
  readonly report?: Report;
  readonly code: number | null;
  readonly seconds: number;
  readonly problem?: string;
}

export function nodeOfLine(line: string): string;
export function runLeakscan(
  program: string,
  options: {
    readonly node: string;
    readonly mode: 'scenario' | 'script' | 'snapshots';
    readonly rounds?: number | undefined;
    readonly timeoutMs?: number;
    readonly args?: readonly string[];
    readonly leakscan?: string | undefined;
  },
): Promise<LeakscanRun>;
