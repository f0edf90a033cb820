import { pathToFileURL } from 'node:url';
import type { Deferred } from 'leakscan/deferred';
import { type Reactor, react } from 'leakscan/reactor';

/** Runs an example until its Deferred comes in and prints what it tells, when its file was started as a program. */
export function runAsProgram(url: string, main: (reactor: Reactor) => Deferred<string[]>): void {
  const [, script = ''] = process.argv;
  if (url !== pathToFileURL(script).href) return;
  react((reactor) =>
    main(reactor).addCallback((lines) => {
      for (const line of lines) console.log(line);
    }),
  );
}
