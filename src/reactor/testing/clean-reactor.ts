import type { DelayedCall } from '../../deferred/delayed-call.ts';
import { reactor as defaultReactor } from '../default-reactor.ts';
import { DirtyReactorAggregateError } from '../errors.ts';
import { describeOpenThings, type Reactor } from '../reactor.ts';

/**
 * Checks that nothing is scheduled and nothing is open. What is left is cancelled and closed, so that it does
 * not disturb the next test.
 *
 * @throws DirtyReactorAggregateError that names what was left.
 */
export function assertCleanReactor(reactor: Reactor = defaultReactor): void {
  const calls = reactor.getDelayedCalls();
  const things = reactor.openThings();
  const left = [...calls.map((call) => describeCall(call, reactor.seconds())), ...describeOpenThings(things)];
  if (left.length === 0) return;
  for (const call of calls) call.cancel();
  for (const connector of things.connectors) connector.abandon();
  for (const port of things.ports) port.stopListening();
  for (const connection of things.connections) connection.abandon();
  for (const child of things.processes) child.loseConnection();
  throw new DirtyReactorAggregateError(left);
}

function describeCall(call: DelayedCall, now: number): string {
  const name = call.f?.name || 'an anonymous function';
  return `delayed call of ${name} in ${(call.getTime() - now).toFixed(3)} s`;
}
