// What must not be stored, in every form that it may come in.
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { secretlintScanner } from '../../src/adapters/secretlint/scanner.ts';
import { cleanMessage } from '../../src/app/manager/clean-message.ts';
import { REDACTED, redactFindings, redactor } from '../../src/app/worker/redact.ts';
import { spellings } from '../../src/app/worker/spellings.ts';
import { SAMPLES, some } from '../support/secret-samples.ts';

const VALUE = 'pä$$ wörd/+"one\\two"=?';
const NONE = { scan: async () => Promise.resolve([]) };
const { bytes, text } = redactor(NONE, [VALUE]);
const base64 = (value: string): string => Buffer.from(value).toString('base64');

describe('a value that is known', () => {
  it.each<[string, string]>([
    ['as it is', VALUE],
    ['in JSON', JSON.stringify({ password: VALUE })],
    ['in a URL', `https://example.org/?p=${encodeURIComponent(VALUE)}&q=1`],
    ['in a form', `p=${encodeURIComponent(VALUE).replaceAll('%20', '+')}`],
    ['in hexadecimal', Buffer.from(VALUE).toString('hex')],
    ['in capital hexadecimal', Buffer.from(VALUE).toString('hex').toUpperCase()],
    ['in base64', base64(VALUE)],
    ['behind one letter in base64', base64(`:${VALUE}:more`)],
    ['behind two letters in base64', base64(`a:${VALUE}`)],
    ['behind three letters in base64url', Buffer.from(`me:${VALUE}`).toString('base64url')],
  ])('%s is taken out', async (_, said) => {
    const shown = await text(`before ${said} after`);
    expect(shown).toContain(REDACTED);
    for (const form of spellings(VALUE)) expect(shown).not.toContain(form);
  });

  it('is taken out of bytes that are no UTF-8, and nothing else is changed', async () => {
    const log = Buffer.concat([Buffer.from([0xff, 0x00, 0xfe]), Buffer.from(VALUE), Buffer.from([0x80])]);
    expect(await bytes(log, false)).toEqual(Buffer.concat([Buffer.from([0xff, 0x00, 0xfe]), Buffer.from(REDACTED), Buffer.from([0x80])]));
    const other = gzipSync('nothing in it');
    expect(await bytes(other, false)).toBe(other);
  });

  it('of a few letters is a word like any other', async () => {
    expect(spellings('abcde')).toEqual([]);
    expect(await redactor(NONE, ['abcde']).text('abcde')).toBe('abcde');
  });
});

it('a message on the bus goes into the ledger without one, and without its token', async () => {
  const token = ['ghp', some(36)].join('_');
  const world = { secrets: secretlintScanner() };
  const at = { plan_id: 'p', step_id: 's', fence: 1, token: 'the-token-itself' };
  const said = `a ${token} b the-token-itself c`;
  const clean = `a ${REDACTED} b ${REDACTED} c`;
  expect(await cleanMessage(world, { ...at, type: 'step.progress', text: said })).toEqual({ ...at, type: 'step.progress', text: clean });
  expect(await cleanMessage(world, { ...at, type: 'step.question', to: 'you', text: said })).toEqual({ ...at, type: 'step.question', to: 'you', text: clean });
  expect(await cleanMessage(world, { ...at, type: 'step.blocked', reason: said })).toEqual({ ...at, type: 'step.blocked', reason: clean });
  expect(await cleanMessage(world, { ...at, type: 'claim.release', reason: said })).toEqual({ ...at, type: 'claim.release', reason: clean });
  expect(await cleanMessage(world, { type: 'note', text: token })).toEqual({ type: 'note', text: REDACTED });
});

describe('what is broken off at the end', () => {
  it('goes with its line', async () => {
    expect(await bytes(Buffer.from(`one\ntwo\n${VALUE.slice(0, 9)}`), true)).toEqual(Buffer.from('one\ntwo\n'));
  });

  it('goes where there is no line, too', async () => {
    const kept = Buffer.from(await bytes(Buffer.from(`${'x'.repeat(9_000)}${VALUE.slice(0, 9)}`), true)).toString();
    expect(kept).toBe('x'.repeat(9_000 + Buffer.byteLength(VALUE.slice(0, 9)) - 4_096));
  });
});

describe('what has the form of a secret', () => {
  const { text: clean, kinds } = redactor(secretlintScanner(), []);

  it.each(Object.entries(SAMPLES))('%s is taken out of a text, all of it', async (rule, samples) => {
    for (const sample of samples) {
      const shown = await clean(`before ${sample} after\n`);
      expect(shown).toContain(REDACTED);
      expect(shown).toMatch(/^before .*after\n$/s);
      // Whatever is left of it is no word of twelve letters.
      const secret = sample.split(/[^A-Za-z0-9]+/).filter((word) => word.length > 12 && !/^[A-Z]+$/.test(word));
      for (const word of secret) expect(shown).not.toContain(word);
      expect((await kinds('a.txt', sample))[0]).toContain(rule);
    }
  });

  it('two that overlap and one behind leave what is between', async () => {
    const token = ['ghp', some(36)].join('_');
    expect(await redactor(secretlintScanner(), [token.slice(2, 30), token.slice(10)]).text(`a ${token} b ${token} c`)).toBe(`a ${REDACTED} b ${REDACTED} c`);
  });

  it('is taken out of findings, and out of the paths in them', async () => {
    const token = ['ghp', some(36)].join('_');
    expect(await redactFindings(redactor(secretlintScanner(), []), [{ code: 'A', message: `m ${token}`, path: `src/${token}` }, { code: 'B', message: 'n' }])).toEqual([{ code: 'A', message: `m ${REDACTED}`, path: `src/${REDACTED}` }, { code: 'B', message: 'n' }]);
  });
});
