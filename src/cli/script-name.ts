import { existsSync } from 'node:fs';

/** Does the word name a program rather than a command? People type `leakscan app.js`. */
export function looksLikeScript(word: string): boolean {
  return /\.[cm]?[jt]s$/.test(word) || (word !== '' && existsSync(word));
}
