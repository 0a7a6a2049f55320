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

type Kept = Pick<CommandRecord, 'head' | 'tail' | 'log'>;

/** The end of a failed command's output, which is redacted already, on one line; and where the whole log is, in this clone only. */
export function lastWords(output: Kept): string {
  return `${shown(linesOf(output))}${output.log.kept === 0 ? '' : `; its log: ${logPlace(output)}`}`;
}

/** The end of what an agent's program said that is no message of its protocol, on one line: as a rule why it failed, on standard error. Empty where there is none. */
export function lastComplaint(output: Pick<Kept, 'head' | 'tail'>): string {
  return shown(linesOf(output).filter((line) => !line.startsWith('{')));
}

/** Where a log is, in this clone only. */
export function logPlace({ log }: Pick<Kept, 'log'>): string {
  return `coo/logs/${log.sha256.slice(0, 2)}/${log.sha256.slice(2)} in the git folder`;
}

/** Without the frames of a stack: what went wrong stands above them. */
function linesOf({ head, tail }: Pick<Kept, 'head' | 'tail'>): readonly string[] {
  return (tail === '' ? head : tail).split(/[\r\n]+/).map((line) => line.replaceAll(/\p{Cc}+/gu, ' ').trim()).filter((line) => line !== '' && !line.startsWith('at '));
}

function shown(lines: readonly string[]): string {
  const said = lines.slice(-LAST_LINES).join(' | ');
  return said === '' ? '' : `: ${said.length > LAST_UNITS ? `...${said.slice(-LAST_UNITS)}`.toWellFormed() : said}`;
}
