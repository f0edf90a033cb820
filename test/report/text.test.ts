import { stripVTControlCharacters } from 'node:util';
import { Chalk } from 'chalk';
import { describe, expect, test } from 'vitest';
import type { Page } from '../../src/report/page.ts';
import { outcomeText } from '../../src/report/target-outcome.ts';
import { renderText } from '../../src/report/text.ts';
import { finding, fullFinding, hop, sampleReport } from './sample-report.ts';

const page: Page = { paint: new Chalk({ level: 0 }), width: 100, detail: 'normal', showIgnored: false };

describe('a report in text', () => {
  test('tells one leak: what, evidence, who holds it, where, what to change, verdict', () => {
    expect(renderText(sampleReport(), page)).toMatchSnapshot();
  });

  test('shows every part of an explanation, a summary of several findings, and what could not be judged', () => {
    const report = sampleReport({
      findings: [finding(), fullFinding],
      couldNotJudge: [{ what: 'growth outside of the heap', why: 'no mark has seen it' }],
      ignored: [
        {
          predicate: 'isModuleCache',
          reason: 'Node keeps the last resolved module alive in its loader cache',
          className: 'Module',
          count: 3,
          retainedBytes: 3000,
        },
      ],
    });
    expect(renderText(report, { ...page, showIgnored: true })).toMatchSnapshot();
  });

  test('shows a dozen captured variables, and all of them where more is asked for', () => {
    const captured = Array.from({ length: 40 }, (_, k) => ({
      name: `variable${k}`,
      retainedBytes: 4000 - k,
      readBy: 'self' as const,
      readers: [],
    }));
    const report = sampleReport({ findings: [finding({ closure: { functionName: 'onData', captured } })] });
    const text = renderText(report, page);
    expect(text).toContain('variable11');
    expect(text).not.toContain('variable12');
    expect(text).toContain('and 28 more');
    expect(renderText(report, { ...page, detail: 'verbose' })).toContain('variable39');
  });

  test('tells the same in colour', () => {
    const report = sampleReport({ findings: [finding(), fullFinding] });
    const coloured = renderText(report, { ...page, paint: new Chalk({ level: 1 }) });
    expect(coloured).not.toBe(renderText(report, page));
    expect(stripVTControlCharacters(coloured)).toBe(renderText(report, page));
  });

  test('names the rounds also where generations came after the heap was looked at', () => {
    const births = [3, 5, 7];
    const generations = [...births, 29].map((rounds) => ({ rounds, heapUsedBytes: 5_000_000, markMs: 40 }));
    const { objects } = finding();
    const text = renderText(
      sampleReport({ generations, findings: [finding({ objects: { ...objects, births } })] }),
      page,
    );
    expect(text).toMatch(/rounds +3 +5 +7\n/);
  });

  test('of a run that passes proposes a longer one only where something is open', () => {
    const verdict = { status: 'pass' as const, reasons: ['1 known leak accepted by base.json.'] };
    const next = (confidence: 'certain' | 'possible') =>
      renderText(sampleReport({ verdict, findings: [finding({ confidence })] }), page).match(
        /next +(.*)/,
      )?.[1];
    expect(next('certain')).toBeUndefined();
    expect(next('possible')).toContain('--rounds 11,13,17,29,41');
  });

  test('of TypeScript on a Node that cannot run it says which one can', () => {
    const verdict = { status: 'inconclusive' as const, reasons: ['The script threw.'] };
    const message = `TypeError [ERR_UNKNOWN_FILE_EXTENSION]: Unknown file extension ".ts" for app.ts
    at Object.getFileProtocolModuleFormat (node:internal/modules/esm/get_format:189:9)`;
    const outcome = outcomeText({ kind: 'threw', exitCode: 1, signal: null, message });
    const target = { ...sampleReport().target, script: 'app.ts', exitCode: 1, outcome };
    const text = renderText(sampleReport({ target, verdict, findings: [] }), page).replace(/\s+/g, ' ');
    expect(text).toContain('Unknown file extension ".ts" for app.ts.');
    expect(text).toContain('next run TypeScript with a Node that strips types');
  });

  test('without a snapshot points at what kept it from being written', () => {
    const verdict = { status: 'inconclusive' as const, reasons: ['No heap snapshot could be taken.'] };
    const couldNotJudge = [{ what: 'the run', why: 'a snapshot could not be written: ENOSPC' }];
    const text = renderText(sampleReport({ verdict, couldNotJudge, findings: [] }), page);
    expect(text).toContain('ENOSPC');
    expect(text).toMatch(/next +mend what kept leakscan from judging/);
  });

  test('is summary and verdict alone when quiet', () => {
    const text = renderText(sampleReport(), { ...page, detail: 'quiet' });
    expect(text).toContain('60 Session objects');
    expect(text).not.toContain('◄ suspect');
    expect(text.trimEnd().split('\n').at(-2)).toMatch(/^FAIL {2}1 leak over the gate/);
  });

  test('says of every hop what it is and why it has no position when verbose', () => {
    const noPosition = hop('table', 'Map', { noLocation: 'Maps are made by V8' });
    const report = sampleReport({
      findings: [finding({ paths: [{ root: 'global', to: 'x', hops: [noPosition] }] })],
    });
    const text = renderText(report, { ...page, detail: 'verbose' });
    expect(text).toContain('alive: on the way from the root; retains 1 KiB');
    expect(text).toContain('no position: Maps are made by V8');
  });

  test('folds the middle of a path of thousands of hops', () => {
    const hops = Array.from({ length: 3000 }, (_, index) => hop(`step${index}`, 'Promise'));
    const text = renderText(
      sampleReport({ findings: [finding({ paths: [{ root: 'global', to: 'x', hops }] })] }),
      page,
    );
    expect(text).toContain('step0 ');
    expect(text).toContain('2976 more hops');
    expect(text).toContain('╰─ step2999 ');
    expect(text.split('\n').length).toBeLessThan(80);
  });

  test('never lets text from the heap reach the terminal as a control sequence', () => {
    const evil = '\u001b[2J\u009b31m\u202egnp.exe\r\nline\u0007';
    const report = sampleReport({
      target: { ...sampleReport().target, script: evil, outcome: evil },
      verdict: { status: 'fail', reasons: [evil] },
      findings: [
        finding({
          title: evil,
          evidence: evil,
          remedy: evil,
          paths: [{ root: evil, to: evil, hops: [hop(evil, evil, { reason: evil, suspect: true })] }],
          deferred: {
            state: evil,
            failure: { type: evil, message: evil, traceback: [evil] },
            createdAt: [evil],
            firedAt: [],
          },
          holder: { name: evil, location: { file: evil, line: 1, column: 1, frame: `${evil}\nsecond` } },
        }),
      ],
      couldNotJudge: [{ what: evil, why: evil }],
    });
    const text = renderText(report, page);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(text).toContain('\\u001b[2J');
    expect(text).toContain('\\u202egnp.exe\\u000d\\nline\\u0007');
  });

  test('keeps to the width of the terminal where text can be broken', () => {
    const words = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ');
    const report = sampleReport({
      findings: [finding({ title: words, evidence: words, remedy: words }), fullFinding],
      couldNotJudge: [{ what: 'this', why: words }],
    });
    for (const width of [60, 80, 120]) {
      const longest = Math.max(
        ...renderText(report, { ...page, width })
          .split('\n')
          .map((line) => line.length),
      );
      expect(longest).toBeLessThanOrEqual(width + 4);
    }
  });

  test('lists accepted leaks that no longer occur', () => {
    const stale = { signature: 'feedface', title: 'an old leak', reason: 'known' };
    const text = renderText(
      sampleReport({ baseline: { file: 'base.json', accepted: [], expired: [], stale: [stale] } }),
      page,
    );
    expect(text).toContain('remove from base.json');
    expect(text).toContain('feedface  an old leak');
  });

  test('says what changed between two heaps', () => {
    const change = {
      className: 'Session',
      countBefore: 3,
      countAfter: 60,
      bytesBefore: 300,
      bytesAfter: 6000,
    };
    const report = sampleReport({
      command: 'compare',
      findings: [],
      verdict: { status: 'pass', reasons: ['No leak found.'] },
      comparison: {
        matchedBy: 'identity',
        why: 'Snapshots of one process.',
        inputs: ['a', 'b'],
        grown: [{ ...change, path: '(Global handles) → sessions → table' }],
        new: [],
        gone: [{ ...change, className: 'Cache', countAfter: 0, bytesAfter: 0 }],
        shrunk: [],
        unchangedCount: 7,
      },
    });
    expect(renderText(report, page)).toMatchSnapshot();
  });
});
