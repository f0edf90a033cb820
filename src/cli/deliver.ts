import { baselineText, readBaseline } from '../compare/baseline.ts';
import type { GateOptions } from '../gate/gate.ts';
import type { Report } from '../report/report.ts';
import { exitCodeOf } from './exit-code.ts';
import type { TypedOptions } from './options.ts';
import { OutputFiles } from './output-files.ts';
import { type Progress, progressOn, silentProgress } from './progress.ts';
import { type OutputSettings, type ReportFormat, resolveJudge, resolveOutput } from './resolve.ts';
import { writeAll } from './streams.ts';
import { type Terminal, terminalFor } from './terminal.ts';

/** What a command that ends with a verdict needs to make its report. */
export interface Assignment {
  readonly gateOptions: GateOptions;
  readonly output: OutputSettings;
  readonly progress: Progress;
  /** Loads the code that writes reports, for those who have to wait for something else anyway. */
  prepareReports(): void;
}

/**
 * The way of every command that ends with a verdict: open what will be written, make the report, write it to
 * stdout and to the files, and give the exit code. `inputs` are files that are read, so that none may be written.
 */
export async function deliver(
  inputs: readonly string[],
  options: TypedOptions,
  makeReport: (assignment: Assignment) => Promise<Report>,
): Promise<number> {
  const output = resolveOutput(options);
  const settings = resolveJudge(options);
  const today = new Date().toISOString().slice(0, 10);
  const baseline =
    settings.baselineFile === undefined
      ? undefined
      : readBaseline(settings.baselineFile, settings.updateBaseline);
  const files = new OutputFiles(
    [
      ...output.files.map(({ file }) => file),
      ...(baseline !== undefined && settings.updateBaseline ? [baseline.file] : []),
    ],
    inputs,
  );
  const stderr = terminalFor(process.stderr, output.color, process.env);
  const progress = output.detail === 'quiet' ? silentProgress : progressOn(process.stderr, stderr);
  try {
    const gateOptions: GateOptions = { ...settings, baseline, today };
    const report = await makeReport({
      gateOptions,
      output,
      progress,
      prepareReports: () => void loadReporters(),
    });
    progress.clear();
    const render = await renderer(report, output, settings.showIgnored);
    const stdout = terminalFor(process.stdout, output.color, process.env);
    await writeAll(process.stdout, 'standard output', render(output.format, stdout));
    const plain = terminalFor({}, false, {});
    for (const { format, file } of output.files) files.write(file, render(format, plain));
    // Without enough evidence a leak that was not seen may still be there: its entry must stay.
    if (
      report.baseline !== undefined &&
      settings.updateBaseline &&
      report.verdict.status !== 'inconclusive'
    ) {
      files.write(report.baseline.file, baselineText(report.baseline));
    }
    return exitCodeOf(report.verdict);
  } finally {
    progress.clear();
    files.close();
  }
}

async function renderer(
  report: Report,
  output: OutputSettings,
  showIgnored: boolean,
): Promise<(format: ReportFormat, terminal: Terminal) => string> {
  const [{ renderText }, { renderJson }] = await loadReporters();
  return (format, { paint, width }) => {
    switch (format) {
      case 'text':
        return renderText(report, { paint, width, detail: output.detail, showIgnored });
      case 'json':
        return renderJson(report);
    }
  };
}

function loadReporters() {
  return Promise.all([import('../report/text.ts'), import('../report/json.ts')]);
}
