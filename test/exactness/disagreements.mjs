/** The figures that are compared, in the order in which they are shown. */
export const FIGURES = ['selfSize', 'retainedSize', 'distance', 'dominator'];

/** For each figure, the nodes on which the graph and DevTools disagree. Ids must agree, or nothing is comparable. */
export function disagreements({ nodeCount, snapshot, tables }, devtools) {
  if (nodeCount !== devtools.nodeCount) {
    throw new Error(`leakscan read ${nodeCount} nodes, DevTools ${devtools.nodeCount}.`);
  }
  const stranger = devtools.id.findIndex((id, node) => snapshot.nodeId[node] !== id);
  if (stranger >= 0) throw new Error(`Node ${stranger} has another id in DevTools.`);
  return Object.fromEntries(
    FIGURES.map((figure) => {
      const [ours, theirs] = [tables[figure], devtools[figure]];
      const nodes = [];
      for (let node = 0; node < nodeCount; node++) if (ours[node] !== theirs[node]) nodes.push(node);
      return [figure, nodes];
    }),
  );
}
