import { createHash } from 'node:crypto';
import type { OutsideGrowth } from '../detect/outside-heap.ts';
import { formatBytes } from '../shared/bytes.ts';
import type { Explanation, Undecided } from './explanation.ts';

/** External memory that grows without objects to show for it: an accusation without a path. */
export function outsideFinding(growth: OutsideGrowth, rounds: number): Explanation {
  const each = formatBytes(growth.bytesPerRound);
  return {
    kind: 'arraybuffer',
    also: [],
    confidence: growth.isOpen ? 'possible' : 'likely',
    signature: createHash('sha256').update(`outside ${growth.memory}`).digest('hex').slice(0, 16),
    title: `Your leak is not in the JavaScript heap: ${each} of external memory more each round`,
    remedy:
      'Look for what a native addon or Node.js itself holds: buffers, compression streams, crypto objects, database statements that are not closed.',
    evidence: `External memory grew at one rate in every generation, ${formatBytes(growth.totalBytes)} over ${rounds} rounds, and no object in the heap accounts for it.`,
    objects: { className: '(external memory)', count: 0, births: [], perRound: 0 },
    retainedBytes: Math.max(0, growth.totalBytes),
    bytesPerRound: growth.bytesPerRound,
    paths: [],
  };
}

/** Growth that may belong to a finding, or to an allocator that keeps what it once had. */
export function outsideHint(growth: OutsideGrowth, rounds: number): Undecided {
  return {
    what: `${growth.memory} memory, which grew by about ${formatBytes(growth.bytesPerRound)} each round over ${rounds} rounds`,
    why:
      growth.memory === 'external'
        ? 'it is more than the objects of the findings hold in the heap; repair these first and run again'
        : 'neither the JavaScript heap nor external memory accounts for it: native code may leak, or its allocator keeps freed memory',
  };
}
