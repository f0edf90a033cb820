/** Hears what the pipeline is doing. */
export interface Watch {
  step(text: string): void;
}
