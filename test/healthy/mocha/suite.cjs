const assert = require('node:assert/strict');

describe('a basket', () => {
  let basket;

  beforeEach(() => {
    basket = { items: Array.from({ length: 10 }, (_, k) => ({ k })) };
  });

  afterEach(() => {
    basket = undefined;
  });

  it('holds ten items', () => assert.equal(basket.items.length, 10));

  it('waits for its price', async () => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    assert.equal(basket.items.at(-1).k, 9);
  });

  it('is not empty, contrary to this test', () => assert.equal(basket.items.length, 0));
});
