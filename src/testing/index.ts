/** Leak tests for test runners: the pipeline of `leakscan run` behind one matcher. */
export { type MeasureOptions, measure } from './measure.ts';
export { assertNoLeak, LeakError, type MatcherResult, toLeak } from './to-leak.ts';
