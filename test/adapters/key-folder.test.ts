import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { diskFiles } from '../../src/adapters/files/disk-files.ts';
import { systemRandom } from '../../src/adapters/random/system-random.ts';
import { keyFolder } from '../../src/adapters/signer/key-folder.ts';
import { readSignature, isSignedBy } from '../../src/format/sshsig.ts';
import type { SigningKeys } from '../../src/ports/signer.ts';
import { sshKeygen, sshVerify } from '../support/ssh-keygen.ts';

let top: string;
let folder: string;
let keys: SigningKeys;

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'coo-keys-'));
  folder = join(top, 'config/coo/keys');
  keys = keyFolder({ folder, files: diskFiles({ nonce: '00ff' }), random: systemRandom() });
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

async function failure(call: Promise<unknown>): Promise<{ readonly code: string; readonly fix: string }> {
  try {
    await call;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && 'fix' in cause) return { code: String(cause.code), fix: String(cause.fix) };
    throw cause;
  }
  return { code: 'none', fix: '' };
}

it('makes a key that only its owner can use, that ssh-keygen reads, and that signs', async () => {
  expect(await keys.of('00aa')).toEqual([]);
  const made = await keys.create('00aa', 'current', 'coo 00aa');
  expect([statSync(folder).mode & 0o777, statSync(made.path).mode & 0o777]).toEqual([0o700, 0o600]);
  expect(made.path).toBe(join(folder, '00aa'));
  expect(sshKeygen(folder, ['-y', '-P', '', '-f', '00aa']).out).toBe(`${made.public.line} coo 00aa\n`);
  const [found] = await keys.of('00aa');
  expect(found?.public.line).toBe(made.public.line);
  const base64 = found?.sign('text\n', 'entry@git-coo') ?? '';
  const read = readSignature(base64, 'entry@git-coo');
  expect(read.ok && isSignedBy('text\n', read.signature, made.public)).toBe(true);
  expect(sshVerify(top, { namespace: 'entry@git-coo', principal: 'p', key: made.public.line, base64, message: 'text\n' }).ok).toBe(true);
});

it('takes a key that ssh-keygen made', async () => {
  mkdirSync(folder, { recursive: true });
  expect(sshKeygen(folder, ['-q', '-t', 'ed25519', '-N', '', '-f', '00aa']).ok).toBe(true);
  expect((await keys.of('00aa')).map((key) => key.public.line)).toEqual([readFileSync(join(folder, '00aa.pub'), 'utf8').split(' ').slice(0, 2).join(' ')]);
});

it('never makes one in the place of another, and keeps the one that follows beside it', async () => {
  const first = await keys.create('00aa', 'current', '');
  expect(await failure(keys.create('00aa', 'current', ''))).toEqual({ code: 'KEY_EXISTS', fix: 'coo key show; for one that follows it: coo key new --next' });
  const second = await keys.create('00aa', 'next', '');
  expect(await failure(keys.create('00aa', 'next', ''))).toMatchObject({ code: 'KEY_EXISTS', fix: expect.stringContaining(`mv ${second.path} ${first.path}`) as string });
  expect((await keys.of('00aa')).map((key) => key.public.line)).toEqual([first.public.line, second.public.line]);
  expect(first.public.line).not.toBe(second.public.line);
  expect(await keys.of('00bb')).toEqual([]);
});

it.each([0o640, 0o604, 0o620, 0o666])('refuses a key of mode %o, and says what mends it', async (mode) => {
  const { path } = await keys.create('00aa', 'current', '');
  chmodSync(path, mode);
  expect(await failure(keys.of('00aa'))).toEqual({ code: 'KEY_PERMISSIONS', fix: `chmod 600 ${path}; if others may have read it, make a new key` });
  chmodSync(path, 0o400);
  expect(await keys.of('00aa')).toHaveLength(1);
});

it('refuses what is no file, or no key', async () => {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, '00aa');
  const spoilt = async (spoil: () => void): Promise<string> => {
    rmSync(path, { recursive: true, force: true });
    spoil();
    const { code, fix } = await failure(keys.of('00aa'));
    expect(fix).not.toBe('');
    return code;
  };
  const real = join(top, 'real');
  writeFileSync(real, '', { mode: 0o600 });
  expect(await spoilt(() => symlinkSync(real, path))).toBe('KEY_FILE');
  expect(await spoilt(() => mkdirSync(path, { mode: 0o700 }))).toBe('KEY_FILE');
  expect(await spoilt(() => writeFileSync(path, 'x'.repeat(20_000), { mode: 0o600 }))).toBe('KEY_FILE');
  expect(await spoilt(() => writeFileSync(path, '', { mode: 0o600 }))).toBe('KEY_SHAPE');
  expect(await spoilt(() => sshKeygen(folder, ['-q', '-t', 'ed25519', '-N', 'secret', '-f', '00aa']))).toBe('KEY_ENCRYPTED');
});

it('a ledger whose id is no name of a file reaches no file', async () => {
  for (const id of ['../outside', '/etc/passwd', '', '.', 'a/b', 'a\0']) {
    expect((await failure(keys.of(id))).code, id).toBe('KEY_LEDGER');
    expect((await failure(keys.create(id, 'current', ''))).code, id).toBe('KEY_LEDGER');
  }
  expect(existsSync(join(top, 'config'))).toBe(false);
});
