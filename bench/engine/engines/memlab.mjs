import core from '@memlab/core';

/** memlab: reads, and prepares the heap as its commands do (distances, dominators, retained sizes). */
export default async function analyse(file) {
  const { analysis, config, utils } = core;
  config.muteConsole = true;
  const snapshot = await utils.getSnapshotFromFile(file, { buildNodeIdIndex: true, verbose: false });
  analysis.preparePathFinder(snapshot);
  return { nodes: snapshot.nodes.length, bytes: snapshot.nodes.get(0).retainedSize };
}
