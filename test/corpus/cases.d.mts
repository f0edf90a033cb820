export type SetName = 'corpus' | 'fixtures' | 'packages' | 'healthy';

export interface Expectation {
  readonly detector: string;
  readonly also?: readonly string[];
  readonly culprit: readonly string[];
  readonly leaks: readonly string[];
  readonly position?: string;
  readonly holders?: readonly string[];
  readonly on?: Readonly<Record<string, Partial<Expectation>>>;
}

export interface CaseMeta {
  readonly title: string;
  readonly why: string;
  readonly kind: 'pair' | 'negative';
  readonly expect: { readonly leaky: readonly Expectation[]; readonly fixed: readonly [] };
  readonly node: string;
  readonly needs?: 'deferred-runtime';
  readonly rounds?: number;
}

export interface Case {
  readonly set: SetName;
  readonly name: string;
  readonly folder: string;
  readonly meta: CaseMeta;
  readonly programs: { readonly leaky?: string; readonly fixed?: string };
}

export const SETS: Readonly<Record<SetName, { readonly folder: string; readonly expected: string }>>;
export function casesOf(set: SetName): readonly Case[];
export function expectationOn(meta: Pick<CaseMeta, 'expect'>, version: string): Expectation | undefined;
export function satisfies(version: string, range?: string): boolean;
