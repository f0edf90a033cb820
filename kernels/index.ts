export { breadthFirst, devtoolsBreadthFirst, mark } from './distances';
export { addRetained, depthFirst, semiNca } from './dominators';
export { owners } from './owners';
export { countRetainers, placeRetainers } from './retainers';
export { edgeRows, nodeRows } from './rows';
export { edgesNamed, strongBits } from './strength';
