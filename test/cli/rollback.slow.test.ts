// A baseline under a tag that git itself verifies, and the way back to it: by new entries and new commits, and never by rewriting.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../support/cli.ts';
import type { Said, Scratch } from '../support/cli.ts';
import { shapeErrors } from '../../tools/generate.ts';

let place: Scratch;
let repo: string;
/** Where coo/p and main stood at the snapshot, and before the rollback. */
const stood = { before: '', now: '', main: '' };
const TAG = 'refs/tags/coo/snapshot/base';

function plan(id: string, ...steps: readonly string[]): void {
  place.write(join(repo, `_plans/${id}.plan.yaml`), `plan_id: ${id}\ntitle: ${id}\nsteps:\n${steps.map((step) => `  - ${step}\n`).join('')}`);
}

async function coo(...args: readonly string[]): Promise<Said> {
  return place.coo(repo, ...args);
}

/** What a command that prints one document with --json said. */
async function json(...args: readonly string[]): Promise<{ readonly exit: number; readonly [member: string]: unknown }> {
  const { code, stdout, stderr } = await coo(...args, '--json');
  const document = JSON.parse(stdout) as { readonly schema: string };
  expect(shapeErrors(document.schema, document), stderr).toEqual([]);
  return { exit: code, ...document };
}

async function statesOf(id: string): Promise<string> {
  const { state, steps } = (await json('plan', 'show', id)) as unknown as { readonly state: string; readonly steps: readonly { readonly step_id: string; readonly state: string }[] };
  return `${state}: ${steps.map((step) => `${step.step_id} ${step.state}`).join(', ')}`;
}

const rollback = async (...more: readonly string[]) => json('rollback', '--to', 'base', '--reason', 'wrong way', ...more);
const at = (rev: string): string => place.git(repo, 'rev-parse', rev);
const files = (rev: string): readonly string[] => place.git(repo, 'ls-tree', '-r', '--name-only', rev).split('\n');

beforeAll(async () => {
  place = scratch();
  repo = await place.project();
  await coo('key', 'new');
  plan('p', '{step_id: a, objective: a, commands: ["echo a > a.txt"]}', '{step_id: b, objective: b, prompt: think, depends_on: [a]}', '{step_id: c, objective: c, commands: ["echo c > c.txt; echo more >> a.txt"], depends_on: [b]}', '{step_id: d, objective: d, prompt: think}');
  plan('r', '{step_id: a, objective: a, prompt: think}');
  plan('m', '{step_id: a, objective: a, prompt: think}', '{step_id: b, objective: b, commands: ["echo m > m.txt"], depends_on: [a]}');
  await coo('run', '--until-idle');
}, 60_000);
afterAll(() => place.remove());

describe('coo snapshot', () => {
  it('seals everything in a file of the ledger and a tag, in one entry', async () => {
    const before = at('coo/ledger');
    const done = await json('snapshot', 'base', '--reason', 'all is well');
    expect(done).toMatchObject({ exit: 0, events: [{ type: 'snapshot.taken', name: 'base', head: before, tag: at(TAG) }] });
    const file = place.git(repo, 'cat-file', 'blob', 'coo/ledger:_report/agent/coo/snapshots/base.json');
    const baseline = JSON.parse(file) as object;
    stood.before = at('coo/p');
    stood.main = at('main');
    expect(shapeErrors('coo/snapshot.v1', baseline)).toEqual([]);
    expect(baseline).toMatchObject({ name: 'base', head: before, reason: 'all is well', targets: [{ ref: 'refs/heads/main', id: stood.main }] });
    expect((baseline as { plans: readonly object[] }).plans).toContainEqual(expect.objectContaining({ plan_id: 'p', ref: 'refs/heads/coo/p', tip: stood.before, state: 'active', steps: [{ step_id: 'a', state: 'done', merged: stood.before }, { step_id: 'b', state: 'ready', merged: null }, { step_id: 'c', state: 'waiting', merged: null }, { step_id: 'd', state: 'ready', merged: null }] }));
    const [, message = ''] = place.git(repo, 'cat-file', 'tag', 'coo/snapshot/base').split('coo snapshot base\n\n');
    expect(message.startsWith(`${file}\n-----BEGIN SSH SIGNATURE-----\n`)).toBe(true);
    expect(at(`${TAG}^{commit}`)).toBe(before);
    expect(place.git(repo, 'fsck', '--no-dangling')).toBe('');
    // Killed between the refs of the swap: whoever appends next moves the tag as well.
    const tag = at(TAG);
    place.git(repo, 'update-ref', '-d', TAG);
    place.git(repo, 'update-ref', 'refs/coo/seen', before);
    await coo('pause', '--plan', 'r', '--reason', 'r');
    expect(at(TAG)).toBe(tag);
    await coo('resume', '--plan', 'r', '--reason', 'r');
  });

  it('is verified by git and ssh-keygen with the key that signs entries, and with no other', async () => {
    const { keys } = (await json('key')) as unknown as { readonly keys: readonly { readonly key: string }[] };
    const allowed = join(place.top, 'allowed');
    const verified = (): string => place.git(repo, '-c', 'gpg.format=ssh', '-c', `gpg.ssh.allowedSignersFile=${allowed}`, 'tag', '-v', 'coo/snapshot/base');
    writeFileSync(allowed, `coordinator ${keys[0]?.key ?? ''}\n`);
    expect(verified()).toContain('"name": "base"');
    writeFileSync(allowed, 'coordinator ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJAfg97Ez3T6Z/JwMH6DpNtA2btp7zOLZ+06Y9oL43oX\n');
    expect(verified).toThrow();
  });

  it('uses a name once, takes no odd one, and no tag of somebody else\'s', async () => {
    expect(await json('snapshot', 'BASE', '--reason', 'r')).toMatchObject({ exit: 1, code: 'SNAPSHOT_EXISTS' });
    expect(await json('snapshot', '../x', '--reason', 'r')).toMatchObject({ exit: 2, code: 'USAGE' });
    place.git(repo, 'tag', 'coo/snapshot/mine');
    expect(await json('snapshot', 'mine', '--reason', 'r')).toMatchObject({ exit: 1, code: 'SNAPSHOT_TAG' });
  });
});

describe('the tag', () => {
  it('is a point that verify looks at', async () => {
    expect(await json('verify', '--at', 'coo/snapshot/base')).toMatchObject({ exit: 0, commit: at(`${TAG}^{commit}`), findings: [] });
  });

  it('is pushed with the ledger through the guard, and no other one in its place', async () => {
    place.git(place.top, 'init', '-q', '--bare', 'bare');
    place.git(repo, 'remote', 'add', 'origin', '../bare');
    await coo('hooks', 'install');
    place.git(repo, 'push', '-q', 'origin', 'coo/ledger', TAG);
    const tag = at(TAG);
    place.git(repo, 'tag', '-f', '-a', '-m', 'another', 'coo/snapshot/base', 'coo/ledger');
    // What a hook prints is on git's standard output.
    const refused = expect.objectContaining({ stdout: expect.stringContaining('[SNAPSHOT_OTHER]') as string }) as Error;
    expect(() => place.git(repo, 'push', '-q', '--force', 'origin', TAG)).toThrow(refused);
    place.git(repo, 'update-ref', TAG, tag);
    expect(() => place.git(repo, 'push', '-q', 'origin', 'coo/snapshot/mine')).toThrow(refused);
    await coo('hooks', 'remove');
    expect(place.git(join(place.top, 'bare'), 'for-each-ref', '--format=%(refname)')).toBe(`refs/heads/coo/ledger\n${TAG}`);
  });
});

describe('coo rollback', () => {
  it('says first what it would do, and does nothing', async () => {
    await coo('skip', 'p/b', '--reason', 'no need');
    await coo('skip', 'm/a', '--reason', 'no need');
    await coo('cancel', 'r', '--reason', 'not wanted');
    plan('q', '{step_id: a, objective: a, prompt: think}');
    expect((await coo('run', '--until-idle')).code).toBe(4);
    stood.now = at('coo/p');
    expect([await statesOf('p'), files('coo/p').includes('c.txt')]).toEqual(['active: a done, b done, c done, d ready', true]);
    const refs = place.git(repo, 'show-ref');
    const { exit, plans, left } = await rollback('--dry-run');
    expect([exit, plans]).toEqual([0, [
      { plan_id: 'p', action: 'rolled_back', from: stood.now, to: stood.before, reopened: ['b', 'c'], dropped: [] },
      { plan_id: 'r', action: 'rolled_back', from: at('coo/r'), to: at('coo/r'), reopened: ['a'], dropped: [] },
      { plan_id: 'q', action: 'cancelled', from: at('coo/q'), to: at('coo/q'), reopened: [], dropped: [] },
    ]]);
    expect(left).toEqual([
      { subject: 'm', message: `is done: its work is in main, at ${at('main')}, which is not touched`, next: `git switch main && git revert -m 1 ${at('main')}` },
      { subject: 'refs/heads/main', message: `stood at ${stood.main} and stands at ${at('main')}: a target is not touched`, next: `git log ${stood.main}..refs/heads/main` },
    ]);
    expect(place.git(repo, 'show-ref')).toBe(refs);
  });

  it('is refused while somebody holds a step that it would touch', async () => {
    await coo('claim', 'p/d', '--seat', 'you');
    expect(await rollback()).toMatchObject({ exit: 5, code: 'CLAIM_HELD', message: "what would be rolled back is in somebody's hands: p/d is held by you under fence 1", fix: expect.stringContaining('coo release p/d --fence 1') as string });
    await coo('release', 'p/d', '--fence', '1');
  });

  it('refuses a tag that is not the one that was taken, or not here', async () => {
    const tag = at(TAG);
    place.git(repo, 'tag', '-f', '-a', '-m', 'another', 'coo/snapshot/base', 'main');
    expect(await rollback()).toMatchObject({ exit: 7, code: 'SNAPSHOT_OTHER' });
    expect(await json('verify')).toMatchObject({ exit: 7, findings: [{ code: 'SNAPSHOT_OTHER', path: TAG, fix: `git update-ref ${TAG} ${tag}` }] });
    place.git(repo, 'update-ref', '-d', TAG);
    expect(await rollback()).toMatchObject({ exit: 1, code: 'SNAPSHOT_TAG_ABSENT', fix: `git fetch origin ${TAG}:${TAG}, or: git update-ref ${TAG} ${tag}` });
    expect(await json('verify')).toMatchObject({ exit: 0, absent: [{ what: 'snapshot' }] });
    place.git(repo, 'update-ref', TAG, tag);
    expect(await json('rollback', '--to', 'bse', '--reason', 'r')).toMatchObject({ exit: 1, code: 'SNAPSHOT_UNKNOWN', fix: 'did you mean base? snapshots of this ledger: base' });
  });

  it('puts one commit on each branch, opens steps, revives and cancels plans, in one entry; receipts stay, targets too', async () => {
    const main = at('main');
    const ledger = at('coo/ledger');
    const { exit, plans, signed_by } = await rollback();
    expect([exit, signed_by]).toEqual([0, expect.any(String)]);
    expect(plans).toMatchObject([{ plan_id: 'p', from: stood.now, to: at('coo/p') }, { plan_id: 'r', reopened: ['a'] }, { plan_id: 'q', action: 'cancelled' }]);
    expect(at('coo/ledger^')).toBe(ledger);
    expect([at('coo/p^'), place.git(repo, 'rev-list', '--count', `${stood.now}..coo/p`)]).toEqual([stood.now, '1']);
    expect(place.git(repo, 'diff', '--name-only', stood.before, 'coo/p').split('\n').every((path) => path.startsWith('_report/'))).toBe(true);
    expect(place.git(repo, 'diff', '--diff-filter=D', '--name-only', stood.now, 'coo/p')).toBe('c.txt');
    expect([await statesOf('p'), await statesOf('q'), await statesOf('r'), await statesOf('m')]).toEqual(['active: a done, b ready, c waiting, d ready', 'cancelled: a cancelled', 'active: a ready', 'done: a done, b done']);
    expect(at('main')).toBe(main);
    const tip = at('coo/p');
    place.git(repo, 'update-ref', 'refs/heads/coo/p', stood.now);
    place.git(repo, 'update-ref', 'refs/coo/seen', ledger);
    await coo('pause', '--plan', 'r', '--reason', 'r');
    expect(at('coo/p')).toBe(tip);
    await coo('resume', '--plan', 'r', '--reason', 'r');
  });

  it('leaves a ledger that verifies and replays, and branches that the guard answers for', async () => {
    expect(await json('verify')).toMatchObject({ exit: 0, findings: [], absent: [] });
    expect(await json('replay')).toMatchObject({ exit: 0, same: true });
    expect(await json('guard', 'ci', '--base', 'main', '--head', 'coo/p', '--branch', 'coo/p')).toMatchObject({ exit: 0, findings: [] });
    expect(await json('pr', 'p', '--dry-run')).toMatchObject({ exit: 0 });
    const played = (await json('replay', 'p/c')) as unknown as { readonly frames: readonly { readonly kind: string; readonly type?: string }[] };
    expect(played.frames.filter(({ kind, type }) => kind === 'merge' || type === 'run.accepted' || type === 'plan.rolled_back').map(({ kind, type }) => type ?? kind)).toEqual(['run.accepted', 'merge', 'plan.rolled_back']);
    expect(await coo('rollback', '--to', 'base', '--reason', 'again')).toMatchObject({ code: 0, stdout: expect.stringContaining('no plan differs: nothing to do') as string });
  });

  it('is answered for where a forge rebases the plan, once', async () => {
    const folder = join(place.top, 'forge');
    place.git(repo, 'worktree', 'add', '-q', '-b', 'side', folder, 'main');
    const picked = place.git(repo, 'rev-list', '--reverse', '--no-merges', 'main..coo/p').split('\n');
    for (const commit of picked) place.git(folder, 'cherry-pick', '--allow-empty', commit);
    const guard = async (): Promise<unknown> => json('guard', 'ci', '--base', 'main', '--head', 'side', '--branch', 'coo/side');
    expect(at('coo/p')).toBe(picked.at(-1));
    expect(await guard()).toMatchObject({ exit: 0, findings: [] });
    place.git(folder, 'revert', '--no-edit', 'HEAD');
    place.git(folder, 'cherry-pick', '--allow-empty', 'coo/p');
    expect(await guard()).toMatchObject({ exit: 3, findings: [{ code: 'COMMIT_UNACCOUNTED', commit: at('side') }] });
    place.git(repo, 'worktree', 'remove', '--force', folder);
    place.git(repo, 'branch', '-D', 'side');
  });

  it('work goes on from there, up to the target', async () => {
    for (const step of ['p/b', 'p/d', 'r/a']) await coo('skip', step, '--reason', 'no need');
    expect((await coo('run', '--until-idle')).code).toBe(0);
    expect([await statesOf('p'), place.git(repo, 'show', 'main:c.txt'), place.git(repo, 'show', 'main:a.txt')]).toEqual(['done: a done, b done, c done, d done', 'c', 'a\nmore']);
    expect(await json('verify')).toMatchObject({ exit: 0, findings: [] });
    expect(await json('guard', 'ci', '--base', stood.main, '--head', 'main')).toMatchObject({ exit: 0 });
  });
});
