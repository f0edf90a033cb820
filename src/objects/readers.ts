import type { LogicalHop } from './hop.ts';
import type { PathCursor } from './path-cursor.ts';
import { readAsyncContext } from './reading/async-context.ts';
import { readBinding, readExport } from './reading/bindings.ts';
import { readArrayElement, readCollectionEntry, readStore, readWeakMapValue } from './reading/collections.ts';
import { readHandleOwner } from './reading/handles.ts';
import { readChannelSubscriber, readEmitterListener, readEventTargetListener } from './reading/listeners.ts';
import { readBacking, readStringPart } from './reading/memory.ts';
import { readAwait, readFrameLocal, readReaction } from './reading/promises.ts';
import { readProperty } from './reading/properties.ts';
import { readProxy } from './reading/proxies.ts';
import { readRegistryValue } from './reading/registries.ts';
import { readRootSlot } from './reading/roots.ts';
import { readTimer, readTimerCallback } from './reading/timers.ts';

/** Reads the structure that starts at the cursor as one step, or leaves it to the next reader. */
export type HopReader = (cursor: PathCursor) => LogicalHop | undefined;

/** Logical readers, most specific first; the last ones take whatever is left one edge at a time. */
export const hopReaders: readonly HopReader[] = [
  readEmitterListener,
  readEventTargetListener,
  readChannelSubscriber,
  readTimer,
  readTimerCallback,
  readRegistryValue,
  readAwait,
  readReaction,
  readFrameLocal,
  readAsyncContext,
  readHandleOwner,
  readCollectionEntry,
  readStore,
  readWeakMapValue,
  readArrayElement,
  readBinding,
  readExport,
  readProxy,
  readRootSlot,
  readBacking,
  readStringPart,
  readProperty,
];
