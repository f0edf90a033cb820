import * as http from 'node:http';
import * as https from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import type { Driver } from './driver.ts';

/** Pause between two attempts to reach a server that is starting. */
const RETRY_MS = 100;
/** A request that has not been answered to its end by then has failed. */
const ANSWER_MS = 10_000;
/** Connections at the same time, as a browser would open. */
const MOST_SOCKETS = 6;

/** Drives a server by GET requests to one address: half of a round's one after the other, the rest at the same time. */
export class RequestDriver implements Driver {
  readonly #url: URL;
  readonly #requests: number;
  readonly #client: typeof http | typeof https;
  #agent: http.Agent;

  constructor(url: URL, requests: number) {
    this.#url = url;
    this.#requests = requests;
    this.#client = url.protocol === 'https:' ? https : http;
    this.#agent = this.#newAgent();
  }

  /** A server is ready when it answers, whatever it answers. */
  async untilReady(over: AbortSignal): Promise<string | undefined> {
    let obstacle = 'it ended too soon';
    while (!over.aborted) {
      const answer = await this.#get(over);
      this.rest();
      if (typeof answer === 'number') return undefined;
      if (!over.aborted) obstacle = `${this.#url} did not answer (${answer})`;
      await pause(RETRY_MS);
    }
    return obstacle;
  }

  async round(_number: number, over: AbortSignal): Promise<string | undefined> {
    const inSequence = Math.ceil(this.#requests / 2);
    const failures: (string | undefined)[] = [];
    for (let sent = 0; sent < inSequence && failures.at(-1) === undefined; sent += 1) {
      failures.push(failureOf(await this.#get(over)));
    }
    if (failures.at(-1) !== undefined) return failures.at(-1);
    const atOnce = Array.from({ length: this.#requests - inSequence }, () => this.#get(over));
    return (await Promise.all(atOnce)).map(failureOf).find((failure) => failure !== undefined);
  }

  /** Closes the connections that are kept for further requests. */
  rest(): void {
    this.#agent.destroy();
    this.#agent = this.#newAgent();
  }

  #newAgent(): http.Agent {
    return new this.#client.Agent({ keepAlive: true, maxSockets: MOST_SOCKETS });
  }

  /** The status of the answer, once its body was read, or why there is none. */
  #get(over: AbortSignal): Promise<number | string> {
    return new Promise((resolve) => {
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(), ANSWER_MS);
      const end = (answer: number | string): void => {
        clearTimeout(timer);
        resolve(answer);
      };
      const fail = (error: NodeJS.ErrnoException): void => {
        const isLate = late.signal.aborted;
        end(isLate ? `no answer within ${ANSWER_MS / 1000} s` : error.code || error.message || error.name);
      };
      const signal = AbortSignal.any([over, late.signal]);
      const sent = this.#client.get(this.#url, { agent: this.#agent, signal }, (answer) => {
        answer.once('error', fail).once('end', () => end(answer.statusCode ?? 0));
        answer.resume();
      });
      sent.once('error', fail);
    });
  }
}

function failureOf(answer: number | string): string | undefined {
  if (typeof answer === 'string') return answer;
  return answer >= 400 ? `status ${answer}` : undefined;
}
