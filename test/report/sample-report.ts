import type { Explanation, Hop } from '../../src/explain/explanation.ts';
import type { Report } from '../../src/report/report.ts';

/** One hop, expected alive and without a position unless told otherwise. */
export function hop(edge: string, node: string, more: Partial<Hop> = {}): Hop {
  return {
    edge: { type: 'property', name: edge },
    node: { name: node, type: 'object', id: 1, retainedBytes: 1024 },
    status: 'alive',
    reason: 'on the way from the root',
    suspect: false,
    ...more,
  };
}

const frame = `  2 | \n> 3 | const sessions = new Map();\n    |       ^\n  4 | \n`.trimEnd();

/** A finding with growth, one path and nothing more, unless told otherwise. */
export function finding(more: Partial<Explanation> = {}): Explanation {
  return {
    kind: 'collection-growth',
    also: [],
    confidence: 'certain',
    signature: 'c0ffee0123456789',
    title: '60 Session objects pile up in the Map sessions',
    remedy: 'Delete the entry from sessions when the connection closes.',
    evidence: 'Every generation kept exactly 4 Session objects a round.',
    objects: { className: 'Session', count: 60, births: [12, 20, 28], perRound: 4 },
    retainedBytes: 24000,
    bytesPerRound: 1600,
    holder: { name: 'Map sessions', location: { file: 'app.js', line: 3, column: 7, frame } },
    paths: [
      {
        root: 'module variable of app.js',
        to: 'a Session',
        hops: [
          hop('sessions', 'Map', { location: { file: 'app.js', line: 3, column: 7 } }),
          hop("entry 'u1'", 'Session', {
            status: 'leaking',
            reason: 'one of 60 that nothing reads again',
            suspect: true,
            location: { file: 'app.js', line: 9, column: 1 },
          }),
        ],
      },
    ],
    ...more,
  };
}

/** A finding with every part that an explanation can have. */
export const fullFinding = finding({
  kind: 'retained-closure',
  also: ['listener', 'cycle-leak'],
  confidence: 'likely',
  signature: 'deadbeef01234567',
  title: 'Closure onData() keeps 30 requests through its captured variable request',
  retainedBytes: 1_200_000,
  closure: {
    functionName: 'onData()',
    location: { file: 'server.js', line: 20, column: 3 },
    captured: [
      { name: 'request', retainedBytes: 40_000, readBy: 'nobody', readers: [] },
      { name: 'socket', retainedBytes: 900, readBy: 'self', readers: ['onData'] },
      { name: 'log', retainedBytes: 12, readBy: 'sibling', readers: ['onEnd'] },
    ],
  },
  cycle: {
    members: 3,
    hops: [hop('parent', 'Panel'), hop('child', 'Button'), hop('owner', 'Panel')],
    entry: hop('registry', 'Panel', { location: { file: 'panel.js', line: 2, column: 5 } }),
    cut: hop('owner', 'Panel'),
  },
  deferred: {
    state: 'fired with a Failure that no errback has seen',
    failure: { type: 'TypeError', message: 'x is not a function', traceback: ['at deliver (mail.js:3:9)'] },
    createdAt: ['at send (mail.js:1:7)'],
    firedAt: ['at Socket.onError (mail.js:9:2)'],
    waitingOn: 'a DeferredList of 3',
  },
  shared: { bytes: 40_960, with: ['0f1e2d3c4b5a'] },
  proof: {
    status: 'confirmed',
    cut: 'listeners.data',
    freedBytes: 1_100_000,
    reason: '30 of 30 watched objects went',
  },
});

/** A report of a run in scenario mode that fails. */
export function sampleReport(more: Partial<Report> = {}): Report {
  return {
    schemaVersion: 1,
    tool: { name: 'leakscan', version: '0.1.0' },
    command: 'run',
    target: {
      script: 'app.js',
      node: 'v20.20.2',
      mode: 'scenario',
      exitCode: 0,
      signal: null,
      outcome: 'The script ran to its end.',
      source: 'v8-profiler-next',
    },
    generations: [3, 5, 7].map((rounds) => ({ rounds, heapUsedBytes: 5_000_000, markMs: 40 })),
    verdict: { status: 'fail', reasons: ['1 leak over the gate (1 certain).'] },
    findings: [finding()],
    ignored: [],
    couldNotJudge: [],
    ...more,
  };
}
