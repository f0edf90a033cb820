import type { Report } from './report.ts';

/** What to do after this verdict, a command where possible; undefined where there is nothing to do. */
export function nextStep(report: Report): string | undefined {
  const { command, target, verdict, findings } = report;
  const script = quoted(target.script);
  switch (verdict.status) {
    case 'fail':
      return 'change the program and repeat; --update-baseline accepts what is known';
    case 'inconclusive':
      if (command !== 'run') return 'leakscan run --save-snapshots heap <script>';
      if (target.signal !== null || (target.exitCode ?? 0) !== 0) {
        return 'let the script run to its end without an error, then run the same command again';
      }
      return target.mode === 'scenario' || target.mode === 'driven'
        ? `leakscan run --rounds 7,11,13 --verbose ${script}`
        : `leakscan run --duration 60s --verbose ${script}`;
    case 'pass':
      if (command === 'analyze' && target.mode === 'snapshot') {
        return `take another snapshot of the process later, then: leakscan compare ${script} <later snapshot>`;
      }
      if (command === 'run' && findings.length > 0)
        return `leakscan run --rounds 7,11,13 --verbose ${script}`;
      return undefined;
  }
}

/** A word as a shell takes it back. */
function quoted(word: string): string {
  return /^[\w./:@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
