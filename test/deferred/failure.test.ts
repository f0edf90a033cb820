import { describe, expect, test } from 'vitest';
import {
  Failure,
  FirstError,
  fail,
  inlineCallbacks,
  NoCurrentExceptionError,
  succeed,
} from '../../src/deferred/index.ts';
import { collectGarbage, failureOf, successOf, Witness } from './support.ts';

class AppError extends Error {}
class Denied extends AppError {}

function failing(message: string): Failure {
  return new Failure(new AppError(message));
}

describe('2.2 Failure(value)', () => {
  test('wraps an error or any value, and unwraps a Failure', () => {
    const error = new AppError('m');
    expect(new Failure(error).value).toBe(error);
    expect(new Failure(new Failure(error)).value).toBe(error);
    expect(new Failure(5).value).toBe(5);
  });

  test('refuses text, and says what to pass', () => {
    expect(() => new Failure('text')).toThrow(/new Error\(text\)/);
  });
});

describe('2.2 Failure()', () => {
  test('capture runs a function and gives its failure', () => {
    const error = new AppError('m');
    const failure = Failure.capture(() => {
      throw error;
    });
    expect(failure?.value).toBe(error);
    expect(Failure.capture(() => 5)).toBeUndefined();
  });
});

describe('2.2 .value .type', () => {
  test('the error keeps its identity through chains, traps and generators', () => {
    const error = new Denied('m');
    const d = inlineCallbacks(function* () {
      yield succeed(1).addCallback(() => {
        throw error;
      });
    })().addErrback((failure) => {
      failure.trap(TypeError);
    });
    const failure = failureOf(d);
    expect(failure.value).toBe(error);
    expect(failure.type).toBe(Denied);
    expect(new Failure(5).type).toBe(Number);
  });
});

describe('2.2 .parents, check(...), trap(...)', () => {
  test('look at inheritance, by class or by name', () => {
    const failure = new Failure(new Denied('m'));
    expect(failure.check(TypeError, AppError)).toBe(AppError);
    expect(failure.check('TypeError', 'AppError')).toBe('AppError');
    expect(failure.check(TypeError)).toBeNull();
    expect(failure.trap(Denied)).toBe(Denied);
    expect(failure.parents).toEqual(['Denied', 'AppError', 'Error', 'Object']);
    expect(new Failure(5).parents).toEqual([]);
  });

  test('trap throws the error itself when it does not match', () => {
    const error = new Denied('m');
    expect(() => new Failure(error).trap(TypeError)).toThrow(error);
  });
});

describe('2.2 raiseException()', () => {
  test('throws the error', () => {
    const error = new AppError('m');
    expect(() => new Failure(error).raiseException()).toThrow(error);
    expect(() => new Failure(error).raise()).toThrow(error);
  });
});

describe('2.2 throwExceptionIntoGenerator(g)', () => {
  test('a failure is thrown at the yield as its error', () => {
    const error = new AppError('m');
    const caught: unknown[] = [];
    inlineCallbacks(function* () {
      try {
        yield fail(error);
      } catch (thrown) {
        caught.push(thrown);
      }
    })();
    expect(caught[0]).toBe(error);
  });
});

describe('2.2 throw failure', () => {
  test('in a callback it is the same as throwing its error', () => {
    const failure = failing('m');
    const d = succeed(1).addCallback(() => {
      throw failure;
    });
    expect(failureOf(d).value).toBe(failure.value);
  });
});

describe('2.2 .frames .stack .tb .captureVars', () => {
  test('frames are read from the stack text', () => {
    function culprit(): Failure {
      return failing('m');
    }
    const [first, second] = culprit().frames;
    expect(first).toMatchObject({ functionName: 'failing' });
    expect(first?.file).toMatch(/failure\.test\.ts$/);
    expect(second?.functionName).toBe('culprit');
    expect(new Failure(5).frames).toEqual([]);
  });
});

describe('2.2 getTraceback(elideFrameworkCode, detail)', () => {
  test('has class, message and frames; brief has no frames; verbose has the causes', () => {
    const failure = new Failure(new AppError('m', { cause: new Denied('below') }));
    expect(failure.getTraceback()).toMatch(/^Traceback:\n\s+at .*\n[\s\S]*AppError: m$/);
    expect(failure.getTraceback({ detail: 'brief' })).toBe('Traceback: AppError: m');
    expect(failure.getTraceback({ detail: 'verbose' })).toContain('below');
  });

  test('leaves out the frames of the runtime when asked', () => {
    const failure = failureOf(
      succeed(1).addCallback(() => {
        throw new AppError('m');
      }),
    );
    expect(failure.getTraceback()).toContain('src/deferred/');
    expect(failure.getTraceback({ elideFrameworkCode: true })).not.toContain('src/deferred/');
    expect(failure.getTraceback({ elideFrameworkCode: true })).toContain('failure.test.ts');
  });
});

describe('2.2 getBriefTraceback, printTraceback, printBriefTraceback, printDetailedTraceback', () => {
  test('write to a given stream', () => {
    const written: string[] = [];
    const stream = { write: (text: string) => written.push(text) };
    const failure = failing('m');
    failure.printTraceback(stream);
    failure.printBriefTraceback(stream);
    failure.printDetailedTraceback(stream);
    expect(written).toEqual([
      `${failure.getTraceback()}\n`,
      `${failure.getBriefTraceback()}\n`,
      `${failure.getTraceback({ detail: 'verbose' })}\n`,
    ]);
  });
});

describe('2.2 getErrorMessage()', () => {
  test('is the message, or the value as text, or nothing when asking for it throws', () => {
    expect(failing('m').getErrorMessage()).toBe('m');
    expect(new Failure(5).getErrorMessage()).toBe('5');
    const hostile = Object.defineProperty(new Error('x'), 'message', {
      get() {
        throw new Error('never');
      },
    });
    expect(new Failure(hostile).getErrorMessage()).toBe('');
  });
});

describe('2.2 cleanFailure()', () => {
  test('class, message, stack text and identity stay, and what the frames held goes', async () => {
    const { failure, witness } = (() => {
      const object = new (class Holder {
        witness = new Witness('receiver');
        fail(): Failure {
          return failing(this.witness.name);
        }
      })();
      return { failure: object.fail(), witness: new WeakRef(object) };
    })();
    await collectGarbage();
    expect(witness.deref()).toBeDefined();
    const error = failure.value;
    failure.cleanFailure();
    await collectGarbage();
    expect(witness.deref()).toBeUndefined();
    expect(failure.value).toBe(error);
    expect(failure.getTraceback()).toMatch(/at Holder\.fail[\s\S]*AppError: receiver/);
  });

  test('reaches causes, also those that go round in a circle, and the failure in a FirstError', () => {
    const below = new AppError('below');
    const above = new AppError('above', { cause: below });
    below.cause = above;
    const first = new FirstError(new Failure(above), 0);
    new Failure(first).cleanFailure();
    expect(first.subFailure.leakscanStack).toContain('above');
  });
});

describe('2.2 pickling (`__getstate__`)', () => {
  test('toJSON is text only', () => {
    const json = JSON.parse(JSON.stringify(new Failure(new AppError('m', { cause: new Denied('below') }))));
    expect(json).toMatchObject({ name: 'AppError', message: 'm', cause: 'Denied: below' });
    expect(json.stack).toContain('failure.test.ts');
  });
});

describe('2.2 NoCurrentExceptionError, DefaultException', () => {
  test('a failure of nothing is refused', () => {
    expect(() => new Failure(undefined)).toThrow(NoCurrentExceptionError);
    expect(() => new Failure(null)).toThrow(/Pass the error that was caught/);
  });
});

test('a failure survives an error whose class and stack cannot be read', () => {
  const hostile = new Proxy(new Error('x'), {
    get() {
      throw new Error('never');
    },
  });
  const failure = failureOf(fail(hostile));
  expect(failure.value).toBe(hostile);
  expect(String(failure)).toBe('[Failure Error]');
  expect(successOf(fail(hostile).addErrback(() => 1))).toBe(1);
});
