import { setDefaultClock } from '../deferred/system-clock.ts';
import { createReactor } from './reactor.ts';

/** The reactor of the process, and the clock of all that are given none. */
export const reactor = createReactor();

setDefaultClock(reactor);
