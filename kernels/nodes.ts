import { get, set } from './memory';

/** Lists at `nodes` those of a type and name; returns how many there are. The plain twin is in `src/graph/nodes-named.ts`. */
export function nodesNamed(
  nodeCount: u32,
  nodeType: usize,
  nodeName: usize,
  type: u32,
  name: u32,
  nodes: usize,
): u32 {
  let count: u32 = 0;
  for (let node: u32 = 0; node < nodeCount; node++) {
    if (get(nodeName, node) === name && <u32>load<u8>(nodeType + node) === type) set(nodes, count++, node);
  }
  return count;
}
