import { expect, test } from 'vitest';
import { referencePage } from '../support/reference-page.ts';

test('docs/cli.md is what the option table says; `npm run docs` writes it', async () => {
  await expect(referencePage()).toMatchFileSnapshot('../../docs/cli.md');
});
