/** Fields that hold a size in bytes. */
const SIZES = new Set(['retainedBytes', 'bytesPerRound', 'heapUsedBytes', 'freedBytes', 'bytes']);
/** Fields that hold an id that V8 gave out. */
const IDS = new Set(['id']);
/** Fields that hold a time in milliseconds. */
const TIMES = new Set(['markMs', 'timings']);

/**
 * Where the reports of two runs of one program differ in anything but sizes, ids and times: each difference as
 * the field and both values, at most twenty. The order of findings, paths, hops and all other lists counts.
 */
export function differences(first, second) {
  const found = [];
  compare(first, second, '');
  return found.slice(0, 20);

  function compare(a, b, at) {
    if (isRecord(a) && isRecord(b)) {
      for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
        const isMeasure = SIZES.has(name) || IDS.has(name) || TIMES.has(name);
        if (isMeasure && name in a && name in b) continue;
        compare(a[name], b[name], Array.isArray(a) ? `${at}[${name}]` : `${at}.${name}`);
      }
    } else if (withoutSizes(a) !== withoutSizes(b)) found.push(`${at.slice(1)}: ${shown(a)} | ${shown(b)}`);
  }
}

/** Sizes also stand in sentences: `grew by about 7.7 MiB`. */
function withoutSizes(value) {
  return typeof value === 'string' ? value.replace(/\d+(\.\d+)? ([KMGT]i)?B\b/g, 'so many bytes') : value;
}

function isRecord(value) {
  return typeof value === 'object' && value !== null;
}

function shown(value) {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
