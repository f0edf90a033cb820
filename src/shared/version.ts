import { readFileSync } from 'node:fs';

/** The version of this leakscan, from its package.json, which stands two folders above in `src` and in `dist`. */
export function leakscanVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
