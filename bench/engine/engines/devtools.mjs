import { devtoolsSnapshot } from '../../../test/exactness/devtools.mjs';

/** DevTools' worker as shipped, with its second thread. */
export default async function analyse(file) {
  const snapshot = await devtoolsSnapshot(file, { threads: true });
  return { nodes: snapshot.nodeCount, bytes: snapshot.retainedSizes[0] };
}
