import { WebSocket } from 'ws';

/** How long an inspector may take to accept a connection. */
const OPEN_MS = 5000;

/** An answer of the inspector, or an event. */
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/**
 * A session with the inspector of another process. V8 forgets all heap ids when it ends, so one session serves the whole
 * watch. No domain is enabled in it: that would change how the program runs.
 */
export class InspectorConnection {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<string, (params: unknown) => void>();
  readonly #lost = new AbortController();
  #sent = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (text: Buffer) => this.#take(JSON.parse(text.toString()) as Message));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#lost.abort();
      for (const { reject } of this.#waiting.values()) reject(new Error('the connection has ended'));
      this.#waiting.clear();
    });
  }

  /** Rejects when nothing answers there. */
  static open(url: string): Promise<InspectorConnection> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url, {
        perMessageDeflate: false,
        handshakeTimeout: OPEN_MS,
        maxPayload: 2 ** 30,
      });
      socket.once('error', reject);
      socket.once('open', () => {
        socket.off('error', reject);
        resolve(new InspectorConnection(socket));
      });
    });
  }

  /** Aborted when the connection has ended, whoever ended it. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Rejects with what the inspector answers instead, or when the connection ends. */
  ask<T>(method: string, params: object = {}): Promise<T> {
    if (this.#lost.signal.aborted) return Promise.reject(new Error('the connection has ended'));
    this.#sent += 1;
    const id = this.#sent;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as Waiting['resolve'], reject });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  /** The value of an expression in the program, with `require` at hand. */
  async evaluate<T>(expression: string): Promise<T> {
    const parameters = { expression, includeCommandLineAPI: true, returnByValue: true, silent: true };
    const { result, exceptionDetails } = await this.ask<{
      result: { value: T };
      exceptionDetails?: { text: string };
    }>('Runtime.evaluate', parameters);
    if (exceptionDetails !== undefined)
      throw new Error(`the program could not be asked: ${exceptionDetails.text}`);
    return result.value;
  }

  /** One listener an event; undefined takes it off. */
  listen(method: string, listener: ((params: unknown) => void) | undefined): void {
    if (listener === undefined) this.#listeners.delete(method);
    else this.#listeners.set(method, listener);
  }

  close(): void {
    this.#socket.close();
    setTimeout(() => this.#socket.terminate(), 1000).unref();
  }

  #take(message: Message): void {
    if (message.id === undefined) {
      this.#listeners.get(message.method ?? '')?.(message.params);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.error === undefined) waiting?.resolve(message.result);
    else waiting?.reject(new Error(message.error.message));
  }
}
