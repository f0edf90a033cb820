/*
 * Runs in the hooks thread of Node lines without `module.registerHooks`.
 */
interface Rule {
  readonly parentURL: string;
  readonly pattern: string;
}

let parentURL: string;
let pattern: RegExp;

export function initialize(rule: Rule): void {
  parentURL = rule.parentURL;
  pattern = new RegExp(rule.pattern);
}

export function resolve(
  specifier: string,
  context: object,
  next: (specifier: string, context?: object) => unknown,
): unknown {
  return pattern.test(specifier) ? next(specifier, { ...context, parentURL }) : next(specifier, context);
}
