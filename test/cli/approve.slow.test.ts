// Governed mode from the command line: who approves, with coo's key, with one's own, and by ssh-keygen.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { scratch } from '../support/cli.ts';
import type { Scratch } from '../support/cli.ts';
import { sshKeygen, sshVerify } from '../support/ssh-keygen.ts';

let place: Scratch;
let repo: string;
const PLAN = 'plan_id: hello\ntitle: Say hello\nsteps:\n  - {step_id: greet, objective: write it, commands: ["echo hello > greeting.txt"]}\n';

beforeEach(async () => {
  place = scratch();
  repo = await place.project();
});
afterEach(() => place.remove());

const plans = (name: string): string => join(repo, '_plans', name);
const edit = (name: string, change: (text: string) => string): void => writeFileSync(plans(name), change(readFileSync(plans(name), 'utf8')));
const code = async (...args: readonly string[]): Promise<string> => {
  const said = await place.coo(repo, ...args, '--json');
  return `${String(said.code)} ${/"code":"([A-Z_]+)"/.exec(said.stderr + said.stdout)?.[1] ?? 'ok'}`;
};

/** A governed repository with a plan in it; signs with coo's own key, which is an approver's too, and with one that ssh-keygen made. */
async function governed(): Promise<void> {
  sshKeygen(repo, ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(place.top, 'ada')]);
  await place.coo(repo, 'key', 'new');
  const key = readFileSync(join(place.top, 'ada.pub'), 'utf8').trim();
  edit('signers.yaml', (text) => `${text.replace('version: 1', 'version: 2')}  - {principal: ada@example.com, key: ${key}, roles: [approver]}\n`);
  expect(await code('pause', '--reason', 'takes the list over')).toBe('0 ok');
  expect(await code('resume', '--reason', 'done')).toBe('0 ok');
  edit('coo.yaml', (text) => text.replace('mode: dev', 'mode: governed'));
  writeFileSync(plans('hello.plan.yaml'), PLAN);
  expect(await code('plan', 'start', 'hello')).toBe('0 ok');
}

it('a list without a coordinator is refused, as nothing could follow it; a mode that changes is said by run and log', async () => {
  await governed();
  const listed = readFileSync(plans('signers.yaml'), 'utf8');
  edit('signers.yaml', (text) => text.replace('version: 2', 'version: 3').replace('coordinator, ', ''));
  const run = await place.coo(repo, 'run', '--until-idle');
  expect([run.code, run.stdout]).toEqual([4, expect.stringContaining('no signer is a coordinator') as string]);
  expect(await code('pause', '--reason', 'still signs')).toBe('0 ok');
  expect(await code('resume', '--reason', 'done')).toBe('0 ok');
  writeFileSync(plans('signers.yaml'), listed);
  edit('coo.yaml', (text) => text.replace('mode: governed', 'mode: dev'));
  expect(await code('approve', 'coo.yaml')).toBe('0 ok');
  expect((await place.coo(repo, 'log')).stdout).toMatch(/coo\.yaml taken over, mode governed: [^]*coo\.yaml taken over, mode dev: /);
});

it('a looser coo.yaml and a new signers.yaml wait for an approver: until then what held goes on, and status and inbox say what to type', async () => {
  await governed();
  const approved = ['approve', 'hello', '--key', join(place.top, 'ada')];
  expect(await code('approve', 'coo.yaml')).toBe('0 UNCHANGED');
  edit('coo.yaml', (text) => text.replace('mode: governed', 'mode: dev'));
  expect((await place.coo(repo, 'run', '--once')).stdout).toMatch(/coo\.yaml is taken when this text of it is approved by 1 approver: it loosens governed mode \(mode: dev\); the organisation stays as it was\n.*coo approve coo\.yaml/);
  expect(await code('claim', 'hello/greet', '--seat', 'you')).toBe('4 APPROVAL_NEEDED');
  for (const command of ['status', 'inbox']) expect((await place.coo(repo, command)).stdout, command).toMatch(/coo\.yaml is taken when [^]*coo approve coo\.yaml --key FILE/);
  // Whoever can write a file can write himself into this one.
  sshKeygen(repo, ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(place.top, 'eve')]);
  edit('signers.yaml', (text) => `${text.replace('version: 2', 'version: 3')}  - {principal: eve@example.com, key: ${readFileSync(join(place.top, 'eve.pub'), 'utf8').trim()}, roles: [approver]}\n`);
  expect((await place.coo(repo, 'run', '--once')).stdout).toContain('signers.yaml is taken when this text of it is approved by 1 approver: it says whose keys count');
  for (const file of ['coo.yaml', 'signers.yaml']) expect(await code('approve', file, '--key', join(place.top, 'eve'))).toBe('3 NOT_APPROVER');
  const text = (await place.coo(repo, 'approve', 'coo.yaml', '--text')).stdout;
  expect(text).toMatch(/^coo\/approval\.v1\nledger [0-9a-f]+\nfile coo\.yaml\ndigest [0-9a-f]{64}\n$/);
  writeFileSync(join(place.top, 'other'), text.replace('coo.yaml', 'signers.yaml'));
  sshKeygen(repo, ['-q', '-Y', 'sign', '-n', 'approval@git-coo', '-f', join(place.top, 'ada'), join(place.top, 'other')]);
  expect(await code('approve', 'coo.yaml', '--signature', join(place.top, 'other.sig'))).toBe('3 SIGNATURE_BAD');
  expect(await code('approve', 'coo.yaml', '--key', join(place.top, 'ada'))).toBe('0 ok');
  expect(await code('claim', 'hello/greet', '--seat', 'you')).toBe('0 ok');
  expect((await place.coo(repo, 'log')).stdout).toMatch(/coo\.yaml approved by ada@example\.com: [0-9a-f]{12}[^]*coo\.yaml taken over, mode dev: /);
  expect((await place.coo(repo, 'status')).stdout).not.toContain('coo.yaml is taken when');
  expect(await code(...approved)).toBe('0 ok');
  expect(await code('verify')).toBe('0 ok');
});

it('while only a policy file waits for approvers a run ends with 4, and each text of it is told once', async () => {
  await governed();
  edit('coo.yaml', (text) => text.replace('notify: []', "notify: [[sh, -c, 'cat >> told.lines']]"));
  expect(await code('reject', 'hello', '--reason', 'nothing else is to be done')).toBe('0 ok');
  expect((await place.coo(repo, 'run', '--until-idle')).code).toBe(0);
  const told = (): readonly string[] => readFileSync(join(repo, '.git/coo/told.lines'), 'utf8').trimEnd().split('\n').map((line) => { const { kind, text } = JSON.parse(line) as { kind: string; text: string }; return `${kind}: ${text}`; });
  edit('coo.yaml', (text) => text.replace('mode: governed', 'mode: dev'));
  for (const again of [false, true]) {
    const run = await place.coo(repo, 'run', '--until-idle');
    expect([run.code, run.stdout], String(again)).toEqual([4, expect.stringContaining('ended: approvers are waited for: coo approve coo.yaml --key FILE') as string]);
    expect(told()).toEqual([expect.stringMatching(/^approval_waits: coo\.yaml is taken when this text of it is approved by 1 approver: it loosens governed mode/)]);
  }
  edit('signers.yaml', (text) => text.replace('version: 2', 'version: 3'));
  edit('coo.yaml', (text) => `${text}# Another text.\n`);
  expect((await place.coo(repo, 'run', '--until-idle')).stdout).toContain('coo approve signers.yaml --key FILE; coo approve coo.yaml --key FILE');
  expect(told().map((line) => line.slice(0, 30)).toSorted()).toEqual(['approval_waits: coo.yaml is ta', 'approval_waits: coo.yaml is ta', 'approval_waits: signers.yaml i']);
  for (const file of ['signers.yaml', 'coo.yaml']) expect(await code('approve', file)).toBe('0 ok');
  expect((await place.coo(repo, 'run', '--until-idle')).code).toBe(0);
});

it('a manager at work takes what was approved elsewhere, and says that the mode is another', async () => {
  await governed();
  edit('coo.yaml', (text) => text.replace('mode: governed', 'mode: dev'));
  await place.coo(repo, 'run', '--once');
  const clean = readFileSync(plans('coo.yaml'), 'utf8');
  const text = (await place.coo(repo, 'approve', 'coo.yaml', '--text')).stdout;
  writeFileSync(join(place.top, 'right'), text);
  sshKeygen(repo, ['-q', '-Y', 'sign', '-n', 'approval@git-coo', '-f', join(place.top, 'ada'), join(place.top, 'right')]);
  // From another worktree, where the file is not looked at for a command.
  const other = join(place.top, 'other-tree');
  place.git(repo, 'worktree', 'add', '-q', '--detach', other);
  place.write(join(other, '_plans/coo.yaml'), clean);
  expect((await place.coo(other, 'approve', 'coo.yaml', '--signature', join(place.top, 'right.sig'))).code).toBe(0);
  expect((await place.coo(repo, 'run', '--until-idle')).stdout).toContain('the mode is dev now, by _plans/coo.yaml; it was governed: plans start without approval, and seats need no sandbox');
});

it('without its key a governed ledger takes nothing, and the doctor says so', async () => {
  await governed();
  renameSync(join(place.home, '.config/coo/keys'), join(place.top, 'keys'));
  expect(await code('pause', '--reason', 'no key')).toBe('3 KEY_NEEDED');
  const doctor = await place.coo(repo, 'doctor', '--json');
  expect([doctor.code, doctor.stdout]).toEqual([1, expect.stringContaining('this machine has no key: it can append nothing') as string]);
});

it('a plan waits for an approver; each way of signing is taken and verifies; nobody else counts', async () => {
  await governed();
  expect(await code('claim', 'hello/greet', '--seat', 'you')).toBe('4 APPROVAL_NEEDED');
  expect((await place.coo(repo, 'explain', 'hello')).stdout).toContain('coo approve hello');
  expect((await place.coo(repo, 'inbox')).stdout).toContain('hello');
  sshKeygen(repo, ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(place.top, 'eve')]);
  expect(await code('approve', 'hello', '--key', join(place.top, 'eve'))).toBe('3 NOT_APPROVER');
  const text = (await place.coo(repo, 'approve', 'hello', '--text')).stdout;
  expect(text).toMatch(/^coo\/approval\.v1\nledger [0-9a-f]+\nplan hello\ndigest [0-9a-f]{64}\n$/);
  writeFileSync(join(place.top, 'approval'), text.replace('hello', 'other'));
  sshKeygen(repo, ['-q', '-Y', 'sign', '-n', 'approval@git-coo', '-f', join(place.top, 'ada'), join(place.top, 'approval')]);
  expect(await code('approve', 'hello', '--signature', join(place.top, 'approval.sig'))).toBe('3 SIGNATURE_BAD');
  writeFileSync(join(place.top, 'right'), text);
  sshKeygen(repo, ['-q', '-Y', 'sign', '-n', 'approval@git-coo', '-f', join(place.top, 'ada'), join(place.top, 'right')]);
  expect(await code('approve', 'hello', '--signature', join(place.top, 'right.sig'))).toBe('0 ok');
  expect(await code('approve', 'hello', '--key', join(place.top, 'ada'))).toBe('0 UNCHANGED');
  expect(await code('claim', 'hello/greet', '--seat', 'you')).toBe('0 ok');
  expect(await code('approve', 'hello')).toBe('0 ok');
  expect(await code('verify')).toBe('0 ok');
  // What coo signed, OpenSSH verifies.
  const paths = place.git(repo, 'ls-tree', '-r', '--name-only', 'coo/ledger', '_report/ledger').split('\n');
  const events = paths.flatMap((path) => (JSON.parse(place.git(repo, 'show', `coo/ledger:${path}`)) as { events: { type: string; by: string; sshsig: string }[] }).events);
  const own = events.findLast(({ type }) => type === 'plan.approved');
  const line = /key: (ssh-ed25519 \S+?),/.exec(readFileSync(plans('signers.yaml'), 'utf8'))?.[1] ?? '';
  expect(sshVerify(place.top, { namespace: 'approval@git-coo', principal: own?.by ?? '', key: line, base64: own?.sshsig ?? '', message: text })).toMatchObject({ ok: true });
});

it('an edited plan waits again; what holds hidden characters is not approved by accident; a rejected plan is over', async () => {
  await governed();
  expect(await code('approve', 'hello')).toBe('0 ok');
  writeFileSync(plans('hello.plan.yaml'), PLAN.replace('Say hello', 'Say\u200b hello'));
  expect(await code('plan', 'start', 'hello')).toBe('0 ok');
  expect(await code('claim', 'hello/greet', '--seat', 'you')).toBe('4 APPROVAL_NEEDED');
  expect(await code('approve', 'hello')).toBe('3 TEXT_HIDDEN');
  expect(await code('approve', 'hello', '--hidden')).toBe('0 ok');
  expect(await code('reject', 'hello', '--reason', 'not this')).toBe('0 ok');
  expect(await code('approve', 'hello', '--hidden')).toBe('1 PLAN_ENDED');
});

it('governed mode appends nothing unsigned', async () => {
  await governed();
  const keys = JSON.parse((await place.coo(repo, 'key', 'show', '--json')).stdout) as { keys: { path: string }[] };
  writeFileSync(keys.keys[0]?.path ?? '', 'gone');
  expect((await code('pause', '--reason', 'x')).split(' ')[0]).not.toBe('0');
  expect(await code('verify')).toBe('0 ok');
});

it('a coo.yaml that asks for governed mode and is refused grants nothing in the meantime', async () => {
  edit('coo.yaml', (text) => text.replace('mode: dev', 'mode: governed'));
  writeFileSync(plans('hello.plan.yaml'), PLAN);
  const run = await place.coo(repo, 'run', '--once');
  expect(run.stdout).toContain('nothing is granted: the file asks for governed mode');
  await place.coo(repo, 'run', '--once');
  expect(place.git(repo, 'ls-tree', '-r', '--name-only', 'coo/ledger')).not.toContain('_bus/orders');
  edit('coo.yaml', (text) => text.replace('mode: governed', 'mode: dev'));
  expect((await place.coo(repo, 'run', '--until-idle')).code).toBe(0);
});

it('where the keys of all approvers are lost, the record is closed and another begun, in which the plan needs no approval', async () => {
  await governed();
  const head = place.git(repo, 'rev-parse', 'coo/ledger');
  await place.coo(repo, 'uninstall');
  place.git(repo, 'branch', '-m', 'coo/ledger', 'ledger-closed');
  edit('coo.yaml', (text) => text.replace('mode: governed', 'mode: dev'));
  expect((await place.coo(repo, 'init')).code).toBe(0);
  expect(place.git(repo, 'rev-parse', 'ledger-closed')).toBe(head);
  expect(await code('claim', 'hello/greet', '--seat', 'you')).toBe('1 PLAN_UNKNOWN');
  expect((await place.coo(repo, 'run', '--until-idle')).code).toBe(0);
});
