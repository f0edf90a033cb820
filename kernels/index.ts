export { breadthFirst, devtoolsBreadthFirst, mark } from './distances';
export { addRetained, depthFirst, semiNca } from './dominators';
export { moveSizes, owners, selfOwners } from './owners';
export { countRetainers, placeRetainers } from './retainers';
export { edgeRows, nodeRows } from './rows';
export { edgesNamed, strongBits } from './strength';
