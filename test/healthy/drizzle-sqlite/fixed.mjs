import { eq, lt, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/sql-js';
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import initSqlJs from 'sql.js';
import { runAsScript } from '../../../fixtures/run-as-script.mjs';

// Orders are written, read, changed and cleared away through an ORM on SQLite.

const orders = sqliteTable('orders', {
  id: integer('id').primaryKey(),
  customer: text('customer').notNull(),
  pieces: integer('pieces').notNull(),
});
let sqlite;
let db;

export async function setup() {
  const SQL = await initSqlJs();
  sqlite = new SQL.Database();
  sqlite.run('create table orders (id integer primary key, customer text not null, pieces integer not null)');
  db = drizzle(sqlite);
}

export async function iterate(round) {
  await db.insert(orders).values(
    Array.from({ length: 5 }, (_, k) => ({
      id: 5 * round + k,
      customer: `customer-${k}`,
      pieces: round + k,
    })),
  );
  await db.update(orders).set({ pieces: 1 }).where(eq(orders.customer, 'customer-2'));
  const rows = await db.all(sql`select * from ${orders} where ${eq(orders.customer, 'customer-3')}`);
  const { total } = await db.get(sql`select sum(${orders.pieces}) as total from ${orders}`);
  if (rows.length === 0 || !total) throw new Error('the orders are gone');
  await db.delete(orders).where(lt(orders.id, 5 * (round - 4)));
}

export async function teardown() {
  sqlite.close();
}

await runAsScript(import.meta.url, { setup, iterate, teardown });
