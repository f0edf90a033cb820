import { devtoolsSnapshot } from '../../../test/exactness/devtools.mjs';

/** DevTools' worker without what only its views need, with its second thread. */
export default async function analyse(file) {
  const snapshot = await devtoolsSnapshot(file, { threads: true, reduced: true });
  return { nodes: snapshot.nodeCount, bytes: snapshot.retainedSizes[0] };
}
