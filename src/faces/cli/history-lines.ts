import type { LogEntry } from '../../app/operations/log.ts';
import { plain } from './plain.ts';
import type { Style } from './style.ts';

/** Events, oldest first, a line each: entry, time (UTC), what happened. */
export function historyLines(entries: readonly LogEntry[], style: Style): readonly string[] {
  const digits = Math.max(...entries.map(({ seq }) => String(seq).length), 1);
  return entries.map(({ seq, at, text }) => `${style.dim(`#${String(seq).padStart(digits)}  ${plain(at.slice(0, 19).replace('T', ' '))}Z`)}  ${plain(text)}`);
}
