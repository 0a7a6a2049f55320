import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { signDsse } from '../../format/dsse.ts';
import { keyOfSeed, readPrivateKey, renderPrivateKey } from '../../format/ssh-key.ts';
import type { PrivateKey } from '../../format/ssh-key.ts';
import { signSsh } from '../../format/sshsig.ts';
import { isId } from '../../kernel/ids.ts';
import type { Files } from '../../ports/files.ts';
import type { Random } from '../../ports/random.ts';
import type { KeySlot, SigningKey, SigningKeys } from '../../ports/signer.ts';

const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
/** Rights of anybody but the owner. */
const OTHERS = 0o077;
/** A key and its comment; far above what ssh-keygen writes. */
const CAP = 16_384;
const SEED_BYTES = 32;
const CHECK_BYTES = 4;

/** What is wrong with a key's file, and what mends it. */
export class KeyFailure extends Error {
  override readonly name = 'KeyFailure';
  readonly code: string;
  readonly fix: string;

  constructor(code: string, message: string, fix: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.fix = fix;
  }
}

/** Keys as files of a folder, `<folder>/<ledger>` and `<ledger>.next`, in the form of OpenSSH's own. */
export function keyFolder({ folder, files, random }: { readonly folder: string; readonly files: Files; readonly random: Random }): SigningKeys {
  const path = (ledger: string, slot: KeySlot): string => {
    // The id may be out of a stranger's ledger.
    if (!isId(ledger)) throw new KeyFailure('KEY_LEDGER', `no key has the name of the ledger ${JSON.stringify(ledger)}`, 'coo verify');
    return `${folder}/${ledger}${slot === 'next' ? '.next' : ''}`;
  };
  return {
    path,
    async of(ledger) {
      const keys: SigningKey[] = [];
      for (const slot of ['current', 'next'] as const) {
        const file = path(ledger, slot);
        const text = await readOwn(file);
        if (text === undefined) continue;
        const read = readPrivateKey(text);
        if (!read.ok) throw new KeyFailure(read.fault.code, `${file} ${read.fault.message}`, `mv ${file} ${file}.old; ${read.fault.fix}`);
        keys.push(signing(file, read.key));
      }
      return keys;
    },
    async at(file) {
      const text = await readOwn(file);
      if (text === undefined) throw new KeyFailure('KEY_FILE', `there is no key ${file}`, 'name the private half of an ed25519 key');
      const read = readPrivateKey(text);
      if (!read.ok) throw new KeyFailure(read.fault.code, `${file} ${read.fault.message}`, read.fault.fix);
      return signing(file, read.key);
    },
    async create(ledger, slot, comment) {
      const file = path(ledger, slot);
      const seed = Buffer.from(random.hex(SEED_BYTES), 'hex');
      const key = keyOfSeed(seed, comment);
      await files.folder(folder, FOLDER_MODE);
      try {
        await files.create(file, Buffer.from(renderPrivateKey(key, seed, Number.parseInt(random.hex(CHECK_BYTES), 16))), FILE_MODE);
      } catch (cause) {
        if (!(cause instanceof Error && 'fault' in cause && (cause.fault as { readonly code?: unknown }).code === 'FILE_EXISTS')) throw cause;
        throw new KeyFailure('KEY_EXISTS', `${file} stands there already`, slot === 'current' ? 'coo key show; for one that follows it: coo key new --next' : `once signers.yaml lists it and not the one before: mv ${file} ${path(ledger, 'current')}`, cause);
      }
      return signing(file, key);
    },
  };
}

function signing(path: string, key: PrivateKey): SigningKey {
  return { path, public: key.public, sign: (message, namespace) => signSsh(message, namespace, key), dsse: (payloadType, payload) => signDsse(payloadType, payload, key) };
}

/** The text of a file that nobody but this user can read or write; undefined where it is absent. Its rights are asked of the open file. */
async function readOwn(file: string): Promise<string | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(file, READ);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new KeyFailure('KEY_FILE', `${file} cannot be opened as a file (${String(code)})`, `ls -l ${file}: it is a regular file of yours, of mode 600`, cause);
  }
  try {
    const stats = await handle.stat();
    if (!stats.isFile() || stats.size > CAP) throw new KeyFailure('KEY_FILE', `${file} is no key: ${stats.isFile() ? `it has ${String(stats.size)} bytes` : 'it is no regular file'}`, `mv ${file} ${file}.old; coo key new`);
    if (process.getuid !== undefined && stats.uid !== process.getuid()) throw new KeyFailure('KEY_PERMISSIONS', `${file} belongs to another user (${String(stats.uid)})`, 'run coo as the user whose key it is');
    if ((stats.mode & OTHERS) !== 0) throw new KeyFailure('KEY_PERMISSIONS', `${file} can be used by others (mode ${(stats.mode & 0o777).toString(8)})`, `chmod 600 ${file}; if others may have read it, make a new key`);
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}
