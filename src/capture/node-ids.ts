import type { HeapObjectId } from '../shared/ids.ts';
import type { HeapCount } from './protocol.ts';

const NODES = '"nodes":[';

/**
 * Reads the ids of the nodes and the sum of their sizes out of a heap snapshot that passes by in pieces, and nothing else of it.
 *
 * Only the ids of JavaScript objects count, which are odd: those of embedder nodes are new in every
 * snapshot and come from a sequence of their own.
 */
export class LeakscanNodeIds {
  /** Text before the nodes section, as long as that has not begun. */
  #header = '';
  #state: 'header' | 'nodes' | 'done' = 'header';
  #fields = 0;
  #idField = 0;
  #sizeField = 0;
  #typeField = 0;
  /** Number of the type whose sizes do not count. */
  #code = -1;
  #isCode = false;
  #field = 0;
  #number = 0;
  #inNumber = false;
  #watermark = 0;
  #objects = 0;
  #bytes = 0;
  readonly #seen: ((id: number) => void) | undefined;

  /** `seen` is called with the id of every object, in the order of the file. */
  constructor(seen?: (id: number) => void) {
    this.#seen = seen;
  }

  /** All nodes were seen; what follows in the file does not matter. */
  get isDone(): boolean {
    return this.#state === 'done';
  }

  push(chunk: string): void {
    if (this.#state === 'done') return;
    if (this.#state === 'nodes') this.#readNodes(chunk);
    else this.#readHeader(chunk);
  }

  /** Self sizes of all nodes, of embedder nodes as well, but not of code, which V8 makes and drops as it likes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Zeros when the nodes section was never reached. */
  count(): HeapCount {
    return { watermark: this.#watermark as HeapObjectId, objects: this.#objects };
  }

  #readHeader(chunk: string): void {
    this.#header += chunk;
    const start = this.#header.indexOf(NODES);
    if (start < 0) return;
    const meta = /"node_fields":\[([^\]]*)\]/.exec(this.#header)?.[1] ?? '';
    const fields = meta.split(',').map((name) => name.trim());
    this.#fields = fields.length;
    this.#idField = fields.indexOf('"id"');
    this.#typeField = fields.indexOf('"type"');
    const types = /"node_types":\[\[([^\]]*)\]/.exec(this.#header)?.[1] ?? '';
    this.#code = types.split(',').findIndex((name) => name.trim() === '"code"');
    this.#sizeField = fields.indexOf('"self_size"');
    this.#state = 'nodes';
    const rest = this.#header.slice(start + NODES.length);
    this.#header = '';
    this.#readNodes(rest);
  }

  #readNodes(text: string): void {
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code >= 48 && code <= 57) {
        this.#number = this.#number * 10 + code - 48;
        this.#inNumber = true;
        continue;
      }
      if (this.#inNumber) this.#endNumber();
      if (code === 93 /* ] */) {
        this.#state = 'done';
        return;
      }
    }
  }

  #endNumber(): void {
    if (this.#field === this.#idField && this.#number % 2 === 1) {
      if (this.#number > this.#watermark) this.#watermark = this.#number;
      this.#objects += 1;
      this.#seen?.(this.#number);
    }
    if (this.#field === this.#typeField) this.#isCode = this.#number === this.#code;
    if (this.#field === this.#sizeField && !this.#isCode) this.#bytes += this.#number;
    this.#field = this.#field + 1 === this.#fields ? 0 : this.#field + 1;
    this.#number = 0;
    this.#inNumber = false;
  }
}
