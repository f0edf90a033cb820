import type { Bytes } from '../transport.ts';
import type { Request } from './request.ts';

/** What `render` returns when the request is finished later. */
export const NOT_DONE_YET: unique symbol = Symbol('not done yet');

/** The whole answer, or NOT_DONE_YET. */
export type Rendered = Bytes | typeof NOT_DONE_YET;

/** A resource has no `render_…` for the method of a request. */
export class UnsupportedMethod extends Error {
  readonly allowedMethods: readonly string[];

  constructor(method: string, allowedMethods: readonly string[]) {
    super(`${method} is not supported here, only ${allowedMethods.join(', ')}.`);
    this.allowedMethods = allowedMethods;
  }
}

/**
 * What is found under a path. Answers with `render_GET`, `render_POST` and so on; HEAD is answered by
 * `render_GET` without its body. Holds its children.
 */
export class Resource {
  /** Does it take the rest of the path itself? */
  isLeaf = false;
  readonly children = new Map<string, Resource>();

  /** Puts a resource below this one. @throws RangeError for a name with a slash. */
  putChild(name: string, child: Resource): void {
    if (name.includes('/')) {
      throw new RangeError(`The name of a child is one segment of a path, and '${name}' has a slash.`);
    }
    this.children.set(name, child);
  }

  /** The resource for a segment that is not among the children; a 404 page unless this is overridden. */
  getChild(_name: string, _request: Request): Resource {
    return new ErrorPage(404, 'There is nothing here.');
  }

  /** The resource for the next segment of the path. */
  getChildWithDefault(name: string, request: Request): Resource {
    return this.children.get(name) ?? this.getChild(name, request);
  }

  /** @throws UnsupportedMethod */
  render(request: Request): Rendered {
    const method = request.method === 'HEAD' && !this.#renders('HEAD') ? 'GET' : request.method;
    if (!this.#renders(method)) throw new UnsupportedMethod(request.method, this.allowedMethods());
    return (this as unknown as Record<string, (request: Request) => Rendered>)[`render_${method}`]!(request);
  }

  /** The methods it has a `render_…` for. */
  allowedMethods(): string[] {
    const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
    return methods.filter((method) => this.#renders(method === 'HEAD' ? 'GET' : method));
  }

  #renders(method: string): boolean {
    return typeof (this as unknown as Record<string, unknown>)[`render_${method}`] === 'function';
  }
}

/** Says what went wrong, on every path below. */
export class ErrorPage extends Resource {
  override isLeaf = true;
  readonly code: number;
  readonly text: string;

  constructor(code: number, text: string) {
    super();
    this.code = code;
    this.text = text;
  }

  override getChild(): Resource {
    return this;
  }

  override render(request: Request): Rendered {
    request.setResponseCode(this.code);
    request.setHeader('content-type', 'text/plain; charset=utf-8');
    return `${this.code} ${this.text}\n`;
  }
}
