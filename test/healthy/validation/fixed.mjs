import Ajv from 'ajv';
import { z } from 'zod';
import { runAsScript } from '../../../fixtures/run-as-script.mjs';

// Orders are checked with two libraries; one of the schemas is made for each round.

const Order = z.object({
  id: z.string(),
  lines: z.array(z.object({ article: z.string(), pieces: z.number().int().positive() })).min(1),
  note: z.string().max(20).optional(),
  paid: z.discriminatedUnion('by', [
    z.object({ by: z.literal('card'), number: z.string() }),
    z.object({ by: z.literal('cash') }),
  ]),
});
const ajv = new Ajv({ allErrors: true });
const check = ajv.compile({
  type: 'object',
  required: ['id', 'lines'],
  properties: {
    id: { type: 'string' },
    lines: {
      type: 'array',
      items: {
        type: 'object',
        required: ['article'],
        properties: { article: { type: 'string' }, pieces: { type: 'integer', minimum: 1 } },
      },
    },
  },
});
const counted = { right: 0, wrong: 0, messages: 0 };

export async function setup() {}

export async function iterate(round) {
  const Limited = Order.extend({ total: z.number().max(round) });
  for (let k = 0; k < 4; k += 1) {
    const order = {
      id: `${round}/${k}`,
      lines: [{ article: `article ${k}`, pieces: k }],
      paid: k % 2 ? { by: 'card', number: '4711' } : { by: 'cash' },
      total: k,
    };
    const { success, error } = Limited.safeParse(order);
    counted[success ? 'right' : 'wrong'] += 1;
    if (error) counted.messages += error.issues.length;
    if (!check(order)) counted.messages += ajv.errorsText(check.errors).length;
  }
  await Order.parseAsync({ id: 'x', lines: [{ article: 'a', pieces: 1 }], paid: { by: 'cash' } });
}

export async function teardown() {}

await runAsScript(import.meta.url, { setup, iterate, teardown });
