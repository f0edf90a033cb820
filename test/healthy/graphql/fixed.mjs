import { once } from 'node:events';
import { createServer } from 'node:http';
import { buildSchema, graphql } from 'graphql';
import { runAsScript } from '../../../fixtures/run-as-script.mjs';

// A GraphQL service over HTTP.

const schema = buildSchema(`
  type Author { name: String! books(first: Int): [Book!]! }
  type Book { title: String! author: Author! pages: Int! }
  type Query { book(id: Int!): Book authors: [Author!]! }
  type Mutation { rate(book: Int!, stars: Int!): Book }
`);

class Author {
  constructor(name) {
    this.name = name;
  }

  books({ first = 2 }) {
    return Array.from({ length: first }, (_, k) => new Book(k, this));
  }
}

class Book {
  constructor(id, author = new Author(`author of ${id}`)) {
    this.title = `book ${id}`;
    this.author = author;
    this.pages = 100 + id;
  }
}

const root = {
  book: ({ id }) => new Book(id),
  authors: async () => [new Author('ann'), new Author('bob')],
  rate: ({ book, stars }) => {
    if (stars > 5) throw new Error('five stars at most');
    return new Book(book);
  },
};
const received = { answers: 0, bytes: 0 };
let server;
let address;

async function ask(path, options) {
  const response = await fetch(`${address}${path}`, options);
  received.answers += 1;
  received.bytes += (await response.text()).length;
}

const query = (source, variableValues) =>
  ask('/', { method: 'POST', body: JSON.stringify({ source, variableValues }) });

export async function setup() {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const result = await graphql({ schema, rootValue: root, ...JSON.parse(body) });
    response.end(JSON.stringify(result));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${server.address().port}`;
}

export async function iterate(round) {
  await query(`{ book(id: ${round}) { title pages author { name books(first: 3) { title } } } }`);
  await query('query ($id: Int!) { book(id: $id) { title } authors { name } }', { id: round });
  await query(`mutation { rate(book: ${round}, stars: ${round % 8}) { title } }`);
  await query('{ nonsense }');
}

export async function teardown() {
  server.closeAllConnections();
  server.close();
}

await runAsScript(import.meta.url, { setup, iterate, teardown });
