import type { CommandRecord } from '../../format/run.ts';

/** Head and tail of an output that is redacted already, each at most `cap` bytes, as text that JSON can carry. A short output is all head. */
export function excerpt(bytes: Uint8Array, cap: number): { readonly head: string; readonly tail: string } {
  if (bytes.length <= cap) return { head: text(bytes), tail: '' };
  return { head: text(bytes.subarray(0, cap)), tail: text(bytes.subarray(bytes.length - cap)) };
}

function text(bytes: Uint8Array): string {
  return new TextDecoder('utf-8').decode(bytes).replaceAll('\u0000', '\ufffd');
}

/** Lines of an output that a finding shows, from its end. */
const LAST_LINES = 5;
/** And of their text at most, in UTF-16 code units. */
const LAST_UNITS = 400;

/** The end of a failed command's output, which is redacted already, on one line; and where the whole log is, in this clone only. */
export function lastWords({ head, tail, log }: Pick<CommandRecord, 'head' | 'tail' | 'log'>): string {
  const lines = (tail === '' ? head : tail).split(/[\r\n]+/).map((line) => line.replaceAll(/\p{Cc}+/gu, ' ').trim()).filter((line) => line !== '');
  const said = lines.slice(-LAST_LINES).join(' | ');
  const shown = said.length > LAST_UNITS ? `...${said.slice(-LAST_UNITS)}`.toWellFormed() : said;
  const where = log.kept === 0 ? '' : `; its log: coo/logs/${log.sha256.slice(0, 2)}/${log.sha256.slice(2)} in the git folder`;
  return `${shown === '' ? '' : `: ${shown}`}${where}`;
}
