import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '../../src/format/canonical.ts';
import { errorsOf, guarded } from './asked.ts';
import type { Range } from './asked.ts';
import { Original } from './sample.ts';
import type { Sample } from './sample.ts';

interface Case {
  readonly name: string;
  readonly code: string;
  readonly range?: Range;
  readonly does: (at: Sample) => void;
}

const ON_PLAN: Range = { base: 'merged', head: 'coo/more', branch: 'coo/more' };
/** Not the form of any key of anybody: made here, so that no scanner stops at this file. */
const TOKEN = ['ghp', 'abcdefghijklmnopqrstuvwxyz0123456789'].join('_');

function signersOf(version: number): string {
  return `version: ${String(version)}\nsigners:\n  - {principal: home, key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f", roles: [coordinator]}\n`;
}

function onPlan(at: Sample): void {
  at.git('checkout', '-q', 'coo/more');
}

/** A raw commit on the branch `side`, and a receipt of another change with its patch id. */
function speaksForRaw(at: Sample): { readonly path: string; readonly bytes: string } {
  at.git('checkout', '-q', '-b', 'side', 'merged');
  at.commit('stranger', 'raw', { 'raw.txt': 'x' });
  const path = at.git('ls-tree', '-r', '--name-only', 'coo/ledger', '_report/agent').split('\n').find((one) => one.endsWith('-more.one.1.json')) ?? '';
  const patch = execFileSync('sh', ['-c', 'git diff-tree -p --full-index HEAD^ HEAD | git patch-id --verbatim'], { cwd: at.folder, env: at.scratch.env, encoding: 'utf8' }).slice(0, 40);
  return { path, bytes: at.show('coo/ledger', path).toString().replace(/"patch_id": ?"[0-9a-f]+"/, `"patch_id":"${patch}"`) };
}

/** The ledger written anew, so that it names a file as it is now. */
function recordChanged(at: Sample, { path, bytes }: { readonly path: string; readonly bytes: string }): void {
  const seq = Array.from({ length: at.seq }, (_, index) => index + 1).find((one) => at.entry(one).files.some((file) => file.path === path)) ?? 0;
  at.setLedger(at.reseal(seq, (entry) => ({ ...entry, files: entry.files.map((file) => (file.path === path ? { path, sha256: sha256Hex(bytes) } : file)) })));
  at.setLedger(at.plumb('coo/ledger', [{ path, bytes }]));
}

/** Commits that nobody answers for, or that touch what is not theirs to touch. */
const CASES: readonly Case[] = [
  {
    name: "40 a raw commit on a plan's branch, hooks skipped",
    code: 'COMMIT_UNACCOUNTED',
    range: ON_PLAN,
    does: (at) => {
      onPlan(at);
      at.commit('stranger', 'a small fix', { 'fix.txt': 'x' });
    },
  },
  {
    name: "an empty commit on a plan's branch",
    code: 'COMMIT_UNACCOUNTED',
    range: ON_PLAN,
    does: (at) => {
      onPlan(at);
      at.commit('stranger', 'nothing');
    },
  },
  { name: "40 a commit in coo's name", code: 'COMMIT_UNACCOUNTED', does: (at) => at.commit('coo', 'more/one: write one', { 'fix.txt': 'x' }) },
  { name: "a commit in a seat's name", code: 'COMMIT_UNACCOUNTED', does: (at) => at.commit('seat', 'write one', { 'fix.txt': 'x' }) },
  { name: 'written by a listed person, committed by a seat', code: 'COMMIT_UNACCOUNTED', does: (at) => at.commit({ author: 'person', committer: 'seat' }, 'write one', { 'fix.txt': 'x' }) },
  { name: 'written by a seat, committed by a listed person', code: 'COMMIT_UNACCOUNTED', does: (at) => at.commit({ author: 'seat', committer: 'person' }, 'write one', { 'fix.txt': 'x' }) },
  { name: 'forged trailers', code: 'COMMIT_UNACCOUNTED', does: (at) => at.commit('stranger', 'more/one: write one\n\nCoo-Order: more.one.1\nCoo-Receipt: 00', { 'fix.txt': 'x' }) },
  {
    name: "coo's merge, amended with a file of one's own",
    code: 'COMMIT_UNACCOUNTED',
    does: (at) => {
      at.git('checkout', '-q', '-B', 'main', 'merged');
      at.put('extra.txt', 'x');
      at.git('add', 'extra.txt');
      at.as('coo', 'commit', '-q', '--amend', '--no-edit');
    },
  },
  {
    name: "an attempt's commit, with a line more",
    code: 'COMMIT_UNACCOUNTED',
    range: { base: 'merged', head: 'side', branch: 'coo/side' },
    does: (at) => {
      at.git('checkout', '-q', '-b', 'side', 'merged');
      at.as('seat', 'cherry-pick', at.id('coo/more~1^2'));
      at.put('one.txt', '1\n2\n3\n4\n');
      at.git('add', '-A');
      at.as('seat', 'commit', '-q', '--amend', '--no-edit');
    },
  },
  {
    name: 'a whole plan squashed, with a file more',
    code: 'COMMIT_UNACCOUNTED',
    range: { base: 'merged', head: 'side', branch: 'coo/side' },
    does: (at) => {
      at.git('checkout', '-q', '-b', 'side', 'merged');
      at.git('merge', '-q', '--squash', 'coo/more');
      at.commit('stranger', 'squashed', { 'extra.txt': 'x' });
    },
  },
  {
    name: 'an evil merge that changes no receipt but the code',
    code: 'COMMIT_UNACCOUNTED',
    range: { base: 'merged', head: 'side', branch: 'coo/side' },
    does: (at) => {
      at.git('checkout', '-q', '-b', 'side', 'merged');
      at.git('merge', '-q', '--no-ff', '--no-commit', 'coo/more');
      at.commit('stranger', 'merge', { 'one.txt': 'evil\n' });
    },
  },
  {
    name: 'a merge by "ours", which throws away what was accepted',
    code: 'COMMIT_UNACCOUNTED',
    range: { base: 'merged', head: 'side', branch: 'coo/side' },
    does: (at) => {
      at.git('checkout', '-q', '-b', 'side', 'coo/aside');
      at.as('stranger', 'merge', '-q', '-s', 'ours', '-m', 'merge', 'coo/more');
    },
  },
  {
    name: '28 an accepted change done a second time',
    code: 'COMMIT_UNACCOUNTED',
    range: { base: 'merged', head: 'side', branch: 'coo/side' },
    does: (at) => {
      at.git('checkout', '-q', '-b', 'side', 'merged');
      const change = at.id('coo/more~1^2');
      at.as('stranger', 'cherry-pick', change);
      at.as('person', 'revert', '--no-edit', 'HEAD');
      at.as('stranger', 'cherry-pick', change);
    },
  },
  {
    name: '28 an accepted change that the base has already, taken back and done again',
    code: 'COMMIT_UNACCOUNTED',
    range: { base: 'merged', head: 'side', branch: 'coo/side' },
    does: (at) => {
      at.git('checkout', '-q', '-b', 'side', 'merged');
      at.commit('person', 'no greeting', { 'greeting.txt': null });
      at.as('stranger', 'cherry-pick', at.id('coo/hello~1^2'));
    },
  },
  {
    name: 'the commit of an attempt that was refused',
    code: 'COMMIT_UNACCOUNTED',
    range: { base: 'merged', head: 'refs/coo/rescue/broken.out.1', branch: 'coo/broken' },
    does: () => undefined,
  },
  { name: 'an order that was never granted', code: 'CLAIM_UNKNOWN', does: (at) => at.commit('stranger', 'x\n\nCoo-Order: more.one.7', { 'fix.txt': 'x' }) },
  { name: 'an order of another plan', code: 'CLAIM_UNKNOWN', does: (at) => at.commit('stranger', 'x\n\nCoo-Order: nothing.one.1', { 'fix.txt': 'x' }) },
  { name: '2 an order whose fence is not live', code: 'CLAIM_OLD', does: (at) => at.commit('stranger', 'x\n\nCoo-Order: broken.out.1', { 'fix.txt': 'x' }) },
  {
    name: '2 a commit of nothing but receipts, with an order that was refused',
    code: 'CLAIM_OLD',
    range: { base: 'base', head: 'side', branch: 'coo/side' },
    does: (at) => {
      at.git('checkout', '-q', '-b', 'side', 'base');
      at.as('forge', 'cherry-pick', 'coo/hello');
      at.as('forge', 'commit', '-q', '--amend', '-m', 'x\n\nCoo-Order: broken.out.1');
    },
  },
  { name: 'a claim in the history', code: 'BUS_COMMITTED', does: (at) => at.commit('person', 'claim', { '_bus/claims/more.one.json': '{"fence":9}' }) },
  { name: 'an order in the history', code: 'BUS_COMMITTED', does: (at) => at.commit('person', 'order', { '_bus/orders/more/one.9.json': '{}' }) },
  { name: 'the organisation, by a stranger', code: 'PROTECTED_PATH', does: (at) => at.commit('stranger', 'org', { '_plans/coo.yaml': at.read('_plans/coo.yaml').replace('count: 4', 'count: 9') }) },
  {
    name: '27 somebody lists himself, and goes on as a person',
    code: 'PROTECTED_PATH',
    does: (at) => {
      at.commit('stranger', 'org', { '_plans/coo.yaml': at.read('_plans/coo.yaml').replace('tester@example.com', 'stranger@example.com') });
      at.commit('stranger', 'workflow', { '.github/workflows/x.yml': 'on: push' });
    },
  },
  { name: 'the organisation, by a seat', code: 'PROTECTED_PATH', does: (at) => at.commit('seat', 'org', { '_plans/coo.yaml': at.read('_plans/coo.yaml').replace('count: 4', 'count: 9') }) },
  { name: 'the signers, by a stranger', code: 'PROTECTED_PATH', does: (at) => at.commit('stranger', 'signers', { '_plans/signers.yaml': 'version: 1\nsigners: []\n' }) },
  {
    name: '26 an old list of signers pushed again, by a listed person',
    code: 'SIGNERS_VERSION',
    does: (at) => {
      at.commit('person', 'signers', { '_plans/signers.yaml': signersOf(2) });
      at.commit('person', 'the old ones', { '_plans/signers.yaml': signersOf(1) });
    },
  },
  {
    name: '26 other signers under the same version',
    code: 'SIGNERS_VERSION',
    does: (at) => {
      at.commit('person', 'signers', { '_plans/signers.yaml': signersOf(2) });
      at.commit('person', 'others', { '_plans/signers.yaml': signersOf(2).replace('principal: home', 'principal: other') });
    },
  },
  {
    name: 'the signers taken away',
    code: 'SIGNERS_REMOVED',
    does: (at) => {
      at.commit('person', 'signers', { '_plans/signers.yaml': signersOf(2) });
      at.commit('person', 'none', { '_plans/signers.yaml': null });
    },
  },
  { name: 'a list of signers that cannot be read', code: 'WRONG_TYPE', does: (at) => at.commit('person', 'signers', { '_plans/signers.yaml': 'version: 1\nsigners: all\n' }) },
  { name: 'a protected file by a stranger, committed by the forge', code: 'PROTECTED_PATH', does: (at) => at.commit({ author: 'stranger', committer: 'forge' }, 'workflow', { '.github/workflows/x.yml': 'on: push' }) },
  { name: '39 attributes, in a folder', code: 'PROTECTED_PATH', does: (at) => at.commit('stranger', 'attributes', { 'lib/.gitattributes': '* filter=x' }) },
  { name: '39 attributes under a name in capitals', code: 'PROTECTED_PATH', does: (at) => at.commit('stranger', 'attributes', { '.GitAttributes': '* filter=x' }) },
  { name: '39 submodules', code: 'PROTECTED_PATH', does: (at) => at.commit('stranger', 'modules', { '.gitmodules': '[submodule "x"]' }) },
  { name: '39 a workflow', code: 'PROTECTED_PATH', does: (at) => at.commit('stranger', 'workflow', { '.github/workflows/x.yml': 'on: push' }) },
  ...['_plans', '.github', '.husky', '.githooks'].map((path): Case => ({ name: `39 a link in the place of ${path}`, code: 'PROTECTED_PATH', does: (at) => void at.git('update-ref', 'refs/heads/main', at.plumb('main', [{ path, bytes: '/tmp', mode: '120000' }], { who: 'stranger', message: 'link' })) })),
  ...['.github./workflows/x.yml', 'gitatt~1', '.git\u200cmodules', '_plans./coo.yaml', 'lib/.claude/settings.json', 'lib/.mcp.json', 'opencode.json'].map((path): Case => ({ name: `39 what some system takes for a protected file: ${JSON.stringify(path)}`, code: 'PROTECTED_PATH', does: (at) => at.commit('stranger', 'alias', { [path]: 'x' }) })),
  { name: 'a link in the place of the bus', code: 'BUS_COMMITTED', does: (at) => void at.git('update-ref', 'refs/heads/main', at.plumb('main', [{ path: '_bus', bytes: '/tmp', mode: '120000' }], { who: 'person', message: 'link' })) },
  { name: '35 a claim in the history, under a name in capitals', code: 'BUS_COMMITTED', does: (at) => at.commit('person', 'claim', { '_BUS/claims/more.one.json': '{"fence":9}' }) },
  {
    name: "40 a raw commit for which a receipt speaks that was changed on the ledger's branch",
    code: 'COMMIT_UNACCOUNTED',
    range: { base: 'merged', head: 'side', branch: 'coo/side' },
    does: (at) => {
      const { path, bytes } = speaksForRaw(at);
      at.setLedger(at.plumb('coo/ledger', [{ path, bytes }]));
    },
  },
  {
    name: '40 a raw commit for which a receipt speaks, as the ledger recorded it',
    code: 'PATCH_OTHER',
    range: { base: 'merged', head: 'side', branch: 'coo/side' },
    does: (at) => recordChanged(at, speaksForRaw(at)),
  },
  {
    name: "a receipt with another patch id than its own commit's",
    code: 'PATCH_OTHER',
    range: ON_PLAN,
    does: (at) => recordChanged(at, speaksForRaw(at)),
  },
  { name: '39 a hook of husky', code: 'PROTECTED_PATH', does: (at) => at.commit('stranger', 'hook', { '.husky/pre-commit': 'true' }) },
  { name: '39 the file of pre-commit', code: 'PROTECTED_PATH', does: (at) => at.commit('stranger', 'hook', { '.pre-commit-config.yaml': 'repos: []' }) },
  { name: 'who owns the code', code: 'PROTECTED_PATH', does: (at) => at.commit('stranger', 'owners', { CODEOWNERS: '* @stranger' }) },
  { name: 'a protected file written by a listed person and committed by another', code: 'PROTECTED_PATH', does: (at) => at.commit({ author: 'person', committer: 'stranger' }, 'workflow', { '.github/workflows/x.yml': 'on: push' }) },
  { name: 'a plan whose steps wait for each other', code: 'DEPENDENCY_CYCLE', does: (at) => at.commit('person', 'plan', { '_plans/loop.plan.yaml': 'plan_id: loop\ntitle: Loop\nsteps:\n  - {step_id: a, objective: a, depends_on: [b], commands: ["true"]}\n  - {step_id: b, objective: b, depends_on: [a], commands: ["true"]}\n' }) },
  { name: '31 a plan with a key twice', code: 'KEY_DUPLICATE', does: (at) => at.commit('person', 'plan', { '_plans/twice.plan.json': '{"plan_id":"a","plan_id":"b","title":"x","steps":[]}' }) },
  { name: 'an organisation that cannot be read', code: 'SEATS_NONE', does: (at) => at.commit('person', 'org', { '_plans/coo.yaml': 'version: 1\nmode: dev\nseats: []\n' }) },
  { name: '40 a token, by a listed person', code: 'SECRET', does: (at) => at.commit('person', 'settings', { 'settings.txt': `token = ${TOKEN}\n` }) },
  {
    name: '40 a token, taken out again',
    code: 'SECRET',
    does: (at) => {
      at.commit('person', 'settings', { 'settings.txt': `token = ${TOKEN}\n` });
      at.commit('person', 'no settings', { 'settings.txt': null });
    },
  },
  { name: '40 a token in the message of a commit', code: 'SECRET', does: (at) => at.commit('person', `uses ${TOKEN}`, { 'a.txt': 'a\n' }) },
  { name: '40 a token in a line of a large file', code: 'SECRET', does: (at) => at.commit('person', 'large', { 'a.txt': `${'nothing here\n'.repeat(5_000)}${TOKEN}\n` }) },
];

describe('the commits of a project', () => {
  let original: Original;
  beforeAll(async () => {
    original = await Original.make();
  });
  afterAll(() => original.remove());

  it.each(CASES)('$name: $code', async ({ code, range, does }) => {
    const at = original.copy();
    does(at);
    expect(errorsOf(await guarded(at, range))).toContain(code);
  });

  it("that name an order which was refused are told of it once, also a listed person's", async () => {
    const at = original.copy();
    at.commit('person', 'x\n\nCoo-Order: broken.out.1\nCoo-Order: broken.out.1', { 'fix.txt': 'x' });
    const report = await guarded(at);
    expect(typeof report === 'string' ? report : report.findings.map(({ code }) => code)).toEqual(['CLAIM_OLD']);
  });

  it('30 are all looked at, or the clone is refused: a shallow one', async () => {
    const at = original.copy();
    at.git('clone', '-q', '--depth', '1', `file://${at.folder}`, `${at.folder}-shallow`);
    expect(errorsOf(await guarded(Object.assign(original.copy(), { folder: `${at.folder}-shallow` }), { base: 'HEAD', head: 'HEAD' }))).toEqual(['SHALLOW_CLONE']);
  });

  it('are not judged without a ledger', async () => {
    const at = original.copy();
    at.git('update-ref', '-d', 'refs/heads/coo/ledger');
    expect(errorsOf(await guarded(at))).toEqual(['LEDGER_ABSENT']);
  });

  it('are not judged from where somebody put a tag of that name', async () => {
    const at = original.copy();
    at.commit('coo', 'raw', { 'raw.txt': 'x' });
    at.git('update-ref', 'refs/remotes/origin/main', at.id('merged'));
    at.git('tag', 'origin/main', 'main');
    for (const base of ['origin/main', 'origin/main~0', 'origin/main@{0}']) expect(errorsOf(await guarded(at, { base }))).toEqual(['REVISION_AMBIGUOUS']);
    expect(errorsOf(await guarded(at, { base: 'refs/remotes/origin/main' }))).toEqual(['COMMIT_UNACCOUNTED']);
    at.git('tag', 'coo/ledger', at.append());
    expect(errorsOf(await guarded(at, { ledger: 'coo/ledger' }))).toEqual(['REVISION_AMBIGUOUS']);
    expect(errorsOf(await guarded(at))).toEqual(['COMMIT_UNACCOUNTED']);
  });

  it('are not judged against what is not there', async () => {
    expect(errorsOf(await guarded(original.copy(), { base: 'no-such' }))).toEqual(['REVISION_ABSENT']);
  });
});
