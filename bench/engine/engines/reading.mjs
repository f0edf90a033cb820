import { readSnapshot } from '../../../dist/ingest/read-snapshot.js';

/** leakscan's reading alone; `readMs` is its processor time, without the start of Node. */
export default async function analyse(file) {
  const before = process.cpuUsage();
  const { nodeCount } = await readSnapshot(file);
  const { user, system } = process.cpuUsage(before);
  return { nodes: nodeCount, readMs: (user + system) / 1000 };
}
