import { Clock, Deferred } from '../../src/deferred/index.ts';
import { Encoder } from './encoder.ts';
import { classOf, type ErrorClass } from './errors.ts';
import type { Operations } from './operations.ts';
import type { Json, Vector } from './vector.ts';

/** What a function body came back with; bodies that run to their end give none. */
class Returned {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

type Body = Generator<unknown, Returned | null, unknown>;
type Callable = (...args: unknown[]) => unknown;

/** Statements that need the event loop or a collection, and therefore stand only at the top. */
const asynchronousStatements: readonly Json[] = ['gc', 'settle'];

/** One program at work: its variables, its clock, and the trace it leaves. */
export class Program {
  readonly id: string;
  readonly clock = new Clock();
  readonly encoder = new Encoder();
  readonly trace: Json[] = [];
  /** Whatever an extension has to remember for one program, by the name of the extension. */
  readonly notes = new Map<string, unknown>();
  /** Why the program cannot be judged: it uses what the harness does not know. */
  notUnderstood: string | undefined;
  readonly #operations: Operations;
  readonly #variables = new Map<string, unknown>();
  readonly #bindingOrder: string[] = [];
  readonly #endings: (() => void)[] = [];
  #statement = 0;
  #recording = true;

  constructor(id: string, operations: Operations) {
    this.id = id;
    this.#operations = operations;
  }

  /**
   * Runs the statements one after the other; `settle` and `gc` are asked for when the program wants them. Gives what
   * is left at the moment of the last statement's end: promises that settle later come too late.
   */
  async run(
    statements: readonly Json[],
    asynchronous: { gc(program: Program): Promise<void>; settle(program: Program): Promise<void> },
  ): Promise<Pick<Vector, 'end' | 'delayed'>> {
    for (const [index, statement] of statements.entries()) {
      this.#statement = index;
      const [operation] = statement as Json[];
      if (asynchronousStatements.includes(operation as Json))
        await asynchronous[operation as 'gc' | 'settle'](this);
      else this.#runTop(statement);
    }
    return this.#end();
  }

  /** States and calls that are left; records nothing more, and forgets all variables. */
  #end(): Pick<Vector, 'end' | 'delayed'> {
    this.#recording = false;
    const end: Vector['end'] = {};
    for (const name of this.#bindingOrder) {
      const value = this.#variables.get(name);
      if (value instanceof Deferred) end[name] = this.encoder.state(value);
    }
    this.#variables.clear();
    for (const ending of this.#endings.splice(0)) ending();
    return { end, delayed: this.delayedTimes() };
  }

  /** Times of the calls on the clock, sorted. */
  delayedTimes(): number[] {
    return this.clock
      .getDelayedCalls()
      .map((call) => call.getTime())
      .sort((a, b) => a - b);
  }

  /** The error class of that name. */
  classOf(name: string): ErrorClass {
    const found = classOf(name);
    if (!found) throw this.#puzzled(`error class ${JSON.stringify(name)}`);
    return found;
  }

  /** Calls a function when the program has ended. */
  atEnd(ending: () => void): void {
    this.#endings.push(ending);
  }

  /** Adds an event to the trace. */
  record(kind: string, ...content: Json[]): void {
    if (this.#recording) this.trace.push([this.#statement, kind, ...content]);
  }

  #puzzled(what: string): Error {
    this.notUnderstood ??= `The harness knows no ${what}, which statement ${this.#statement} uses.`;
    return new Error(this.notUnderstood);
  }

  #runTop(statement: Json): void {
    try {
      drive(this.#execute([statement], []));
    } catch (thrown) {
      this.record('raised', this.encoder.value(thrown));
    }
  }

  *#execute(body: readonly Json[], args: readonly unknown[]): Body {
    for (const statement of body as Json[][]) {
      const [operation] = statement;
      let returned: Returned | null = null;
      if (operation === 'return')
        return new Returned(statement.length > 1 ? yield* this.#result(statement[1], args) : null);
      if (operation === 'raise') throw this.#evaluate(statement[1], args);
      if (operation === 'try') returned = yield* this.#try(statement, args);
      else if (operation === 'repeat') returned = yield* this.#repeat(statement, args);
      else yield* this.#result(statement, args);
      if (returned) return returned;
    }
    return null;
  }

  *#try([, body, handlers, final]: Json[], args: readonly unknown[]): Body {
    try {
      return yield* this.#execute(body as Json[], args);
    } catch (thrown) {
      if (!(thrown instanceof Error)) throw thrown;
      for (const [classes, variable, handler] of handlers as [string[] | null, string | null, Json[]][]) {
        if (classes && !classes.some((name) => thrown instanceof this.classOf(name))) continue;
        if (variable !== null) this.#bind(variable, thrown);
        return yield* this.#execute(handler, args);
      }
      throw thrown;
    } finally {
      if (final) {
        const returned = yield* this.#execute(final as Json[], args);
        // biome-ignore lint/correctness/noUnsafeFinally: a return in `finally` wins, as in the language of the vectors
        if (returned) return returned;
      }
    }
  }

  *#repeat([, times, body]: Json[], args: readonly unknown[]): Body {
    for (let i = 0; i < (times as number); i += 1) {
      const returned = yield* this.#execute(body as Json[], args);
      if (returned) return returned;
    }
    return null;
  }

  /** Value of an expression that may also be a `yield`, an `await`, or a `let` of one. */
  *#result(expression: Json | undefined, args: readonly unknown[]): Generator<unknown, unknown, unknown> {
    if (Array.isArray(expression)) {
      const [operation, first, second] = expression;
      if (operation === 'yield') return yield this.#evaluate(first, args);
      if (operation === 'await') return yield* this.#evaluate(first, args) as Deferred<unknown>;
      if (operation === 'let') return this.#bind(first as string, yield* this.#result(second, args));
    }
    return this.#evaluate(expression, args);
  }

  #evaluate(expression: Json | undefined, args: readonly unknown[]): unknown {
    if (typeof expression === 'string' && expression.startsWith('$')) {
      const name = expression.slice(1);
      return /^\d+$/.test(name) ? args[Number(name)] : this.#variables.get(name);
    }
    if (!Array.isArray(expression)) return expression;
    const [operation, ...operands] = expression as [string, ...Json[]];
    switch (operation) {
      case 'let':
        return this.#bind(operands[0] as string, this.#evaluate(operands[1], args));
      case 'fn':
        return this.#function(operands[0] as string | null, operands.slice(1) as Json[][]);
      case 'gen':
        return this.#generator(operands[0] as string | null, operands.slice(1) as Json[][]);
      case 'drop':
        return this.#variables.delete(operands[0] as string);
      default: {
        const operate = this.#operations[operation];
        if (!operate) throw this.#puzzled(`operation ${JSON.stringify(operation)}`);
        return operate(this, ...operands.map((operand) => this.#evaluate(operand, args)));
      }
    }
  }

  #bind(name: string, value: unknown): unknown {
    if (!this.#bindingOrder.includes(name)) this.#bindingOrder.push(name);
    this.#variables.set(name, value);
    this.encoder.name(value, name);
    return value;
  }

  #function(id: string | null, bodies: Json[][]): Callable {
    const next = successive(bodies);
    const f = (...args: unknown[]): unknown => {
      if (id !== null) this.record('call', id, ...args.map((one) => this.encoder.value(one)));
      return drive(this.#execute(next(), args));
    };
    if (id !== null) this.encoder.name(f, id);
    return f;
  }

  #generator(id: string | null, bodies: Json[][]): Callable {
    const next = successive(bodies);
    const enter = (args: unknown[]): Body => {
      if (id !== null) this.record('call', id, ...args.map((one) => this.encoder.value(one)));
      return this.#execute(next(), args);
    };
    const f = function* (...args: unknown[]): Generator<unknown, unknown, unknown> {
      return (yield* enter(args))?.value;
    };
    if (id !== null) this.encoder.name(f, id);
    return f;
  }
}

/** The first body for the first call, the second for the second, the last for all that follow. */
function successive(bodies: Json[][]): () => Json[] {
  let calls = 0;
  return () => {
    const body = bodies[Math.min(calls, bodies.length - 1)] ?? [];
    calls += 1;
    return body;
  };
}

/** Runs a body that does not yield. */
function drive(body: Body): unknown {
  const step = body.next();
  return step.done ? step.value?.value : undefined;
}
