import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { Deferred } from '../../deferred/deferred.ts';
import { logFailure } from '../../deferred/log-failure.ts';
import { RuntimeError } from '../errors.ts';
import { FileSender } from '../file-sender.ts';
import type { Request } from './request.ts';
import { ErrorPage, NOT_DONE_YET, type Rendered, Resource } from './resource.ts';

const typeByExtension: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.gif': 'image/gif',
  '.htm': 'text/html; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
  '.xml': 'text/xml; charset=utf-8',
};

/**
 * A file, or a folder with all below it; `index.html` stands for the folder. Knows ranges and
 * If-Modified-Since. Names that lead out of the folder are not found.
 */
export class StaticFile extends Resource {
  readonly path: string;
  readonly #isIndex: boolean;

  constructor(path: string, isIndex = false) {
    super();
    this.path = path;
    this.#isIndex = isIndex;
  }

  override getChild(name: string, _request: Request): Resource {
    if (name === '') return new StaticFile(join(this.path, 'index.html'), true);
    if (name === '.' || name === '..' || /[/\\\0]/.test(name))
      return new ErrorPage(404, 'There is no such file.');
    return new StaticFile(join(this.path, name));
  }

  render_GET(request: Request): Rendered {
    Deferred.fromPromise(stat(this.path))
      .addCallbacks(
        (found) => this.#answer(request, found.isDirectory(), found.size, found.mtime),
        () => refuse(request, 404, 'There is no such file.'),
      )
      .addErrback((failure) => {
        if (!failure.check(RuntimeError)) logFailure(failure, `${request.path} could not be sent.`);
      });
    return NOT_DONE_YET;
  }

  #answer(request: Request, isFolder: boolean, size: number, changed: Date): unknown {
    if (isFolder) {
      if (this.#isIndex) return refuse(request, 404, 'There is no such file.');
      request.redirect(`${request.path}/`);
      request.finish();
      return undefined;
    }
    request.setHeader('last-modified', changed.toUTCString());
    request.setHeader('accept-ranges', 'bytes');
    request.setHeader(
      'content-type',
      typeByExtension[extname(this.path).toLowerCase()] ?? 'application/octet-stream',
    );
    const since = Date.parse(request.getHeader('if-modified-since') ?? '');
    if (Math.floor(changed.getTime() / 1000) * 1000 <= since) {
      request.setResponseCode(304);
      request.finish();
      return undefined;
    }
    const range = rangeOf(request.getHeader('range'), size);
    if (range === 'unsatisfiable') {
      request.setHeader('content-range', `bytes */${size}`);
      return refuse(request, 416, 'There is no such range.');
    }
    const { start, end } = range ?? { start: 0, end: size - 1 };
    request.setHeader('content-length', end - start + 1);
    if (range) {
      request.setResponseCode(206);
      request.setHeader('content-range', `bytes ${start}-${end}/${size}`);
    }
    if (request.method === 'HEAD' || size === 0) {
      request.finish();
      return undefined;
    }
    const source = createReadStream(this.path, { start, end });
    return new FileSender().beginFileTransfer(source, request).addCallback(() => request.finish());
  }
}

/** One range of bytes, both ends included; undefined when none is asked for, or several. */
function rangeOf(
  header: string | undefined,
  size: number,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return start <= end && start < size ? { start, end } : 'unsatisfiable';
}

function refuse(request: Request, code: number, text: string): void {
  request.write(Buffer.from(new ErrorPage(code, text).render(request) as string));
  request.finish();
}
