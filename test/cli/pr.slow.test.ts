// `coo pr` with the real Octokit and a real push: to a server on loopback that behaves like GitHub, and to a bare repository.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PullRequestView } from '../../src/app/pull-request/pr.ts';
import { shapeErrors } from '../../tools/generate.ts';
import { scratch } from '../support/cli.ts';
import type { Said, Scratch } from '../support/cli.ts';
import { GithubServer } from '../support/github-server.ts';

const TOKEN = 'ghp_thisIsTheSecret0123456789';

let place: Scratch;
let repo: string;
let bare: string;
let server: GithubServer;

beforeEach(async () => {
  place = scratch();
  repo = await place.project({ 'a.txt': 'a\n' });
  bare = join(place.top, 'bare.git');
  mkdirSync(bare);
  place.git(bare, 'init', '-q', '--bare', '-b', 'main');
  place.git(repo, 'remote', 'add', 'origin', 'git@github.com:acme/widget.git');
  place.git(repo, 'config', 'remote.origin.pushurl', bare);
  place.git(repo, 'push', '-q', 'origin', 'main');
  server = await GithubServer.start({ token: TOKEN });
  server.headOf = (branch) => place.git(bare, 'rev-parse', `refs/heads/${branch}`);
});
afterEach(async () => {
  await server.close();
  place.remove();
});

async function worked(command: string, integrate = 'pull_request'): Promise<void> {
  place.write(join(repo, '_plans/p.plan.yaml'), `plan_id: p\ntitle: Do it\nintegrate: ${integrate}\nsteps:\n  - {step_id: a, objective: a, commands: [${JSON.stringify(command)}], retry: {max: 0}}\n`);
  await place.coo(repo, 'run', '--until-idle');
}

function coo(...args: readonly string[]): Promise<Said> {
  return place.within({ COO_GITHUB_TOKEN: TOKEN, GITHUB_API_URL: server.baseUrl }, repo, ...args);
}

async function pr(...args: readonly string[]): Promise<PullRequestView> {
  const { code, stdout, stderr } = await coo('pr', 'p', ...args, '--json');
  expect(code, `${stdout}${stderr}`).toBe(0);
  const view = JSON.parse(stdout) as PullRequestView;
  expect(shapeErrors('coo/pr.v1', view)).toEqual([]);
  return view;
}

async function refusal(said: Promise<Said>): Promise<readonly [number, string]> {
  const { code, stdout, stderr } = await said;
  expect(`${stdout}${stderr}`).not.toContain(TOKEN);
  return [code, (JSON.parse(stdout) as { readonly code: string }).code];
}

describe('coo pr', () => {
  it('pushes the branch and the ledger, opens the pull request with its comment and check run, and done again finds nothing to do', async () => {
    await worked('echo b > b.txt');
    const opened = await pr();
    expect(opened).toMatchObject({ verdict: 'ready', pushed: ['coo/p', 'coo/ledger'], pull_request: { number: 1, state: 'open', action: 'opened' }, comment: 'made', check: 'made', notes: [] });
    for (const branch of ['coo/p', 'coo/ledger']) expect(place.git(bare, 'rev-parse', branch)).toBe(place.git(repo, 'rev-parse', branch));
    const [pull] = server.pulls;
    expect([pull?.title, pull?.body, pull?.head.ref, pull?.base.ref]).toEqual(['Do it', opened.body, 'coo/p', 'main']);
    expect(server.comments.get(1)?.[0]?.body).toMatch(/^<!-- git-coo:[0-9a-f]+:p -->\n\*\*Ready to merge: /);
    expect(server.checks).toMatchObject([{ name: 'coo / p', head_sha: place.git(repo, 'rev-parse', 'coo/p'), conclusion: 'success' }]);
    server.asked();
    expect(await pr()).toMatchObject({ pushed: [], pull_request: { number: 1, action: 'unchanged' }, comment: 'unchanged', check: 'unchanged' });
    expect(server.asked().filter((line) => !line.startsWith('GET'))).toEqual([]);
    const { stdout } = await coo('pr', 'p');
    expect(stdout).toBe('Ready to merge: 1 of 1 step done, 0 checks passed on what was merged\npull request 1 is open: https://github.example/acme/widget/pull/1\n  pushed    nothing new\n  beside it comment unchanged, check run unchanged\n');
  });

  it('tells what changed in place: the body, and the one comment', async () => {
    await worked('echo b > b.txt');
    await pr();
    place.write(join(repo, '_plans/p.plan.yaml'), 'plan_id: p\ntitle: Do more\nintegrate: pull_request\nsteps:\n  - {step_id: a, objective: a, commands: ["echo b > b.txt"], retry: {max: 0}}\n  - {step_id: z, objective: z, prompt: z}\n');
    expect((await place.coo(repo, 'plan', 'amend', 'p')).code).toBe(0);
    expect(await pr()).toMatchObject({ verdict: 'unfinished', pushed: ['coo/ledger'], pull_request: { number: 1, action: 'updated' }, comment: 'edited', check: 'made' });
    expect(server.pulls[0]?.title).toBe('Do more');
    expect(server.comments.get(1)).toHaveLength(1);
  });

  it('previews without a remote, a token or a push', async () => {
    await worked('echo b > b.txt');
    place.git(repo, 'remote', 'remove', 'origin');
    const { code, stdout } = await place.coo(repo, 'pr', 'p', '--dry-run');
    expect([code, stdout.split('\n')[0]]).toEqual([0, 'Do it']);
    expect(stdout).toContain('**Ready to merge: 1 of 1 step done');
    expect(server.requests).toEqual([]);
  });

  it('leaves the pull request without a check run where the token may not write one', async () => {
    await worked('echo b > b.txt');
    server.next({ method: 'POST', path: '/check-runs', status: 403, body: { message: 'Resource not accessible by personal access token' } });
    expect(await pr()).toMatchObject({ pull_request: { action: 'opened' }, comment: 'made', check: 'refused', notes: [expect.stringContaining('no check run: ')] });
  });

  it('overwrites nothing that stands on the other side', async () => {
    await worked('echo b > b.txt');
    const other = place.git(repo, 'commit-tree', '-m', 'other', `${place.git(repo, 'rev-parse', 'main')}^{tree}`);
    place.git(repo, 'push', '-q', bare, `${other}:refs/heads/coo/p`);
    place.git(repo, 'config', 'push.default', 'matching');
    place.git(repo, 'config', 'remote.origin.push', '+refs/heads/*:refs/heads/*');
    expect(await refusal(coo('pr', 'p', '--json'))).toEqual([1, 'PUSH_REFUSED']);
    expect(place.git(bare, 'rev-parse', 'coo/p')).toBe(other);
    expect(server.pulls).toEqual([]);
  });

  it('refuses without a token, or with an address to which none may go', async () => {
    await worked('echo b > b.txt');
    const cases: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
      [{}, 'FORGE_AUTH'],
      [{ COO_GITHUB_TOKEN: ' ', GITHUB_TOKEN: '' }, 'FORGE_AUTH'],
      [{ GH_TOKEN: 'wrong' }, 'FORGE_AUTH'],
      [{ GH_TOKEN: TOKEN, GITHUB_API_URL: 'http://forge.example/api' }, 'FORGE_URL'],
      [{ GH_TOKEN: TOKEN, GITHUB_API_URL: 'https://a:b@forge.example/api' }, 'FORGE_URL'],
    ];
    for (const [env, code] of cases) expect([env, await refusal(place.within({ GITHUB_API_URL: server.baseUrl, ...env }, repo, 'pr', 'p', '--json'))]).toEqual([env, [1, code]]);
  });

  it('says what is wrong with the remote: not reached, no forge, none', async () => {
    await worked('echo b > b.txt');
    place.git(repo, 'config', 'remote.origin.pushurl', join(place.top, 'nothing'));
    expect(await refusal(coo('pr', 'p', '--json'))).toEqual([1, 'PUSH_FAILED']);
    place.git(repo, 'remote', 'set-url', 'origin', bare);
    expect(await refusal(coo('pr', 'p', '--json'))).toEqual([1, 'REMOTE_NO_FORGE']);
    place.git(repo, 'remote', 'remove', 'origin');
    expect(await refusal(coo('pr', 'p', '--json'))).toEqual([1, 'REMOTE_NONE']);
  });

  it('takes another host for GitHub only when told so', async () => {
    await worked('echo b > b.txt');
    place.git(repo, 'remote', 'set-url', 'origin', 'https://git.example.com/acme/widget.git');
    expect(await refusal(place.within({ GH_TOKEN: TOKEN }, repo, 'pr', 'p', '--json'))).toEqual([1, 'FORGE_UNKNOWN']);
    expect(await pr()).toMatchObject({ pull_request: { number: 1 } });
  });

  it('says that nothing is there to be shown, and that there is no such plan', async () => {
    await worked('exit 1');
    expect(await refusal(coo('pr', 'p', '--json'))).toEqual([1, 'PLAN_EMPTY_BRANCH']);
    expect(await refusal(coo('pr', 'q', '--json'))).toEqual([1, 'PLAN_UNKNOWN']);
  });

  it('is for the home of the ledger: a clone reads', async () => {
    await worked('echo b > b.txt');
    await pr();
    const clone = join(place.top, 'clone');
    place.git(place.top, 'clone', '-q', bare, clone);
    expect(await refusal(place.within({ COO_GITHUB_TOKEN: TOKEN, GITHUB_API_URL: server.baseUrl }, clone, 'pr', 'p', '--json'))).toEqual([1, 'NOT_HOME']);
    expect((await place.coo(clone, 'pr', 'p', '--dry-run')).stdout).toContain('**Ready to merge: ');
  });

  it('counts its pushes', async () => {
    await worked('echo b > b.txt');
    await pr();
    await pr();
    const { times_ms } = JSON.parse(readFileSync(join(repo, '.git/coo/pushes.json'), 'utf8')) as { readonly times_ms: readonly number[] };
    expect(times_ms).toHaveLength(2);
    writeFileSync(join(repo, '.git/coo/pushes.json'), 'torn');
    await pr();
  });
});

/** Brings the plan's branch into main on the other side by a squash, as a forge would; gives the commit. */
function squashed(): string {
  const clone = join(place.top, 'clone');
  place.git(place.top, 'clone', '-q', bare, clone);
  place.write(join(clone, 'other.txt'), 'other\n');
  place.git(clone, 'add', '.');
  place.git(clone, 'commit', '-q', '-m', 'main goes on');
  place.git(clone, 'merge', '-q', '--squash', 'origin/coo/p');
  place.git(clone, 'commit', '-q', '-m', 'squashed');
  place.git(clone, 'push', '-q', 'origin', 'main');
  return place.git(clone, 'rev-parse', 'main');
}

async function planState(): Promise<{ readonly state: string; readonly blockers: readonly { readonly code: string }[]; readonly history: readonly { readonly event: Readonly<Record<string, unknown>> }[] }> {
  return JSON.parse((await place.coo(repo, 'explain', 'p', '--json')).stdout) as Awaited<ReturnType<typeof planState>>;
}

describe('the merge that a plan awaits', () => {
  it('is seen without a forge, once it is fetched', async () => {
    place.write(join(repo, '_plans/p.plan.yaml'), 'plan_id: p\ntitle: p\nintegrate: pull_request\nsteps:\n  - {step_id: a, objective: a, commands: ["echo b > b.txt"]}\n  - {step_id: b, objective: b, depends_on: [a], commands: ["echo c > c.txt"]}\n');
    expect((await place.coo(repo, 'run', '--until-idle')).code).toBe(4);
    place.git(repo, 'push', '-q', bare, 'coo/p');
    const commit = squashed();
    expect((await place.coo(repo, 'run', '--until-idle')).code).toBe(4);
    place.git(repo, 'fetch', '-q', bare, 'main:refs/remotes/origin/main');
    const ran = await place.coo(repo, 'run', '--until-idle');
    expect(ran.code, ran.stdout).toBe(0);
    const { state, history } = await planState();
    expect([state, history.at(-1)?.event]).toEqual(['done', { type: 'plan.merged_elsewhere', plan_id: 'p', target: 'main', commit, kind: 'squash' }]);
    expect((await place.coo(repo, 'verify')).code).toBe(0);
  });

  it('is asked of the forge by the manager, and recorded', async () => {
    await worked('echo b > b.txt');
    await pr();
    expect((await coo('run', '--until-idle')).code).toBe(4);
    server.merge(1, 'd'.repeat(40), ['b'.repeat(40), 'c'.repeat(40)]);
    const ran = await coo('run', '--until-idle', '--json');
    expect(ran.code, ran.stdout).toBe(0);
    expect((await planState()).history.at(-1)?.event).toEqual({ type: 'plan.merged_elsewhere', plan_id: 'p', target: 'main', commit: 'd'.repeat(40), kind: 'merge' });
    expect(`${ran.stdout}${ran.stderr}`).not.toContain(TOKEN);
  });

  it('is recorded by coo pr as well, and one that is waited for ends the wait', async () => {
    await worked('echo b > b.txt');
    await pr();
    server.merge(1, 'd'.repeat(40), ['b'.repeat(40), 'c'.repeat(40)]);
    place.git(bare, 'update-ref', '-d', 'refs/heads/coo/p');
    expect(await pr('--wait')).toMatchObject({ pushed: [], pull_request: { state: 'merged', action: 'unchanged' }, comment: null, recorded: true });
    expect(place.git(bare, 'for-each-ref', 'refs/heads/coo/p')).toBe('');
    expect((await planState()).state).toBe('done');
    expect(await pr()).toMatchObject({ verdict: 'merged', recorded: false });
  });

  it('that never comes is told: closed, and why it does not go on; open again, it goes on', async () => {
    await worked('echo b > b.txt');
    await pr();
    server.shut(1);
    expect((await coo('run', '--until-idle')).code).toBe(1);
    expect(await planState()).toMatchObject({ state: 'blocked', blockers: [{ code: 'PULL_REQUEST_CLOSED', message: 'https://github.example/acme/widget/pull/1 was closed without a merge' }] });
    Object.assign(server.pulls[0] ?? {}, { state: 'open' });
    expect(await pr()).toMatchObject({ recorded: true, pull_request: { state: 'open' } });
    expect((await planState()).blockers.map(({ code }) => code)).toEqual(['awaiting_merge']);
  });

  it('of another tip than the ledger has is not taken for it', async () => {
    await worked('echo b > b.txt');
    await pr();
    server.merge(1, 'd'.repeat(40), ['b'.repeat(40), 'c'.repeat(40)]);
    Object.assign(server.pulls[0]?.head ?? {}, { sha: 'f'.repeat(40) });
    const ran = await coo('run', '--until-idle', '--json');
    expect(ran.code).toBe(4);
    expect(ran.stdout).toContain('merge.other');
    expect((await planState()).state).toBe('active');
  });
});

describe('the token', () => {
  it('is in no worker, no log and no receipt', async () => {
    place.write(join(repo, '_plans/p.plan.yaml'), `plan_id: p\ntitle: p\nsteps:\n  - {step_id: a, objective: a, commands: ["env | grep -v ^COO_TOKEN= > env.txt; env; exit 0"], outputs: [env.txt], retry: {max: 0}}\n`);
    const tokens = { COO_GITHUB_TOKEN: TOKEN, GITHUB_TOKEN: TOKEN, GH_TOKEN: TOKEN };
    const ran = await place.within(tokens, repo, 'run', '--until-idle', '--json');
    expect(ran.code, ran.stdout).toBe(0);
    const shown = await place.within(tokens, repo, 'receipts', 'show', 'p.a.1', '--json');
    const env = place.git(repo, 'show', 'coo/p:env.txt');
    expect(env).toContain('COO_STEP=a');
    for (const text of [ran.stdout, ran.stderr, shown.stdout, env, place.git(repo, 'log', '-p', 'coo/ledger')]) expect(text).not.toMatch(/TOKEN=g|ghp_/);
  });
});
