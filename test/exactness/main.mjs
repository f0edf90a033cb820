/**
 * Compares leakscan's figures of every node with those of Chrome DevTools, under DevTools' rules. Prints the number of
 * nodes on which they disagree, for each figure, and the first few of them. Exits with 1 when there is one.
 *
 *     npm run exactness -- <snapshot> [more snapshots …]
 */
import { buildHeapGraph } from '../../dist/graph/build-heap-graph.js';
import { readSnapshot } from '../../dist/ingest/read-snapshot.js';
import { devtoolsFigures } from './devtools.mjs';
import { disagreements, FIGURES } from './disagreements.mjs';

const SHOWN = 5;

const files = process.argv.slice(2);
if (files.length === 0) {
  process.stderr.write('exactness: name one or more .heapsnapshot files.\n');
  process.exitCode = 2;
}
for (const file of files) {
  const devtools = await devtoolsFigures(file);
  const graph = buildHeapGraph(await readSnapshot(file), 'devtools');
  const found = disagreements(graph, devtools);
  const counts = FIGURES.map((figure) => `${figure} ${found[figure].length}`).join(', ');
  process.stdout.write(`${file}: ${graph.nodeCount} nodes, disagreements: ${counts}\n`);
  for (const figure of FIGURES) {
    for (const node of found[figure].slice(0, SHOWN)) {
      const ours = `leakscan ${graph.tables[figure][node]}, DevTools ${devtools[figure][node]}`;
      process.stdout.write(
        `  ${figure} of ${graph.typeOf(node)} ${graph.nameOf(node)} @${graph.idOf(node)}: ${ours}\n`,
      );
      process.exitCode = 1;
    }
  }
}
