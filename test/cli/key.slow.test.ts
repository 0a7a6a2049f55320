// A key of this machine's for the ledger: made, listed, signed with, followed by another.
import { chmodSync, existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { scratch } from '../support/cli.ts';
import type { Said, Scratch } from '../support/cli.ts';

let place: Scratch;
let repo: string;

beforeEach(async () => {
  place = scratch();
  repo = await place.project();
});
afterEach(() => place.remove());

interface Key {
  readonly path: string;
  readonly key: string;
  readonly signs_as: string | null;
}
interface Made {
  readonly ledger: string;
  readonly key: Key;
  readonly line: string;
  readonly wrote: string | null;
  readonly version: number;
}

const json = async <T>(...args: readonly string[]): Promise<T> => JSON.parse((await place.coo(repo, ...args, '--json')).stdout) as T;
const keys = async (): Promise<readonly Key[]> => (await json<{ keys: readonly Key[] }>('key', 'show')).keys;
const signersPath = (): string => join(repo, '_plans/signers.yaml');

/** Appends an entry by a command, and says who signed it. */
async function signedBy(): Promise<string | undefined> {
  const said = await place.coo(repo, 'pause', '--reason', 'a look');
  if (said.code !== 0) throw new Error(said.stderr);
  await place.coo(repo, 'resume', '--reason', 'seen');
  return signatures().at(-1);
}

/** Who signed each entry of the ledger. */
function signatures(): readonly (string | undefined)[] {
  const paths = place.git(repo, 'ls-tree', '-r', '--name-only', 'coo/ledger', '_report/ledger').split('\n').toSorted();
  return paths.map((path) => (JSON.parse(place.git(repo, 'show', `coo/ledger:${path}`)) as { signature?: { by: string } }).signature?.by);
}

async function verified(): Promise<Said> {
  return place.coo(repo, 'verify');
}

it('nothing is signed before there is a key', async () => {
  expect(await place.coo(repo, 'key')).toMatchObject({ code: 0, stdout: 'this machine has no key for the ledger: coo key new\n' });
  expect(await signedBy()).toBeUndefined();
});

it('a new key comes with the first list of signers; entries are signed from the next one on', async () => {
  const before = signatures().length;
  const made = await json<Made>('key', 'new');
  expect(made).toMatchObject({ schema: 'coo/key-new.v1', wrote: signersPath(), version: 1, key: { signs_as: 'tester@example.com' } });
  expect(made.key.path).toBe(join(place.home, '.config/coo/keys', made.ledger));
  expect(statSync(made.key.path).mode & 0o777).toBe(0o600);
  expect(readFileSync(signersPath(), 'utf8')).toContain(made.line);
  // The list itself could not be vouched for by anybody.
  expect(signatures()).toEqual(Array.from({ length: before + 1 }, () => undefined));
  expect(place.git(repo, 'show', 'coo/ledger:_plans/signers.yaml')).toBe(readFileSync(signersPath(), 'utf8').trimEnd());
  expect(await signedBy()).toBe('tester@example.com');
  expect(await keys()).toEqual([made.key]);
  expect((await place.coo(repo, 'log')).stdout).toContain('signers.yaml taken over, version 1: tester@example.com');
  expect(await place.coo(repo, 'plan', 'lint')).toMatchObject({ code: 0, stdout: '_plans/coo.yaml: good\n_plans/signers.yaml: good\n' });
  expect((await verified()).code).toBe(0);
  expect(await place.coo(repo, 'key', 'new')).toMatchObject({ code: 1, stderr: expect.stringContaining('coo key new --next') as string });
});

it('the manager signs what it appends', async () => {
  await place.coo(repo, 'key', 'new');
  const before = signatures().length;
  place.write(join(repo, '_plans/p.plan.yaml'), 'plan_id: p\ntitle: t\nsteps: [{step_id: a, objective: a, commands: ["true"]}]\n');
  expect((await place.coo(repo, 'run', '--until-idle')).code).toBe(0);
  expect(new Set(signatures().slice(before))).toEqual(new Set(['tester@example.com']));
  expect((await verified()).code).toBe(0);
});

it('another key follows: the change is signed with the old one, all after it with the new one', async () => {
  const first = await json<Made>('key', 'new', '--principal', 'desk');
  const next = await json<Made>('key', 'new', '--next', '--principal', 'desk');
  expect(next).toMatchObject({ wrote: null, version: 2, key: { path: `${first.key.path}.next`, signs_as: null } });
  place.write(signersPath(), `version: 2\nsigners:\n${next.line}\n`);
  const list = signatures().length;
  await place.coo(repo, 'plan', 'start', 'none');
  expect(signatures().slice(list)).toEqual(['desk']);
  expect((await keys()).map((key) => key.signs_as)).toEqual([null, 'desk']);
  expect(await signedBy()).toBe('desk');
  rmSync(first.key.path);
  expect(await signedBy()).toBe('desk');
  expect((await verified()).code).toBe(0);
});

it('a list whose version did not grow changes nothing, and the manager says so', async () => {
  const { line } = await json<Made>('key', 'new');
  const text = `version: 1\nsigners:\n${line.replace('tester@example.com', 'mallory')}\n`;
  place.write(signersPath(), text);
  const { stdout, stderr } = await place.coo(repo, 'run', '--until-idle');
  expect(stdout + stderr).toMatch(/_plans\/signers\.yaml:1: .*version 1.*; the signers stay as they were\n\s+(?:fix|next): +write version: 2/);
  expect(readFileSync(join(repo, '_bus/rejected/signers.yaml.json'), 'utf8')).toContain('SIGNERS_VERSION');
  expect(await json('status')).toMatchObject({ refused: [{ path: '_plans/signers.yaml', faults: [{ code: 'SIGNERS_VERSION' }] }] });
  expect(await signedBy()).toBe('tester@example.com');
  place.write(signersPath(), text.replace('version: 1', 'version: 2'));
  await place.coo(repo, 'run', '--until-idle');
  expect(existsSync(join(repo, '_bus/rejected/signers.yaml.json'))).toBe(false);
  expect(await signedBy()).toBe('mallory');
});

it('a key that others can read signs nothing: the command ends before anything is appended', async () => {
  const { key } = await json<Made>('key', 'new');
  chmodSync(key.path, 0o644);
  const before = signatures().length;
  expect(await place.coo(repo, 'pause', '--reason', 'x')).toMatchObject({ code: 1, stderr: expect.stringContaining(`chmod 600 ${key.path}`) as string });
  expect(signatures()).toHaveLength(before);
});

it('a key that is not listed, or not as a coordinator, signs nothing', async () => {
  const { line } = await json<Made>('key', 'new');
  place.write(signersPath(), `version: 2\nsigners:\n${line.replace(/roles: .*\]/, 'roles: [person]')}\n`);
  await place.coo(repo, 'plan', 'start', 'none');
  expect(await signedBy()).toBeUndefined();
  expect((await place.coo(repo, 'plan', 'lint')).stdout).toContain('[SIGNERS_NO_COORDINATOR]');
  expect((await place.coo(repo, 'key')).stdout).toContain('signs nothing: version 2 of the signers does not list it');
});

it('lint says what is wrong with a list of signers', async () => {
  place.write(signersPath(), 'version: 1\nsigners: [{principal: ann, key: ssh-rsa AAAA, roles: [coordinator]}]\n');
  const { code, stdout } = await place.coo(repo, 'plan', 'lint');
  expect(code).toBe(1);
  expect(stdout).toMatch(/^_plans\/signers\.yaml:2:28: error: .*"ssh-rsa".* \[KEY_TYPE\]\n/m);
  expect(await json('plan', 'lint', '_plans/signers.yaml')).toMatchObject({ ok: false, files: [{ plan_id: null, faults: [{ code: 'KEY_TYPE', pointer: '/signers/0/key' }] }] });
});

it('a key never lies in the worktree that it would be committed with', async () => {
  const said = await place.within({ XDG_CONFIG_HOME: join(repo, '.config') }, repo, 'key', 'new');
  expect(said).toMatchObject({ code: 1, stderr: expect.stringContaining('XDG_CONFIG_HOME=') as string });
  expect(existsSync(join(repo, '.config'))).toBe(false);
  await place.within({ XDG_CONFIG_HOME: '.config' }, repo, 'key', 'new');
  expect(existsSync(join(repo, '.config'))).toBe(false);
});

it('coo doctor says whether what is appended is signed, and for how long', async () => {
  const told = async (): Promise<unknown> => (await json<{ findings: readonly { check: string; state: string; fix?: string }[] }>('doctor')).findings.filter(({ check }) => check === 'key');
  const list = async (version: number, line: string): Promise<void> => {
    place.write(signersPath(), `version: ${String(version)}\nsigners:\n${line}\n`);
    await place.coo(repo, 'plan', 'start', 'none');
  };
  expect(await told()).toMatchObject([{ state: 'ok', message: 'no signers are listed, so nothing is signed' }]);
  const { key, line } = await json<Made>('key', 'new');
  expect(await told()).toMatchObject([{ state: 'ok', message: 'what this machine appends is signed as tester@example.com' }]);
  chmodSync(key.path, 0o604);
  expect(await told()).toMatchObject([{ state: 'bad', fix: expect.stringContaining(`chmod 600 ${key.path}`) as string }]);
  chmodSync(key.path, 0o600);
  const soon = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  await list(2, line.replace('}', `, valid_until: ${soon}}`));
  expect(await told()).toMatchObject([{ state: 'warn', fix: 'coo key new --next' }]);
  await list(3, line.replace(/roles: .*\]/, 'roles: [person]'));
  expect(await told()).toMatchObject([{ state: 'warn', fix: 'coo key show' }]);
  rmSync(key.path);
  expect(await told()).toMatchObject([{ state: 'warn', fix: 'coo key new' }]);
});

it('a principal that OpenSSH would take for a pattern is refused', async () => {
  expect(await place.coo(repo, 'key', 'new', '--principal', '*')).toMatchObject({ code: 2 });
  expect(await place.coo(repo, 'key', 'new', '--next')).toMatchObject({ code: 1, stderr: expect.stringContaining('coo key new') as string });
});
