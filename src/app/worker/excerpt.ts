import type { CommandRecord } from '../../format/run.ts';

/** What stands in place of a value that must not be shown. */
export const REDACTED = '[redacted]';

/**
 * Head and tail of an output, each at most `cap` bytes, as text that JSON can carry, known secrets taken out.
 * A short output is all head. Redaction runs over the whole joined text of each part with a margin, so a secret cut in two does not show.
 */
export function excerpt(bytes: Uint8Array, cap: number, secrets: readonly string[]): { readonly head: string; readonly tail: string } {
  if (bytes.length <= cap) return { head: redact(text(bytes), secrets), tail: '' };
  const margin = Math.max(0, ...secrets.map((secret) => secret.length));
  const head = redact(text(bytes.subarray(0, cap + margin)), secrets).slice(0, cap);
  const tail = redact(text(bytes.subarray(Math.max(0, bytes.length - cap - margin))), secrets).slice(-cap);
  return { head, tail };
}

export function redact(shown: string, secrets: readonly string[]): string {
  let clean = shown;
  for (const secret of secrets) if (secret.length >= 6) clean = clean.replaceAll(secret, REDACTED);
  return clean;
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
