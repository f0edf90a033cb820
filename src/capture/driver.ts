import { CommandDriver } from './command-driver.ts';

/** What makes a server work: one run of a command, or one batch of requests, is a round. */
export type Drive =
  | { readonly command: string }
  /** `requests` in each round, ten when left out. */
  | { readonly url: string; readonly requests?: number | undefined };

/** Makes a server work round by round, from outside. What goes wrong in a round is told, never thrown. */
export interface Driver {
  /** Resolves when the server can be driven, with undefined, or when there is no use in waiting on, with the reason. */
  untilReady(over: AbortSignal): Promise<string | undefined>;
  /** One round; undefined, or what kept it from doing its work. It is given up when `over` is aborted. */
  round(number: number, over: AbortSignal): Promise<string | undefined>;
  /** Lets go of everything that a server sees as still going on between two rounds. */
  rest(): void;
}

/** Where a command is run. */
export interface CommandPlace {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

const DEFAULT_REQUESTS = 10;

/** `isServing` resolves when the target seems to serve, for those who cannot ask it by its address. */
export async function driverOf(
  drive: Drive,
  place: CommandPlace,
  isServing: () => Promise<unknown>,
): Promise<Driver> {
  if ('command' in drive) return new CommandDriver(drive.command, place, isServing);
  // Node's HTTP, TLS and cryptography take longer to load than all of the capture.
  const { RequestDriver } = await import('./request-driver.ts');
  return new RequestDriver(new URL(drive.url), drive.requests ?? DEFAULT_REQUESTS);
}
