// A plan's work in its target, found by git alone, however it came there; and what is not taken for it.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openHistory } from '../../src/adapters/git-history/open.ts';
import { seeMerge } from '../../src/app/integrate/seen-merge.ts';
import type { SeenMerge } from '../../src/app/integrate/seen-merge.ts';
import { scratchFolder, SEARCH_PATH, testRepo } from '../support/repo.ts';
import type { TestRepo } from '../support/repo.ts';

let scratch: string;
let repo: TestRepo;
let base: string;
let tip: string;

function commit(files: Readonly<Record<string, string>>, message = 'a commit'): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(repo.folder, path)), { recursive: true });
    writeFileSync(join(repo.folder, path), text);
  }
  repo.git('add', '-A');
  repo.git('commit', '-q', '--allow-empty', '-m', message);
  return repo.git('rev-parse', 'HEAD');
}

/** A step as coo merges it: the attempt's commit, and a merge that adds the receipt. */
function step(name: string, files: Readonly<Record<string, string>>): void {
  repo.git('checkout', '-q', '-b', name);
  commit(files, name);
  repo.git('checkout', '-q', 'coo/p');
  repo.git('merge', '-q', '--no-ff', '--no-commit', name);
  commit({ [`_report/agent/dev-1/runs/${name}.json`]: '{}\n' }, `Merge ${name}`);
}

beforeEach(() => {
  scratch = scratchFolder('seen-merge');
  repo = testRepo(scratch);
  base = commit({ 'a.txt': 'a\n', 'long.txt': Array.from({ length: 40 }, (_, at) => `line ${String(at)}\n`).join('') }, 'first');
  repo.git('checkout', '-q', '-b', 'coo/p');
  step('one', { 'b.txt': 'b\n' });
  step('two', { 'c.txt': 'c\n' });
  tip = repo.git('rev-parse', 'HEAD');
  repo.git('checkout', '-q', 'main');
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

function see(target = repo.git('rev-parse', 'main'), plan: { readonly base: string | null; readonly tip: string | null } = { base, tip }): Promise<SeenMerge | null> {
  return seeMerge(openHistory({ folder: repo.folder, searchPath: SEARCH_PATH, env: {} }), plan, target);
}

const work = (): readonly string[] => repo.git('rev-list', '--reverse', '--no-merges', `${base}..${tip}`).split('\n');

it('a merge, also when the target went on before and after; a fast-forward', async () => {
  commit({ 'd.txt': 'd\n' });
  repo.git('merge', '-q', '--no-ff', '-m', 'merge', 'coo/p');
  const merged = repo.git('rev-parse', 'HEAD');
  commit({ 'e.txt': 'e\n' });
  expect(await see()).toEqual({ commit: merged, kind: 'merge' });
  expect(await see(tip)).toEqual({ commit: tip, kind: 'merge' });
});

it('a squash, by its tree or by its patch', async () => {
  repo.git('merge', '-q', '--squash', 'coo/p');
  const same = commit({}, 'squashed');
  expect(await see()).toEqual({ commit: same, kind: 'squash' });
  repo.git('reset', '-q', '--hard', base);
  commit({ 'd.txt': 'd\n' });
  repo.git('merge', '-q', '--squash', 'coo/p');
  const moved = commit({}, 'squashed');
  commit({ 'b.txt': 'changed later\n' });
  expect(await see()).toEqual({ commit: moved, kind: 'squash' });
});

it('a rebase, which leaves out the merges and their receipts, with others between', async () => {
  commit({ 'd.txt': 'd\n' });
  repo.git('cherry-pick', ...work());
  const last = repo.git('rev-parse', 'HEAD');
  commit({ 'e.txt': 'e\n' });
  expect(await see()).toEqual({ commit: last, kind: 'rebase' });
});

it('is not seen where it is not: none of it, a part, another change of the same file, or where there is nothing to see', async () => {
  expect(await see()).toBeNull();
  commit({ 'd.txt': 'd\n' });
  expect(await see()).toBeNull();
  const [first = ''] = work();
  repo.git('cherry-pick', first);
  expect(await see()).toBeNull();
  commit({ 'c.txt': 'another\n' });
  expect(await see()).toBeNull();
  expect(await see(undefined, { base, tip: base })).toBeNull();
  expect(await see(undefined, { base, tip: null })).toBeNull();
});

it('in a target that is born by it', async () => {
  expect(await see(tip, { base: null, tip })).toEqual({ commit: tip, kind: 'merge' });
  repo.git('checkout', '-q', '--orphan', 'other');
  const all = commit({}, 'all at once');
  expect(await see(all, { base: null, tip })).toBeNull();
});
