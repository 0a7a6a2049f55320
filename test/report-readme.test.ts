// The page that says how to check an entry by hand: what it says to type is typed, on a real ledger.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratch } from './support/cli.ts';
import type { Scratch } from './support/cli.ts';

const PAGE = join(import.meta.dirname, '..', '_report', 'README.md');
const ENTRY = '_report/ledger/000/000/004.json';

// A workspace of an attempt at this very project has no `_report` checked out.
describe.runIf(existsSync(PAGE))('the page about checking by hand', () => {
  let place: Scratch;
  let repo: string;
  let key: string;
  const [sums = '', signature = ''] = existsSync(PAGE) ? [...readFileSync(PAGE, 'utf8').matchAll(/```sh\n([^]*?)```/g)].map(([, block = '']) => block) : [];

  beforeAll(async () => {
    place = scratch();
    repo = await place.project();
    const made = await place.coo(repo, 'key', 'new', '--principal', 'op@example.com', '--json');
    ({ key: { key } } = JSON.parse(made.stdout) as { readonly key: { readonly key: string } });
    for (const act of ['pause', 'resume']) await place.coo(repo, act, '--reason', 'x');
  });
  afterAll(() => place.remove());

  const entry = (path = ENTRY): string => execFileSync('git', ['show', `coo/ledger:${path}`], { cwd: repo, env: place.env, encoding: 'utf8' });
  const sh = (script: string): { readonly status: number | null; readonly out: string } => {
    const ran = spawnSync('sh', ['-eu'], { cwd: repo, env: place.env, input: script, encoding: 'utf8' });
    return { status: ran.status, out: `${ran.stdout}${ran.stderr}` };
  };

  it('has digest, link and file right', () => {
    const { digest, prev } = JSON.parse(entry()) as { readonly digest: string; readonly prev: string };
    const files = JSON.parse(entry('_report/ledger/000/000/001.json')) as { readonly files: readonly { readonly path: string; readonly sha256: string }[] };
    const { out } = sh(sums.replace('<path under "files">', files.files[0]?.path ?? ''));
    expect(out.match(/[0-9a-f]{64}/g)).toEqual([digest, prev, files.files[0]?.sha256]);
  });

  it('has the signature right, with the key that the list before has and with no other', () => {
    expect(signature).toContain('ssh-ed25519 AAAA...');
    const { status, out } = sh(signature.replace('ssh-ed25519 AAAA...', key));
    expect([status, out]).toEqual([0, expect.stringMatching(/Good "entry@git-coo" signature for op@example\.com with ED25519 key SHA256:\S+\n$/)]);
    expect(out).toContain(`key: ${key}`);
    const other = key.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    expect(sh(signature.replace('ssh-ed25519 AAAA...', other)).status).not.toBe(0);
  });
});
