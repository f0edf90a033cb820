import { foreign } from './damage.ts';

/** The part of a snapshot's head that says how its tables are laid out. */
export interface SnapshotLayout {
  readonly nodeCount: number;
  readonly edgeCount: number;
  readonly extraNativeBytes: number;
  readonly nodeTypes: readonly string[];
  readonly edgeTypes: readonly string[];
  /** Fields of a row of `nodes`, and where the ones we read stand in it. */
  readonly node: Readonly<Record<'width' | 'type' | 'name' | 'id' | 'selfSize' | 'edgeCount', number>>;
  readonly edge: Readonly<Record<'width' | 'type' | 'nameOrIndex' | 'toNode', number>>;
  /** Undefined where the file says nothing about locations. */
  readonly location: Readonly<Record<'width' | 'node' | 'scriptId' | 'line' | 'column', number>> | undefined;
}

/** Types are kept in a byte, ordinals in 32 bits. */
const MAX_TYPES = 256;
const MAX_COUNT = 0xffff_fffe;

/**
 * Reads the `snapshot` section. Fields are found by name and types taken from the first entry of the type
 * lists only: V8 adds fields from version to version, and V8 13 writes more types than fields.
 * Throws `InputError` when something that the tables need is missing.
 */
export function readLayout(file: string, text: string): SnapshotLayout {
  const head = parse(file, text);
  const meta = head.meta;
  if (!isObject(meta)) throw foreign(file, '`snapshot.meta` is missing');
  const list = (key: string): string[] => {
    const value: unknown = meta[key];
    if (!isStrings(value)) throw foreign(file, `\`snapshot.meta.${key}\` is not a list of names`);
    return value;
  };
  const types = (key: string): string[] => {
    const value: unknown = meta[key];
    const first: unknown = Array.isArray(value) ? value[0] : undefined;
    if (!isStrings(first) || first.length > MAX_TYPES) {
      throw foreign(file, `\`snapshot.meta.${key}\` does not begin with a list of type names`);
    }
    return first;
  };
  const count = (key: string): number => {
    const value: unknown = head[key];
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > MAX_COUNT) {
      throw foreign(file, `\`snapshot.${key}\` is not a count`);
    }
    return value;
  };
  const nodeFields = list('node_fields');
  const edgeFields = list('edge_fields');
  const nodeField = (name: string): number => fieldIndex(file, 'node_fields', nodeFields, name);
  const edgeField = (name: string): number => fieldIndex(file, 'edge_fields', edgeFields, name);
  const nodeCount = count('node_count');
  if (nodeCount === 0) throw foreign(file, '`snapshot.node_count` is 0, not even a root');
  const extra = head.extra_native_bytes;
  return {
    nodeCount,
    edgeCount: count('edge_count'),
    extraNativeBytes: typeof extra === 'number' && extra > 0 ? extra : 0,
    nodeTypes: types('node_types'),
    edgeTypes: types('edge_types'),
    node: {
      width: nodeFields.length,
      type: nodeField('type'),
      name: nodeField('name'),
      id: nodeField('id'),
      selfSize: nodeField('self_size'),
      edgeCount: nodeField('edge_count'),
    },
    edge: {
      width: edgeFields.length,
      type: edgeField('type'),
      nameOrIndex: edgeField('name_or_index'),
      toNode: edgeField('to_node'),
    },
    location: meta.location_fields === undefined ? undefined : locationFields(file, list('location_fields')),
  };
}

function locationFields(file: string, fields: readonly string[]): SnapshotLayout['location'] {
  const field = (name: string): number => fieldIndex(file, 'location_fields', fields, name);
  return {
    width: fields.length,
    node: field('object_index'),
    scriptId: field('script_id'),
    line: field('line'),
    column: field('column'),
  };
}

function parse(file: string, text: string): Record<string, unknown> & { meta?: Record<string, unknown> } {
  let head: unknown;
  try {
    head = JSON.parse(text);
  } catch {
    throw foreign(file, 'its section `snapshot` is not JSON');
  }
  if (!isObject(head)) throw foreign(file, 'its section `snapshot` is not an object');
  return head;
}

function fieldIndex(file: string, key: string, fields: readonly string[], name: string): number {
  const index = fields.indexOf(name);
  if (index < 0) throw foreign(file, `\`snapshot.meta.${key}\` has no field \`${name}\``);
  return index;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === 'string');
}
