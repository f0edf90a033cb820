// Runs leakscan twice on each program of the shared corpus and the project's own, and compares the two reports: they
// must be the same but for sizes, ids and times (see `sameness.mjs`).
//
//   node test/corpus/same-report.mjs                         the fixtures, in scenario mode
//   node test/corpus/same-report.mjs --set corpus --only timer --mode scenario,script --node 20,22,24,26 --times 3
//   node test/corpus/same-report.mjs --saved <folder> <folder>   what `scoreboard.mjs --save` has left
//
// Exits with 1 when two reports differ.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { casesOf, satisfies } from './cases.mjs';
import { nodeOfLine, runLeakscan } from './run-case.mjs';
import { differences } from './sameness.mjs';

const { values: options, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: {
    set: { type: 'string', default: 'fixtures' },
    mode: { type: 'string', default: 'scenario' },
    node: { type: 'string', default: process.versions.node.split('.')[0] },
    only: { type: 'string', default: '' },
    variant: { type: 'string', default: 'leaky,fixed' },
    times: { type: 'string', default: '2' },
    saved: { type: 'boolean', default: false },
  },
});

const list = (text) => text.split(',').filter(Boolean);
let same = 0;
let signaturesSame = 0;
let all = 0;
if (options.saved) compareSaved();
else await compareRuns();
console.log(`${same} of ${all} reports the same; findings and signatures in order in ${signaturesSame}`);
process.exitCode = all > 0 && same === all ? 0 : 1;

function compareSaved() {
  const [first, ...others] = folders;
  for (const file of readdirSync(first).sort()) {
    const files = [first, ...others].map((folder) => join(folder, file)).filter(existsSync);
    if (files.length > 1)
      judge(
        file,
        files.map((each) => JSON.parse(readFileSync(each, 'utf8'))),
      );
  }
}

async function compareRuns() {
  const only = new RegExp(options.only);
  const cases = list(options.set)
    .flatMap(casesOf)
    .filter(({ name }) => only.test(name));
  for (const line of list(options.node))
    for (const mode of list(options.mode))
      for (const { name, meta, programs } of cases)
        for (const variant of list(options.variant)) {
          if (!programs[variant] || !satisfies(`${line}.99.0`, meta.node)) continue;
          const reports = [];
          for (let time = 0; time < Number(options.times); time += 1) {
            const { report, problem } = await runLeakscan(programs[variant], {
              node: nodeOfLine(line),
              mode,
              rounds: meta.rounds,
            });
            reports.push(report ?? { problem });
          }
          judge(`${name} ${variant} (${mode}, Node ${line})`, reports);
        }
}

function judge(label, [first, ...others]) {
  all += 1;
  const found = [...new Set(others.flatMap((other) => differences(first, other)))];
  const signatures = [first, ...others].map((report) => signaturesOf(report).join(' '));
  if (new Set(signatures).size === 1) signaturesSame += 1;
  if (found.length === 0) same += 1;
  else console.log([`DIFFERS ${label}`, ...found.map((each) => `    ${each}`)].join('\n'));
}

function signaturesOf({ findings = [] }) {
  return findings.map(({ signature, confidence }) => `${confidence}:${signature}`);
}
