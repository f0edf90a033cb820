import { InputError } from '../shared/errors.ts';
import type { Report } from './report.ts';

/** Is this the beginning of a leakscan report rather than of a heap snapshot? */
export function looksLikeReport(head: string): boolean {
  return /^\s*\{\s*"schemaVersion"\s*:/.test(head);
}

/** The report in a JSON text. @throws InputError naming `file` when it is not one that this version understands */
export function parseReport(text: string, file: string): Report {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(
      `${file} is not complete JSON: ${(error as Error).message}.`,
      'Write the report again with --output json=<file>.',
      { cause: error },
    );
  }
  const report = value as Report;
  if (typeof value !== 'object' || value === null || report.tool?.name !== 'leakscan') {
    throw new InputError(
      `${file} is not a leakscan report.`,
      'Pass a file that --output json=<file> has written.',
    );
  }
  if (report.schemaVersion !== 1) {
    throw new InputError(
      `${file} has schema version ${report.schemaVersion}; this leakscan reads version 1.`,
      'Use the leakscan that wrote it, or write the report again.',
    );
  }
  const hasLists = [report.findings, report.ignored, report.couldNotJudge, report.generations].every(
    Array.isArray,
  );
  const hasParts = typeof report.target?.script === 'string' && typeof report.verdict?.status === 'string';
  if (!hasLists || !hasParts || !report.findings.every((finding) => typeof finding?.signature === 'string')) {
    throw new InputError(
      `${file} is a damaged leakscan report.`,
      'Write the report again with --output json=<file>.',
    );
  }
  return report;
}
