export { components } from './components';
export { breadthFirst, devtoolsBreadthFirst, mark } from './distances';
export { addRetained, addRetained32, depthFirst, semiNca, sum } from './dominators';
export { edgesNamed, ephemeronNames } from './ephemerons';
export { moveSizes, owners, selfOwners } from './owners';
export { countRetainers, placeRetainers } from './retainers';
export { edgeRows, locationRows, nodeRows } from './rows';
export { strongBits } from './strength';
export { plainStrings } from './strings';
