// The made-up git gives what git gives, as far as a run needs it.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { GitObject } from '../../src/ports/git-store.ts';
import { scratchRepo } from '../contracts/git-work.contract.ts';
import { fakeFiles } from '../support/fake-files.ts';
import { fakeGitStore } from '../support/fake-git-store.ts';
import { fakeGitWork } from '../support/fake-git-work.ts';

const scratch = mkdtempSync(join(tmpdir(), 'coo-sim-git-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

it('trees, changes, ancestors and merges are as git has them', async () => {
  const repo = scratchRepo(join(scratch, 'repo'), 'sha1');
  repo.put({ 'a.txt': 'a\n', 'lib/b.txt': 'b\n', 'lib.txt': 'sorts between\n' });
  const start = repo.commit('start');
  repo.put({ 'a.txt': 'ours\n', 'lib/deep/c.txt': 'c\n' });
  const ours = repo.commit('ours');
  repo.git('checkout', '-q', '-b', 'theirs', start);
  repo.put({ 'lib/b.txt': 'theirs\n' });
  const theirs = repo.commit('theirs');
  repo.put({ 'a.txt': 'not that\n' });
  const against = repo.commit('against');
  const store = fakeGitStore();
  for (const line of repo.git('rev-list', '--objects', '--all').split('\n')) {
    const [id = ''] = line.split(' ');
    const type = repo.git('cat-file', '-t', id) as GitObject['type'];
    const object = { type, bytes: execFileSync('git', ['cat-file', type, id], { cwd: repo.folder }) };
    expect(store.idOf(object)).toBe(id);
    await store.write([object]);
  }
  const work = fakeGitWork({ store, files: fakeFiles(), self: { boot: 'b', host: 'h', pidns: 'n', pid: 1, started: '1', nonce: 'n1' } });
  expect(await work.merge(ours, theirs)).toEqual({ kind: 'merged', tree: repo.git('merge-tree', '--write-tree', ours, theirs) });
  expect(await work.merge(ours, against)).toEqual({ kind: 'conflict', paths: ['a.txt'] });
  expect((await work.changes(start, ours)).map(({ path }) => path)).toEqual(repo.git('diff-tree', '-r', '--name-only', start, ours).split('\n'));
  expect(await work.treeOf(ours)).toBe(repo.git('rev-parse', `${ours}^{tree}`));
  expect([await work.isAncestor(start, against), await work.isAncestor(ours, against)]).toEqual([true, false]);
});
