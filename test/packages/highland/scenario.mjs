import { PassThrough } from 'node:stream';

// Viewers look at a live feed through a stream of their own, for a moment.

class Viewer {
  constructor(name) {
    this.name = name;
    this.lines = [];
  }
}

export function scenario(highland) {
  const feed = new PassThrough();
  feed.setMaxListeners(0);

  async function watch(viewer) {
    const stream = highland(feed);
    const shown = stream.map((chunk) => viewer.lines.push(String(chunk)));
    shown.resume();
    feed.write('the news of the hour');
    await new Promise((resolve) => setImmediate(resolve));
    stream.destroy();
  }

  return {
    async setup() {
      feed.resume();
    },
    async iterate(round) {
      await watch(new Viewer(`desk ${round}`));
      await watch(new Viewer(`hall ${round}`));
    },
    async teardown() {
      feed.destroy();
    },
  };
}
