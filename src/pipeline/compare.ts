import type { GateOptions } from '../gate/gate.ts';
import type { Report } from '../report/report.ts';
import { InputError } from '../shared/errors.ts';
import { compareHeaps, compareReports, type NamedHeap } from './compared.ts';
import { conclude, targetOfFile } from './conclusion.ts';
import { openInput, type SnapshotInput } from './inputs.ts';
import { readGraph } from './looks.ts';
import type { Watch } from './watch.ts';

/**
 * Says what changed between heaps or between reports, oldest first.
 *
 * @throws InputError when one cannot be read, or when snapshots are mixed with reports
 */
export async function compare(
  paths: readonly string[],
  gateOptions: GateOptions,
  watch: Watch,
): Promise<Report> {
  const inputs = await Promise.all(paths.map(openInput));
  const snapshots = inputs.filter((input) => input.kind === 'snapshot');
  const reports = inputs.filter((input) => input.kind === 'report');
  if (snapshots.length > 0 && reports.length > 0) {
    throw new InputError(
      `${snapshots[0]?.name} is a snapshot and ${reports[0]?.name} a report; these cannot be compared.`,
      'Pass snapshots only, or JSON reports only.',
    );
  }
  const compared =
    reports.length > 0 ? compareReports(reports) : compareHeaps(await readHeaps(snapshots, watch));
  const target = targetOfFile(paths.at(-1) ?? '');
  return conclude({ ...compared, command: 'compare', target, generations: [] }, gateOptions);
}

async function readHeaps(inputs: readonly SnapshotInput[], watch: Watch): Promise<NamedHeap[]> {
  const heaps: NamedHeap[] = [];
  for (const { name, file, run } of inputs) heaps.push({ name, run, graph: await readGraph(file, watch) });
  watch.step('comparing');
  return heaps;
}
