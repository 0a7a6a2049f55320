import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { GrowingTree } from '../../src/app/history/growing-tree.ts';
import { differences } from '../../src/app/history/differences.ts';
import { inWorld } from '../support/real-world.ts';

const NAMES = ['a', 'a-b', 'a.json', 'a/b', 'a0', 'b/c/d', 'b/c.d', 'b-c', 'é', 'é/x', '\u{1f600}', '\uffee', 'z'];

it('a tree that is changed file by file has the id that git gives it, in whatever order, with names that git orders oddly', async () => {
  await inWorld({}, async ({ world: { git }, folder }) => {
    const blobs = await git.write(['one', 'two'].map((text) => ({ type: 'blob' as const, bytes: Buffer.from(text) })));
    const now = new Map<string, { readonly mode: string; readonly id: string }>();
    const gitSays = (): string => {
      const index = `${folder}/.git/test-index`;
      const env = { ...process.env, GIT_INDEX_FILE: index };
      execFileSync('git', ['read-tree', '--empty'], { cwd: folder, env });
      execFileSync('git', ['update-index', '--index-info'], { cwd: folder, env, input: [...now].map(([path, { mode, id }]) => `${mode} ${id}\t${path}\n`).join('') });
      return execFileSync('git', ['write-tree'], { cwd: folder, env, encoding: 'utf8' }).trim();
    };
    const tree = new GrowingTree((object) => git.idOf(object));
    const ids: string[] = [tree.id()];
    const set = (path: string, side: { readonly mode: string; readonly id: string } | null): void => {
      tree.set(path, side);
      if (side === null) now.delete(path);
      else now.set(path, side);
      expect(tree.id()).toBe(gitSays());
      ids.push(tree.id());
    };
    // `a` is a file and a folder in turn: git has no tree with both.
    const order = NAMES.filter((name) => name !== 'a' && name !== 'é').toSorted((a, b) => (a.length * 7 + (a.codePointAt(0) ?? 0)) % 5 - (b.length * 7 + (b.codePointAt(0) ?? 0)) % 5);
    for (const path of order) set(path, { mode: '100644', id: blobs[0] ?? '' });
    for (const path of order) set(path, { mode: '100755', id: blobs[1] ?? '' });
    set('a/b', null);
    set('a', { mode: '120000', id: blobs[0] ?? '' });
    set('a', null);
    for (const path of order) if (now.has(path)) set(path, null);
    expect(tree.id()).toBe(ids[0]);

    const [before, after] = [ids[order.length] ?? null, ids[order.length + 2] ?? null];
    expect((await differences(git, before, after)).map(({ path, before: was, after: is }) => `${path} ${was?.mode ?? ''} ${is?.mode ?? ''}`).toSorted()).toEqual(order.slice(0, 2).map((path) => `${path} 100644 100755`).toSorted());
    expect(await differences(git, after, after)).toEqual([]);
    expect((await differences(git, null, before)).map(({ path }) => path).toSorted()).toEqual(order.toSorted());
  });
});
