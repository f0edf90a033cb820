/** DevTools' figures of every node, in file order. */
export interface DevtoolsFigures {
  readonly nodeCount: number;
  readonly id: Uint32Array;
  readonly selfSize: Uint32Array;
  readonly retainedSize: Float64Array;
  readonly distance: Int32Array;
  readonly dominator: Uint32Array;
}

export function devtoolsFigures(file: string): Promise<DevtoolsFigures>;
