import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import * as library from '../../src/reactor/index.ts';
import { namesMissingIn } from '../support/exported-names.ts';
import { runCli } from '../support/run-cli.ts';

const scenario = fileURLToPath(new URL('leak-hunt.mjs', import.meta.url));

test('a thousand rounds of every feature of the reactor leave nothing', async () => {
  const { stdout, exitCode } = await runCli(['run', '--format', 'json', '--rounds', '203,297,501', scenario]);
  expect(JSON.parse(stdout).findings).toEqual([]);
  expect(exitCode).toBe(0);
}, 300_000);

test('every feature is every name that is exported, but for a few', () => {
  const madeByOthers = [
    'DatagramPort',
    'FakeConnector',
    'FakePort',
    'IntNStringReceiver',
    'ProcessTransport',
    'ProtocolWrapper',
    'Reactor',
    'Request',
    'Response',
    'Session',
    'StreamTransport',
    'TimeoutProtocol',
    'WorkerPool',
  ];
  const ofAnotherRunner = ['deferredTest', 'deferredTestWith'];
  const onePerProcess = ['StandardIO'];
  const asTheirTwins = ['TLSClient', 'TLSServer'];
  const values = ['connectErrorOf', 'logLevels'];
  expect(namesMissingIn(readFileSync(scenario, 'utf8'), library)).toEqual(
    [...madeByOthers, ...ofAnotherRunner, ...onePerProcess, ...asTheirTwins, ...values].sort(),
  );
});
