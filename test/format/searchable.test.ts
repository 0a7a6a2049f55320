// Text that a plain search would pass by: in UTF-16, or beside bytes that are none.
import { describe, expect, it } from 'vitest';
import { secretlintScanner } from '../../src/adapters/secretlint/scanner.ts';
import { scanFiles } from '../../src/app/guard/rules/secrets.ts';
import { redactor } from '../../src/app/worker/redact.ts';
import { searchable } from '../../src/format/searchable.ts';
import { SAMPLES } from '../support/secret-samples.ts';

const TOKEN = SAMPLES['github']?.[0] ?? '';
const LITTLE = Buffer.from(`\ufeffone\ntwo ${TOKEN} приве́т\nthree\n`, 'utf16le');
const BIG = Buffer.from(LITTLE).swap16();
const FILES: readonly (readonly [string, Uint8Array, number])[] = [
  ['UTF-16, the small end first', LITTLE, 2],
  ['UTF-16, the big end first', BIG, 2],
  ['UTF-16 without a mark', LITTLE.subarray(2), 2],
  ['text with the mark of UTF-16', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(`one\n${TOKEN}\n`)]), 2],
  ['text beside a NUL', Buffer.from(`\0\x01\0${TOKEN}\0\0x`), 1],
];

describe.each(FILES)('a token in %s', (_, bytes, line) => {
  it('is found by the guard and the judge, with its line', async () => {
    const history = { blobs: async (ids: readonly string[], _cap: number, take: (found: Uint8Array | null, at: number) => void): Promise<void> => Promise.resolve(ids.forEach((_id, at) => take(bytes, at))) };
    expect(await scanFiles(history, secretlintScanner(), [{ path: 'a.txt', before: null, after: '1', commit: null }])).toMatchObject([{ code: 'SECRET', line }]);
  });

  it('is found by the worker', async () => {
    expect(await redactor(secretlintScanner(), []).kinds('a.txt', new TextDecoder().decode(bytes))).toEqual(['github: GITHUB_TOKEN']);
  });
});

it('strings of a program are not joined to one that none of them is', () => {
  expect(searchable('https://\0user:\0word@\0host')).toBe('https:// user: word@ host');
  expect(searchable('plain text')).toBe('plain text');
});
