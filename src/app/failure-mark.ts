import { sha256Hex } from '../format/canonical.ts';
import type { CommandRecord } from '../format/run.ts';
import type { Finding } from '../kernel/event.ts';

/** Enough hexadecimal digits to tell failures of one ledger apart. */
const DIGITS = 16;

/**
 * Two failures with one mark failed in the same way: the same findings at the same paths, the same end of the last command, and the same words
 * but for numbers, which are times, processes and places in a file.
 */
export function failureMark(findings: readonly Finding[], last?: CommandRecord): string {
  const codes = findings.map(({ code, path }) => `${code} ${path ?? ''}`).join(',');
  const end = last === undefined ? '' : `${last.phase} ${last.ending} ${String(last.exit)}`;
  const words = findings.map(({ message }) => message.replaceAll(/[0-9]+/g, '#')).join('\n');
  return `${codes}|${end}|${sha256Hex(words).slice(0, DIGITS)}`;
}
