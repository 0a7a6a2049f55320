import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHistory } from '../../src/adapters/git-history/open.ts';
import type { History } from '../../src/ports/history.ts';
import { scratchFolder, SEARCH_PATH, testRepo } from '../support/repo.ts';
import type { TestRepo } from '../support/repo.ts';

const NONE = { commits: [], reachable: 'from_none' } as const;

for (const format of ['sha1', 'sha256'] as const) {
  describe(`the history of a repository of ${format}`, () => {
    const scratch = scratchFolder('history');
    let repo: TestRepo;
    let history: History;
    const ids: Record<string, string> = {};
    const write = (path: string, text: string | Buffer): void => writeFileSync(join(repo.folder, path), text);
    const commit = (name: string): void => {
      repo.git('add', '-A');
      repo.git('commit', '-q', '--allow-empty', '-m', name);
      ids[name] = repo.git('rev-parse', 'HEAD');
    };
    const at = (name: string): string => ids[name] ?? name;

    beforeAll(() => {
      repo = testRepo(scratch, { format, name: 'a repo' });
      write('a.txt', 'one\n');
      commit('first');
      mkdirSync(join(repo.folder, 'b'));
      write('b/new\nline.txt', 'x\n');
      write('a.txt', 'one\ntwo\n');
      commit('second');
      repo.git('checkout', '-q', '-b', 'side', at('first'));
      write('side.txt', 'side\n');
      symlinkSync('a.txt', join(repo.folder, 'link'));
      commit('side');
      repo.git('checkout', '-q', 'main');
      repo.git('merge', '-q', '--no-ff', '-m', 'merged', 'side');
      ids['merged'] = repo.git('rev-parse', 'HEAD');
      history = openHistory({ folder: repo.folder, searchPath: SEARCH_PATH, env: {} });
    });
    afterAll(async () => {
      await history.close();
      rmSync(scratch, { recursive: true, force: true });
    });

    it('resolves names, and gives null for what names no commit or looks like an option', async () => {
      expect(await history.commit('main')).toBe(at('merged'));
      expect(await history.commit('main~1')).toBe(at('second'));
      for (const none of ['nothing', '--all', 'main:a.txt', '']) expect(await history.commit(none)).toBeNull();
    });

    it('lists a range with parents before children, whoever made it and what is said', async () => {
      const commits = await history.range([at('merged')], { commits: [at('first'), 'f'.repeat(format === 'sha1' ? 40 : 64)], reachable: 'from_none' });
      expect(new Set(commits.map(({ id }) => id))).toEqual(new Set([at('second'), at('side'), at('merged')]));
      const merge = commits.at(-1);
      expect(merge).toMatchObject({ id: at('merged'), parents: [at('second'), at('side')], author: { name: 'op', email: 'op@example.com' }, committer: { email: 'op@example.com' }, message: 'merged\n' });
      expect(await history.range([at('merged')], { commits: [], reachable: 'from_refs' })).toEqual([]);
      expect(await history.range([at('merged')], { commits: [], reachable: 'from_remotes' })).toHaveLength(4);
    });

    it('tells what differs in each pair of trees or commits, links and odd names among it', async () => {
      const [second, side, same, root] = await history.differences([
        { before: at('first'), after: at('second') },
        { before: at('first'), after: at('side') },
        { before: at('first'), after: at('first') },
        { before: null, after: at('first') },
      ]);
      expect(second?.map(({ path, before, after }) => [path, before?.mode, after?.mode])).toEqual([['a.txt', '100644', '100644'], ['b/new\nline.txt', undefined, '100644']]);
      expect(side?.map(({ path, after }) => [path, after?.mode])).toEqual([['link', '120000'], ['side.txt', '100644']]);
      expect(same).toEqual([]);
      expect(root?.map(({ path }) => path)).toEqual(['a.txt']);
    });

    it('refuses a pair that is not there', async () => {
      await expect(history.differences([{ before: null, after: '1'.repeat(format === 'sha1' ? 40 : 64) }])).rejects.toMatchObject({ code: 'GIT_OBJECT_BROKEN' });
    });

    it("gives git's own patch ids, without what is skipped", async () => {
      const own = repo.gitWith(repo.git('diff-tree', '-p', '--full-index', at('first'), at('side')) + '\n', 'patch-id', '--verbatim').split(' ')[0];
      const pair = { before: at('first'), after: at('side') };
      const [whole, again] = await history.patchIds([pair, pair], () => false);
      expect(whole).toBe(own);
      expect(again).toBe(own);
      const [less, none] = await history.patchIds([pair, { before: at('first'), after: at('first') }], (path) => path === 'link');
      expect(less).not.toBe(own);
      expect(less).toMatch(/^[0-9a-f]+$/);
      expect(none).toBeNull();
      expect(await history.patchIds([pair], () => true)).toEqual([null]);
    });

    it('says what a merge would give, and writes nothing to the repository', async () => {
      const before = repo.git('count-objects');
      expect(await history.merged(at('second'), at('side'))).toBe(repo.git('rev-parse', `${at('merged')}^{tree}`));
      const other = repo.gitWith('', 'commit-tree', '-p', at('first'), '-m', 'other', repo.git('rev-parse', `${at('side')}^{tree}`));
      expect(await history.merged(at('second'), other)).not.toBeNull();
      write('a.txt', 'other\n');
      repo.git('add', 'a.txt');
      const conflicting = repo.gitWith('', 'commit-tree', '-p', at('first'), '-m', 'conflicting', repo.git('write-tree'));
      repo.git('reset', '-q', '--hard');
      expect(await history.merged(at('second'), conflicting)).toBeNull();
      expect(Number(repo.git('count-objects').split(' ')[0]) - Number(before.split(' ')[0])).toBeLessThan(6);
    });

    it('lists files below literal paths, and hands out blobs, null for what is absent or too large', async () => {
      const files = await history.files(at('merged'), ['b', 'link', 'nothing', '*']);
      expect(files.map(({ path, mode }) => [path, mode])).toEqual([['b/new\nline.txt', '100644'], ['link', '120000']]);
      const texts: (string | null)[] = [];
      const id = files[0]?.id ?? '';
      await history.blobs([id, '2'.repeat(id.length), at('merged'), id], 2, (bytes) => texts.push(bytes === null ? null : Buffer.from(bytes).toString()));
      await history.blobs([id], 1, (bytes) => texts.push(bytes === null ? null : 'too large'));
      expect(texts).toEqual(['x\n', null, null, 'x\n', null]);
    });

    it('looks at what is staged, in an index of its own too, and before the first commit', async () => {
      write('staged.txt', 's\n');
      repo.git('add', 'staged.txt');
      write('unstaged.txt', 'u\n');
      expect((await history.staged()).map(({ path, before }) => [path, before])).toEqual([['staged.txt', null]]);
      const index = join(scratch, `index-${format}`);
      execFileSync('git', ['read-tree', at('first')], { cwd: repo.folder, env: { PATH: SEARCH_PATH, GIT_INDEX_FILE: index } });
      const other = openHistory({ folder: repo.folder, searchPath: SEARCH_PATH, env: { GIT_INDEX_FILE: index } });
      expect((await other.staged()).map(({ path, after }) => [path, after?.mode])).toEqual([['a.txt', '100644'], ['b/new\nline.txt', undefined], ['link', undefined], ['side.txt', undefined]]);
      repo.git('reset', '-q', '--hard');
      const fresh = testRepo(scratch, { format });
      writeFileSync(join(fresh.folder, 'f'), 'f');
      fresh.git('add', 'f');
      expect((await openHistory({ folder: fresh.folder, searchPath: SEARCH_PATH, env: {} }).staged()).map(({ path }) => path)).toEqual(['f']);
    });

    it('knows what comes before what, and that a shallow clone is not whole', async () => {
      expect(await history.isAncestor(at('first'), at('merged'))).toBe(true);
      expect(await history.isAncestor(at('merged'), at('first'))).toBe(false);
      expect(await history.isAncestor('3'.repeat(at('first').length), at('first'))).toBe(false);
      expect([...(await history.present([at('first'), '3'.repeat(at('first').length)]))]).toEqual([at('first')]);
      expect(history.isWhole).toBe(true);
      execFileSync('git', ['clone', '-q', '--depth', '1', `file://${repo.folder}`, join(scratch, `shallow-${format}`)], { env: { PATH: SEARCH_PATH } });
      expect(openHistory({ folder: join(scratch, `shallow-${format}`), searchPath: SEARCH_PATH, env: {} }).isWhole).toBe(false);
    });

    it('sees past replace refs and grafts', async () => {
      repo.git('replace', at('second'), at('side'));
      const commits = await history.range([at('merged')], NONE);
      expect(commits.find(({ id }) => id === at('second'))?.message).toBe('second\n');
      repo.git('replace', '-d', at('second'));
    });
  });
}
