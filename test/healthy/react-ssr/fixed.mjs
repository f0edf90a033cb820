import { Writable } from 'node:stream';
import { createElement as h, Suspense, use } from 'react';
import { renderToPipeableStream, renderToString } from 'react-dom/server';
import { runAsScript } from '../../../fixtures/run-as-script.mjs';

// Pages are rendered on the server, as text and as a stream that waits for its data.

function Article({ title, paragraphs }) {
  return h(
    'article',
    null,
    h('h1', null, title),
    paragraphs.map((text, key) => h('p', { key }, text)),
  );
}

function Comments({ loading }) {
  return h(
    'ul',
    null,
    use(loading).map((text, key) => h('li', { key }, text)),
  );
}

const rendered = { bytes: 0 };

function stream(element) {
  return new Promise((resolve, reject) => {
    const sink = new Writable({
      write(chunk, _encoding, done) {
        rendered.bytes += chunk.length;
        done();
      },
    });
    sink.on('finish', resolve);
    const { pipe } = renderToPipeableStream(element, { onShellReady: () => pipe(sink), onError: reject });
  });
}

export async function setup() {}

export async function iterate(round) {
  const page = {
    title: `News of day ${round}`,
    paragraphs: Array.from({ length: 10 }, (_, k) => `paragraph ${k}`),
  };
  rendered.bytes += renderToString(h(Article, page)).length;
  const loading = new Promise((resolve) => setImmediate(resolve, [`first ${round}`, `second ${round}`]));
  await stream(h('main', null, h(Article, page), h(Suspense, { fallback: '…' }, h(Comments, { loading }))));
}

export async function teardown() {}

await runAsScript(import.meta.url, { setup, iterate, teardown });
