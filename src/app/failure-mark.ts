import { sha256Hex } from '../format/canonical.ts';
import type { CommandRecord } from '../format/run.ts';
import type { Finding } from '../kernel/event.ts';

/** Enough hexadecimal digits to tell failures of one ledger apart. */
const DIGITS = 16;
/** Of what the findings are about, in UTF-16 code units: an entry takes 200 of the whole mark. */
const CODES = 120;

/**
 * Two failures with one mark failed in the same way: the same findings at the same paths, the same end of the last command, and the same words
 * but for numbers, which are times, processes and places in a file, and but for the digest of a log, which holds such numbers.
 */
export function failureMark(findings: readonly Finding[], last?: CommandRecord): string {
  const codes = findings.map(({ code, path }) => `${code} ${path ?? ''}`).join(',');
  const end = last === undefined ? '' : `${last.phase} ${last.ending} ${String(last.exit)}`;
  const words = findings.map(({ message }) => message.replaceAll(/[0-9a-f]{2}\/[0-9a-f]{62}|[0-9]+/g, '#')).join('\n');
  if (codes.length <= CODES) return `${codes}|${end}|${sha256Hex(words).slice(0, DIGITS)}`;
  return `${codes.slice(0, CODES).toWellFormed()}...|${end}|${sha256Hex(`${codes}\n${words}`).slice(0, DIGITS)}`;
}
