import type { Evidence } from './evidence.ts';
import { type Growth, isOfProgram, isRing } from './growth.ts';

/** Something that grows or stays and is nobody's mistake, recognised by name with the reason. */
export interface KnownReference {
  readonly name: string;
  /** Why it is no leak of the program: a sentence. */
  readonly reason: string;
  matches(evidence: Evidence, growth: Growth): boolean;
}

/** V8 compiles functions when they are first called and keeps code, feedback and maps with them. */
const isCompiledCode: KnownReference = {
  name: 'compiled-code',
  reason: 'V8 compiles functions when they are first called; code, feedback and maps stay with them',
  matches: (evidence, growth) => !isOfProgram(evidence, growth),
};

/** A ring, or a cache that was full before the first mark: it keeps new objects in place of old ones. */
const isReplacedInPlace: KnownReference = {
  name: 'replaced-in-place',
  reason: 'as many older ones went as new ones came: the holder is full and replaces its members',
  matches: (evidence, growth) => isRing(evidence, growth),
};

/** What leakscan's own preload keeps in the target: the marks it made, its channel. */
const isLeakscan: KnownReference = {
  name: 'leakscan-itself',
  reason: 'it belongs to the part of leakscan that runs inside the target',
  matches: ({ graph }, growth) => {
    let holder = growth.top.stableDominator;
    for (let level = 0; level < 6 && holder !== undefined && holder !== 0; level += 1) {
      if (graph.nameOf(holder).startsWith('Leakscan')) return true;
      holder = graph.immediateDominatorOf(holder);
    }
    return false;
  },
};

/** Arguments of `console` calls stay while an inspector is attached: V8 keeps the last thousand messages. */
const isInspectorConsole: KnownReference = {
  name: 'inspector-console',
  reason: 'an attached inspector keeps the arguments of the last 1,000 console calls',
  matches: ({ graph }, growth) => {
    const top = growth.top.members[0]!;
    for (const edge of graph.retainerEdges(top)) {
      const name = graph.edgeNameOf(edge as never);
      if (typeof name === 'string' && name.endsWith('DevTools console')) return true;
    }
    return false;
  },
};

/** Asked in this order; the first that matches gives the reason. */
export const knownReferences: readonly KnownReference[] = [
  isLeakscan,
  isInspectorConsole,
  isCompiledCode,
  isReplacedInPlace,
];
