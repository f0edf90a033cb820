import type { Locations } from './locations.ts';
import type { Snapshot } from './snapshot.ts';
import type { StringTable } from './string-table.ts';

type Looked = 'string' | 'findString' | 'stringsContaining' | 'position' | 'nodesInScript' | 'stringCount';

/** What a snapshot is made of; a column may be a getter that fetches it when it is first read. */
export interface HeapColumns extends Omit<Snapshot, Looked> {
  readonly strings: StringTable;
  readonly locations: Locations;
}

/** The snapshot that these columns make up. */
export function snapshotOf(columns: HeapColumns): Snapshot & HeapColumns {
  return Object.defineProperties(columns, {
    stringCount: { enumerable: true, get: () => columns.strings.count },
    string: { enumerable: true, value: (index: number) => columns.strings.text(index) },
    findString: { enumerable: true, value: (text: string) => columns.strings.indexOf(text) },
    stringsContaining: { enumerable: true, value: (text: string) => columns.strings.containing(text) },
    nodesInScript: { enumerable: true, value: (id: number) => columns.locations.nodesIn(id) },
    position: { enumerable: true, value: (node: number) => columns.locations.positionOf(node) },
  }) as Snapshot & HeapColumns;
}
