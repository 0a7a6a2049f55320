import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { armoured } from '../../src/format/sshsig.ts';
import { SEARCH_PATH } from './repo.ts';

/** OpenSSH's own ssh-keygen in a folder, where nothing of the machine's (agent, HOME) reaches it. */
export function sshKeygen(folder: string, args: readonly string[], input: Uint8Array | string = ''): { readonly ok: boolean; readonly out: string } {
  const ran = spawnSync('ssh-keygen', args, { cwd: folder, input, env: { PATH: SEARCH_PATH, HOME: folder, LC_ALL: 'C' } });
  return { ok: ran.status === 0, out: `${ran.stdout.toString()}${ran.stderr.toString()}` };
}

/** `ssh-keygen -Y verify` of a message by one signer. */
export function sshVerify(folder: string, asked: { readonly namespace: string; readonly principal: string; readonly key: string; readonly base64: string; readonly message: Uint8Array | string; readonly options?: string }): { readonly ok: boolean; readonly out: string } {
  writeFileSync(join(folder, 'allowed_signers'), `${asked.principal} ${asked.options === undefined ? '' : `${asked.options} `}${asked.key}\n`);
  writeFileSync(join(folder, 'one.sig'), armoured(asked.base64));
  return sshKeygen(folder, ['-Y', 'verify', '-n', asked.namespace, '-I', asked.principal, '-f', 'allowed_signers', '-s', 'one.sig'], asked.message);
}
