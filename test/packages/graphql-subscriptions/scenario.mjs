// A subscriber waits for news about a topic that is never in the news.

class NewsItem {
  constructor(topic, number) {
    this.topic = topic;
    this.number = number;
    this.paragraphs = Array.from({ length: 6 }, (_, k) => `${topic}, paragraph ${k}`);
  }
}

export function scenario({ PubSub, withFilter }) {
  const news = new PubSub();
  const subscribe = withFilter(
    () => news.asyncIterator('NEWS'),
    (item) => item.topic === 'the long awaited',
  );
  const iterator = subscribe();
  return {
    async setup() {
      iterator.next();
    },
    async iterate(round) {
      for (let k = 0; k < 5; k += 1) {
        await news.publish('NEWS', new NewsItem(`the weather ${k}`, round));
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    async teardown() {
      await iterator.return();
    },
  };
}
