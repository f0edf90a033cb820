import { get, hasBit, set } from './memory';

/** What `ephemeronNames` says of a string that is no name of an ephemeron edge, and of one that somebody else has to read. */
const NO_NAME: u32 = 0xffff_ffff;
const UNREAD: u32 = 0xffff_fffe;
/** An odd number, as no hash is. */
const NO_HASH: u32 = 1;

/** Lengths of ` / part of key (`, `) -> value (` and `) pair in WeakMap (table @`, which stand at `words` in this order. */
const KEY: u32 = 16;
const VALUE: u32 = 12;
const TABLE: u32 = 26;

/**
 * The names of ephemeron edges among some strings, as `ephemeronNames` in `src/graph/ephemerons.ts` reads them: numbers what
 * the two names of a pair have in common, all but the number in front, and finds the id of the table.
 *
 * `candidates` are `count` strings, replaced by the numbers; the ids go to `tableIds` (64-bit floats). `places` is a hash
 * table filled with 0 of a power of two words, more than `count` of them; `commons` and `hashes` have a word for each of
 * `count`. Returns how many pairs there are.
 */
export function ephemeronNames(
  candidates: usize,
  count: u32,
  bytes: usize,
  starts: usize,
  words: usize,
  tableIds: usize,
  places: usize,
  lastPlace: u32,
  commons: usize,
  hashes: usize,
): u32 {
  let pairs: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const string = get(candidates, i);
    const start = bytes + get(starts, string);
    const end = bytes + get(starts, string + 1);
    const hash = hashOf(start, end);
    if (hash === NO_HASH) {
      set(candidates, i, UNREAD);
      continue;
    }
    set(candidates, i, NO_NAME);
    const common = behindDigits(start, end);
    if (common === start || !isName(common, end, words)) continue;
    let id = 0.0;
    for (let at = beforeDigits(start, end - 1); at < end - 1; at++)
      id = id * 10 + <f64>(<u32>load<u8>(at) - 48);
    store<f64>(tableIds + ((<usize>i) << 3), id);
    for (let place = (hash >>> 1) & lastPlace; ; place = (place + 1) & lastPlace) {
      let pair = get(places, place);
      if (pair === 0) {
        set(commons, pairs, <u32>common);
        set(hashes, pairs, hash);
        set(places, place, ++pairs);
        pair = pairs;
      } else if (
        get(hashes, pair - 1) !== hash ||
        !isSame(get(commons, pair - 1), common, <u32>(end - common))
      )
        continue;
      set(candidates, i, pair - 1);
      break;
    }
  }
  return pairs;
}

/**
 * Edges of one type whose name is in the set `names`, their sources and their names: three lists, each with room for `room`.
 * Returns how many there are. `before` is filled with how many such labels come before each, and behind the last.
 */
export function edgesNamed(
  nodeCount: u32,
  firstEdge: usize,
  firstLabel: usize,
  labelCount: u32,
  labelType: usize,
  labelName: usize,
  type: u32,
  names: usize,
  before: usize,
  edges: usize,
  sources: usize,
  strings: usize,
  room: u32,
): u32 {
  let labels: u32 = 0;
  for (let label: u32 = 0; label < labelCount; label++) {
    set(before, label, labels);
    if (<u32>load<u8>(labelType + label) === type && hasBit(names, get(labelName, label))) labels++;
  }
  set(before, labelCount, labels);
  if (labels === 0) return 0;
  let count: u32 = 0;
  let edge: u32 = 0;
  for (let node: u32 = 0; node < nodeCount; node++) {
    const start = edge;
    const first = get(firstLabel, node);
    edge = get(firstEdge, node + 1);
    if (get(before, first) === get(before, first + edge - start)) continue;
    for (let label = first; label < first + edge - start; label++) {
      if (get(before, label) === get(before, label + 1)) continue;
      if (count < room) {
        set(edges, count, start + label - first);
        set(sources, count, node);
        set(strings, count, get(labelName, label));
      }
      count++;
    }
  }
  return count;
}

/** Hash of all but the digits in front; NO_HASH when not all is plain ASCII. */
function hashOf(start: usize, end: usize): u32 {
  let hash: u32 = 0;
  for (let at = behindDigits(start, end); at < end; at++) {
    const byte = <u32>load<u8>(at);
    if (byte === 92 || byte >= 128) return NO_HASH;
    hash = hash * 31 + byte;
  }
  return hash & ~1;
}

/** ` / part of key (… @<id>) -> value (… @<id>) pair in WeakMap (table @<id>)` */
function isName(start: usize, end: usize, words: usize): bool {
  const key = start + KEY;
  if (key > end || !isSame(start, words, KEY) || load<u8>(end - 1) !== 41) return false;
  const tableDigits = beforeDigits(start, end - 1);
  const table = tableDigits - TABLE;
  if (tableDigits === end - 1 || table < key || !isSame(table, words + KEY + VALUE, TABLE)) return false;
  const valueEnd = beforeDigits(key, table);
  if (valueEnd === table || !isAt(valueEnd, key)) return false;
  // The value's text may hold the words again, but what comes first counts.
  for (let at = key; at + VALUE <= valueEnd - 2; at++) {
    if (load<u8>(at) !== 41 || !isSame(at, words + KEY, VALUE)) continue;
    const digits = beforeDigits(key, at);
    if (digits < at && isAt(digits, key)) return true;
  }
  return false;
}

/** Does ` @` stand before the place, and behind `start`? */
function isAt(place: usize, start: usize): bool {
  return place >= start + 2 && load<u8>(place - 1) === 64 && load<u8>(place - 2) === 32;
}

function behindDigits(at: usize, end: usize): usize {
  while (at < end && <u32>load<u8>(at) - 48 <= 9) at++;
  return at;
}

function beforeDigits(start: usize, at: usize): usize {
  while (at > start && <u32>load<u8>(at - 1) - 48 <= 9) at--;
  return at;
}

function isSame(one: usize, other: usize, length: u32): bool {
  for (let at: u32 = 0; at < length; at++) if (load<u8>(one + at) !== load<u8>(other + at)) return false;
  return true;
}
