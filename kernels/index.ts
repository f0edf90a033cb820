export { nodeRows, edgeRows } from './rows';
