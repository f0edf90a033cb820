import ejs from 'ejs';
import Handlebars from 'handlebars';
import pug from 'pug';
import { runAsScript } from '../../../fixtures/run-as-script.mjs';

// The same page in three template languages.

const handlebars = Handlebars.compile('<h1>{{title}}</h1>{{#each items}}<p>{{name}}: {{price}}</p>{{/each}}');
const pugPage = pug.compile('h1= title\neach item in items\n  p #{item.name}: #{item.price}');
const ejsSource =
  '<h1><%= title %></h1><% for (const item of items) { %><p><%= item.name %>: <%= item.price %></p><% } %>';
const rendered = { bytes: 0 };

export async function setup() {}

export async function iterate(round) {
  const view = {
    title: `Prices of day ${round}`,
    items: Array.from({ length: 20 }, (_, k) => ({ name: `item ${k}`, price: k + round })),
  };
  rendered.bytes += handlebars(view).length + pugPage(view).length;
  rendered.bytes += ejs.render(ejsSource, view).length;
  rendered.bytes += Handlebars.compile(`<i>{{title}} ${round % 5}</i>`)(view).length;
}

export async function teardown() {}

await runAsScript(import.meta.url, { setup, iterate, teardown });
