import { readFileSync } from 'node:fs';
import { InputError, UsageError } from '../shared/errors.ts';

/** A leak that is known and accepted. */
export interface AcceptedLeak {
  readonly signature: string;
  /** What it is, for people who read the file. */
  readonly title: string;
  /** Why it is accepted. */
  readonly reason: string;
  readonly owner?: string;
  /** Last day on which it is accepted, `YYYY-MM-DD`. */
  readonly expires?: string;
}

/** The leaks a project has accepted, by signature. */
export interface Baseline {
  readonly file: string;
  readonly accepted: readonly AcceptedLeak[];
}

/** What a baseline did in one analysis. */
export interface BaselineUse {
  readonly file: string;
  /** Entries that met a finding and hold. */
  readonly accepted: readonly AcceptedLeak[];
  /** Entries that met a finding after their day. */
  readonly expired: readonly AcceptedLeak[];
  /** Entries that met no finding, and can be removed. */
  readonly stale: readonly AcceptedLeak[];
}

const NOT_REVIEWED = 'not reviewed yet';

/**
 * Reads a baseline file. A file that does not exist gives an empty baseline when `mayBeMissing` is set.
 *
 * @throws UsageError when the file is missing, InputError when it is no baseline.
 */
export function readBaseline(file: string, mayBeMissing: boolean): Baseline {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new UsageError(
        `The baseline ${file} cannot be read: ${(error as Error).message}.`,
        'Check --baseline.',
        {
          cause: error,
        },
      );
    }
    if (mayBeMissing) return { file, accepted: [] };
    throw new UsageError(`The baseline ${file} does not exist.`, 'Add --update-baseline to write it.', {
      cause: error,
    });
  }
  return { file, accepted: parseBaseline(text, file) };
}

function parseBaseline(text: string, file: string): readonly AcceptedLeak[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(
      `The baseline ${file} is not JSON: ${(error as Error).message}.`,
      'Repair it, or write it anew with --update-baseline after removing it.',
      { cause: error },
    );
  }
  const { baselineVersion, accepted } = (value ?? {}) as { baselineVersion?: unknown; accepted?: unknown };
  if (baselineVersion !== 1 || !Array.isArray(accepted)) {
    throw new InputError(
      `${file} is not a leakscan baseline: \`baselineVersion\` 1 and a list \`accepted\` were expected.`,
      'Pass a file that --update-baseline has written.',
    );
  }
  return accepted.map((entry, index) => acceptedLeakOf(entry, `${file}, entry ${index + 1}`));
}

function acceptedLeakOf(value: unknown, where: string): AcceptedLeak {
  const entry = (value ?? {}) as Record<string, unknown>;
  const text = (name: string): string | undefined => {
    const field = entry[name];
    if (field === undefined || typeof field === 'string') return field;
    throw new InputError(`${where}: \`${name}\` is not text.`, 'Correct the entry.');
  };
  const signature = text('signature');
  if (!signature) throw new InputError(`${where} has no \`signature\`.`, 'Correct or remove the entry.');
  const expires = text('expires');
  if (expires !== undefined && !(/^\d{4}-\d\d-\d\d$/.test(expires) && Number.isFinite(Date.parse(expires)))) {
    throw new InputError(`${where}: \`expires\` is not a date like 2027-01-31.`, 'Correct the date.');
  }
  const owner = text('owner');
  return {
    signature,
    title: text('title') ?? '',
    reason: text('reason') ?? NOT_REVIEWED,
    ...(owner !== undefined && { owner }),
    ...(expires !== undefined && { expires }),
  };
}

/** Which entries held, expired or met nothing. `today` is `YYYY-MM-DD`. */
export function useBaseline(
  baseline: Baseline,
  findings: readonly { readonly signature: string }[],
  today: string,
): BaselineUse {
  const found = new Set(findings.map((finding) => finding.signature));
  const met = baseline.accepted.filter((entry) => found.has(entry.signature));
  const isExpired = (entry: AcceptedLeak) => entry.expires !== undefined && entry.expires < today;
  return {
    file: baseline.file,
    accepted: met.filter((entry) => !isExpired(entry)),
    expired: met.filter(isExpired),
    stale: baseline.accepted.filter((entry) => !found.has(entry.signature)),
  };
}

/**
 * The baseline that accepts exactly the findings that would count: entries that still occur keep their reason, owner and date
 * (a date that has passed is dropped), the others go. Sorted by signature.
 */
export function updatedBaseline(
  baseline: Baseline,
  findings: readonly { readonly signature: string; readonly title: string }[],
  today: string,
): Baseline {
  const known = new Map(baseline.accepted.map((entry) => [entry.signature, entry]));
  const bySignature = new Map(findings.map((finding) => [finding.signature, finding]));
  const accepted = [...bySignature.values()].map(({ signature, title }): AcceptedLeak => {
    const { reason = NOT_REVIEWED, owner, expires } = known.get(signature) ?? {};
    return {
      signature,
      title,
      reason,
      ...(owner !== undefined && { owner }),
      ...(expires !== undefined && expires >= today && { expires }),
    };
  });
  return { file: baseline.file, accepted: accepted.sort((a, b) => (a.signature < b.signature ? -1 : 1)) };
}

/** The text of a baseline file. */
export function baselineText(baseline: Pick<Baseline, 'accepted'>): string {
  return `${JSON.stringify({ baselineVersion: 1, accepted: baseline.accepted }, null, 2)}\n`;
}
