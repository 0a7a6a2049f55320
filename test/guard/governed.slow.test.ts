// Governed mode wants a person's own signature: real commits, signed by git and ssh-keygen.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { scratch } from '../support/cli.ts';
import type { Scratch } from '../support/cli.ts';
import { sshKeygen } from '../support/ssh-keygen.ts';

let place: Scratch;
let repo: string;
let base: string;

beforeEach(async () => {
  place = scratch();
  repo = await place.project();
  for (const name of ['tester', 'other']) sshKeygen(place.top, ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(place.top, name)]);
  const coo = join(repo, '_plans/coo.yaml');
  writeFileSync(coo, readFileSync(coo, 'utf8').replace('mode: dev', 'mode: governed').replace(/email: [^}]*/, 'email: tester@example.com'));
  writeFileSync(join(repo, '_plans/signers.yaml'), `version: 1\nsigners:\n${line('tester', 'tester@example.com')}${line('other', 'other@example.com')}`);
  place.git(repo, 'add', '-A', '_plans');
  place.git(repo, 'commit', '-q', '-m', 'governed from here on');
  base = place.git(repo, 'rev-parse', 'HEAD');
});
afterEach(() => place.remove());

function line(key: string, principal: string): string {
  return `  - {principal: ${principal}, key: ${readFileSync(join(place.top, `${key}.pub`), 'utf8').trim()}, roles: [coordinator, approver, person]}\n`;
}

/** A commit of the listed person's, signed with this key or not at all. */
function commit(key: string | undefined, text = 'x'): void {
  writeFileSync(join(repo, 'own.txt'), text);
  place.git(repo, 'add', 'own.txt');
  const signed = key === undefined ? [] : ['-c', 'gpg.format=ssh', '-c', `user.signingkey=${join(place.top, key)}`];
  place.git(repo, ...signed, 'commit', '-q', ...(key === undefined ? [] : ['-S']), '-m', 'a change of my own');
}

async function codes(): Promise<readonly string[]> {
  const { stdout } = await place.coo(repo, 'guard', 'ci', '--base', base, '--head', 'HEAD', '--json');
  return (JSON.parse(stdout) as { findings: { code: string; severity: string }[] }).findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
}

it("takes a listed person's commit with their own signature, and none without", async () => {
  commit('tester');
  expect(await codes()).toEqual([]);
  commit(undefined, 'y');
  expect(await codes()).toEqual(['COMMIT_UNSIGNED']);
});

it("takes no signature by somebody else's key, nor one of another commit", async () => {
  commit('other');
  expect(await codes()).toEqual(['COMMIT_UNSIGNED']);
  place.git(repo, 'reset', '-q', '--hard', base);
  commit('tester');
  // The same signature under another message.
  const object = place.git(repo, 'cat-file', 'commit', 'HEAD').replace('a change of my own', 'another');
  writeFileSync(join(place.top, 'forged'), `${object}\n`);
  place.git(repo, 'reset', '-q', '--hard', place.git(repo, 'hash-object', '-t', 'commit', '-w', join(place.top, 'forged')));
  expect(await codes()).toEqual(['COMMIT_UNSIGNED']);
});

it('a key that the change itself lists counts for nothing', async () => {
  sshKeygen(place.top, ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(place.top, 'eve')]);
  const path = join(repo, '_plans/signers.yaml');
  writeFileSync(path, readFileSync(path, 'utf8').replace('version: 1', 'version: 2').replace(/ {2}- \{principal: tester.*\n/, line('eve', 'tester@example.com')));
  place.git(repo, 'add', '_plans');
  commit('eve');
  expect(await codes()).toContain('COMMIT_UNSIGNED');
});
