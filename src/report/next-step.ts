import type { Report } from './report.ts';

/** What to do after this verdict, a command where possible; undefined where there is nothing to do. */
export function nextStep(report: Report): string | undefined {
  const { command, target, verdict, findings } = report;
  const script = quoted(target.script);
  switch (verdict.status) {
    case 'fail':
      return 'change the program and repeat; --update-baseline accepts what is known';
    case 'inconclusive':
      if (command === 'attach') {
        return 'mend what kept leakscan from judging, named above, and watch the process again, for longer if need be';
      }
      if (command !== 'run') return 'leakscan run --save-snapshots heap <script>';
      if (target.mode === 'driven') {
        return 'make sure that the script runs on and the rounds succeed, then run the same command again';
      }
      if (/Unknown file extension "\.[cm]?tsx?"/.test(target.outcome)) {
        return 'run TypeScript with a Node that strips types (22.18 or later): --node <binary>; or with a loader: --node-arg=--import=tsx';
      }
      if (target.signal !== null || (target.exitCode ?? 0) !== 0) {
        return 'let the script run to its end without an error, then run the same command again';
      }
      return 'mend what kept leakscan from judging, named above, then run the same command again';
    case 'pass':
      if (command === 'analyze' && target.mode === 'snapshot') {
        return `take another snapshot of the process later, then: leakscan compare ${script} <later snapshot>`;
      }
      return (command === 'run' || command === 'attach') &&
        findings.some(({ confidence }) => confidence === 'possible')
        ? longerRun(report)
        : undefined;
  }
}

/** What shows in a longer run whether something leaks. */
function longerRun({ target }: Report): string {
  const script = quoted(target.script);
  switch (target.mode) {
    case 'scenario':
      return `leakscan run --rounds 11,13,17,29,41 --verbose ${script}`;
    case 'driven':
      return 'repeat with more rounds: --rounds 11,13,17,29,41';
    case 'attach':
      return 'watch the process again for longer (--duration), or drive it with --url or --drive';
    case 'timed':
      return 'repeat with a longer --duration, and with the script at work';
    default:
      return 'repeat with more work for the script, or let it export iterate() and run round by round';
  }
}

/** A word as a shell takes it back. */
function quoted(word: string): string {
  return /^[\w./:@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
