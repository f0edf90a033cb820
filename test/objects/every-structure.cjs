// A program that holds a marked object through each structure that leakscan reads as one step.
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');
const { EventEmitter } = require('node:events');
const channels = require('node:diagnostics_channel');
const net = require('node:net');

/** An object that is found again by its marker. */
function make(marker) {
  return { marker };
}
/** A function that has captured such an object, as `v`. */
function capturing(name) {
  const v = make(name);
  return () => v;
}

const kept = {};
globalThis.kept = kept;

kept.map = new Map([['key', make('MapValue')]]);
kept.keys = new Map([[make('MapKey'), 1]]);
kept.set = new Set([make('SetMember')]);
kept.array = [make('ArrayElement')];
kept.nested = new Map([['a', [new Set([make('NestedMember')])]]]);
kept.key = {};
kept.weakMap = new WeakMap([[kept.key, make('WeakMapValue')]]);
kept.dictionary = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`k${i}`, i]));
kept.dictionary.wanted = make('DictionaryValue');
kept.symbols = { [Symbol('tag')]: make('SymbolValue') };
kept.guarded = new (class Guarded {
  #secret = make('PrivateValue');
  read() {
    return this.#secret;
  }
})();
kept.Registry = class {
  static all = [make('StaticValue')];
  size = 1;
};
kept.computed = Object.defineProperty({}, 'total', { get: capturing('ReadByGetter'), enumerable: true });

kept.emitter = new EventEmitter();
kept.emitter.on('one', capturing('OneListener'));
kept.emitter.on('many', () => {});
kept.emitter.on('many', capturing('ManyListener'));
kept.emitter.once('end', capturing('OnceListener'));
kept.target = new EventTarget();
kept.target.addEventListener('message', capturing('TargetListener'));
kept.target.addEventListener('message', capturing('SecondTargetListener'));
kept.signal = new AbortController().signal;
kept.signal.addEventListener('abort', capturing('SignalListener'));
kept.channel = channels.channel('leakscan:test');
kept.channel.subscribe(capturing('ChannelSubscriber'));
process.on('SIGUSR2', capturing('ProcessListener'));

kept.timeout = setTimeout(capturing('TimerCallback'), 1e9);
kept.argument = setTimeout(() => {}, 1e9, make('TimerArgument'));
setTimeout(capturing('PendingTimer'), 2e8).unref();
setInterval(capturing('PendingInterval'), 3e8).unref();
setImmediate(capturing('PendingImmediate'));

kept.settled = Promise.resolve(make('SettledValue'));
kept.pending = new Promise(() => {});
kept.pending.then(capturing('PromiseReaction'));
kept.pending.then(() => {}).then(capturing('LaterReaction'));
kept.gate = new Promise(() => {});
async function waiting() {
  const local = make('AwaitingLocal');
  await kept.gate;
  return local;
}
waiting();
function* counting() {
  const local = make('GeneratorLocal');
  yield 1;
  return local;
}
kept.generator = counting();
kept.generator.next();
const storage = new AsyncLocalStorage();
storage.run(make('AsyncStore'), () => {
  kept.resource = setTimeout(() => {}, 1e9);
});

kept.closure = capturing('CapturedVariable');
function outer() {
  const v = make('OuterVariable');
  const use = () => v;
  return (() => {
    const other = 1;
    return [() => other, use][0];
  })();
}
kept.inner = outer();
{
  const inBlock = make('BlockVariable');
  kept.block = () => inBlock;
}
for (let i = 0, each = make('LoopVariable'); i < 1; i += 1) kept.loop = () => [i, each];
const moduleValue = make('ModuleVariable');
kept.reader = () => moduleValue;
kept.bound = function bound() {}.bind(make('BoundThis'), make('BoundArgument'));
kept.proxy = new Proxy(make('ProxyTarget'), { get: capturing('ProxyHandler') });

kept.registry = new FinalizationRegistry(() => {});
kept.registered = {};
kept.registry.register(kept.registered, make('HeldValue'));
kept.view = new Uint8Array(100_003);
kept.slice = 'the whole text that a slice was cut from, '.repeat(40).split('').join('').slice(20, 60);
kept.list = null;
for (let i = 0; i < 50; i += 1) kept.list = { next: kept.list, end: i === 0 ? make('EndOfList') : null };
kept.wrapped = capturing('EndOfWrapping');
for (let i = 0; i < 50; i += 1) {
  const inner = kept.wrapped;
  kept.wrapped = () => inner();
}

class OwnServer extends net.Server {}
new OwnServer().listen(0, '127.0.0.1', () => {
  globalThis.snapshot();
  process.exit();
});
