/** The names of a module, without error classes, that a text does not mention; sorted. */
export function namesMissingIn(text: string, module: object): string[] {
  return Object.entries(module)
    .filter(([, value]) => !(typeof value === 'function' && value.prototype instanceof Error))
    .map(([name]) => name)
    .filter((name) => !new RegExp(`\\b${name}\\b`).test(text))
    .sort();
}
