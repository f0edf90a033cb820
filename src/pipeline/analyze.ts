import { generationsOf } from '../detect/generations.ts';
import { gapsOfBareSnapshot, gapsOfRun } from '../gate/gaps.ts';
import type { GateOptions } from '../gate/gate.ts';
import type { Report } from '../report/report.ts';
import { InputError } from '../shared/errors.ts';
import { conclude, generationsOfRun, limitsOf, targetOfFile, targetOfRun } from './conclusion.ts';
import { allExplained, type Examination, examine, largestOf } from './examination.ts';
import { openInput } from './inputs.ts';
import { examineCaptured, readGraph } from './looks.ts';
import type { Watch } from './watch.ts';

/** Says what leaks in a heap that is on disk. @throws InputError when it cannot be read */
export async function analyze(path: string, gateOptions: GateOptions, watch: Watch): Promise<Report> {
  const input = await openInput(path);
  if (input.kind === 'report') {
    throw new InputError(
      `${path} is a report, not a snapshot.`,
      'Use leakscan merge or leakscan compare for reports.',
    );
  }
  const { file, run } = input;
  const examinations =
    run === undefined ? [await examineBare(file, watch)] : await examineCaptured(run, watch);
  const bare = run === undefined ? examinations[0] : undefined;
  const facts = allExplained(examinations, run?.observations ?? [], new Map());
  return conclude(
    {
      ...facts,
      command: 'analyze',
      target: run === undefined ? targetOfFile(path) : targetOfRun(run, false),
      generations: generationsOfRun(run),
      couldNotJudge: [...facts.couldNotJudge, ...(run === undefined ? [] : limitsOf(run))],
      ...(bare !== undefined && { largest: largestOf(bare) }),
      gaps: run === undefined ? gapsOfBareSnapshot : gapsOfRun(run),
    },
    gateOptions,
  );
}

/** A snapshot without the record of its run: nothing is known of the ages of its objects. */
async function examineBare(file: string, watch: Watch): Promise<Examination> {
  const graph = await readGraph(file, watch);
  watch.step('looking for leaks');
  return examine(graph, generationsOf([]), undefined, undefined);
}
