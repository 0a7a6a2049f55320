import { searchable } from '../../format/searchable.ts';
import type { Finding } from '../../kernel/event.ts';
import type { FoundSecret, SecretScanner } from '../../ports/secrets.ts';
import { spellings } from './spellings.ts';

/** What stands in place of a value that must not be shown. */
export const REDACTED = '[redacted]';

/** Takes secrets out of what is stored. */
export interface Redactor {
  readonly text: (shown: string) => Promise<string>;
  /** Bytes of any encoding. The same array where nothing was in it. `cut`: more came that was not kept, so that what is broken off at the end goes. */
  readonly bytes: (log: Uint8Array, cut: boolean) => Promise<Uint8Array>;
  /** What kinds of secrets a file holds, in the scanner's words. */
  readonly kinds: (path: string, text: string) => Promise<readonly string[]>;
}

/** What may be broken off at a cut, in bytes. */
const BROKEN_OFF = 4_096;

/** A scanner that knows some values beside the forms that it knows: in whatever spelling they come. */
export function withValues(scanner: SecretScanner, values: readonly string[]): SecretScanner {
  const forms = [...new Set(values)].flatMap(spellings);
  // Bytes are looked at as if each were a letter.
  const known = [...new Set(forms.flatMap((form) => [form, Buffer.from(form, 'utf8').toString('latin1')]))];
  return { scan: async (path, text) => [...known.flatMap((form) => placesOf(form, text)), ...(await scanner.scan(path, text))] };
}

function placesOf(form: string, text: string): readonly FoundSecret[] {
  const found: FoundSecret[] = [];
  for (let from = text.indexOf(form); from >= 0; from = text.indexOf(form, from + form.length)) {
    found.push({ kind: 'a value of this attempt', line: text.slice(0, from).split('\n').length, from, to: from + form.length });
  }
  return found;
}

/** Takes out what a scanner finds, and these values. */
export function redactor(scanner: SecretScanner, values: readonly string[]): Redactor {
  const { scan } = withValues(scanner, values);
  const text = async (shown: string): Promise<string> => without(shown, await scan('output.txt', shown));
  return {
    text,
    async bytes(log, cut) {
      const shown = Buffer.from(log.buffer, log.byteOffset, log.byteLength).toString('latin1');
      const clean = await text(cut ? withoutBroken(shown) : shown);
      return clean === shown ? log : Buffer.from(clean, 'latin1');
    },
    kinds: async (path, held) => [...new Set((await scan(path, searchable(held))).map(({ kind }) => kind))],
  };
}

function without(text: string, found: readonly FoundSecret[]): string {
  const parts: string[] = [];
  let done = 0;
  for (const { from, to } of found.toSorted((one, other) => one.from - other.from)) {
    if (from >= done) parts.push(text.slice(done, from), REDACTED);
    done = Math.max(done, to);
  }
  return found.length === 0 ? text : [...parts, text.slice(done)].join('');
}

/** Up to the last whole line, where one ends near the end. */
function withoutBroken(text: string): string {
  const margin = Math.max(0, text.length - BROKEN_OFF);
  const last = text.lastIndexOf('\n');
  return text.slice(0, last >= margin ? last + 1 : margin);
}

/** Findings as they may be shown: a path can be a secret too. */
export async function redactFindings({ text }: Redactor, findings: readonly Finding[]): Promise<readonly Finding[]> {
  return Promise.all(findings.map(async (finding) => ({ ...finding, message: await text(finding.message), ...(finding.path === undefined ? {} : { path: await text(finding.path) }) })));
}
