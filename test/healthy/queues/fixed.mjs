import { promise as fastq } from 'fastq';
import PQueue from 'p-queue';
import { runAsScript } from '../../../fixtures/run-as-script.mjs';

// Jobs wait in two queues; some have a deadline, some fail.

class Job {
  constructor(number) {
    this.number = number;
    this.steps = Array.from({ length: 6 }, (_, k) => `step ${k} of ${number}`);
  }
}

const done = { jobs: 0, failures: 0 };
const urgent = new PQueue({ concurrency: 2 });
const patient = fastq(work, 3);

async function work(job) {
  await new Promise((resolve) => setImmediate(resolve));
  if (job.number % 7 === 0) throw new Error(`job ${job.number} failed`);
  done.jobs += 1;
}

const countFailure = () => {
  done.failures += 1;
};

export async function setup() {}

export async function iterate(round) {
  const jobs = Array.from({ length: 10 }, (_, k) => new Job(10 * round + k));
  await Promise.all([
    ...jobs.map((job) =>
      urgent.add(() => work(job), { priority: job.number % 3, timeout: 5_000 }).catch(countFailure),
    ),
    ...jobs.map((job) => patient.push(job).catch(countFailure)),
  ]);
  await urgent.onIdle();
}

export async function teardown() {}

await runAsScript(import.meta.url, { setup, iterate, teardown });
