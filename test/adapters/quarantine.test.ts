// The quarantine taken away, whole or in part, before and while it is used: it is made again, and a running reader does not hold on to the old one.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { openGitWork } from '../../src/adapters/git-work/open.ts';
import type { GitWork } from '../../src/ports/git-work.ts';
import { scratchRepo } from '../contracts/git-work.contract.ts';
import type { ScratchRepo } from '../contracts/git-work.contract.ts';
import { fakeRandom } from '../support/fake-random.ts';

const root = mkdtempSync(join(tmpdir(), 'coo-quarantine-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let repo: ScratchRepo;
let folder: string;
let work: GitWork;

async function open(): Promise<GitWork> {
  const owner = { boot: 'b', host: 'h', pidns: 'n', pid: 1, started: '1', nonce: 'x' };
  return openGitWork({ folder: repo.folder, searchPath: '/usr/local/bin:/usr/bin:/bin', clock: { now: () => 0 }, random: fakeRandom(), processes: { self: () => owner, life: () => 'alive', killTree: () => Promise.resolve([]) } });
}

beforeEach(async () => {
  repo = scratchRepo(join(mkdtempSync(join(root, 't-')), 'repo'), 'sha1');
  repo.put({ 'a.txt': 'one\n' });
  repo.commit('start');
  folder = join(repo.folder, '.git/coo/attempts.git');
  work = await open();
});
afterEach(() => work.close());

const LOSSES = {
  'all of it': () => rmSync(folder, { recursive: true }),
  'its objects': () => rmSync(join(folder, 'objects'), { recursive: true }),
  'the folder that git stands in': () => rmSync(join(folder, 'empty'), { recursive: true }),
  'its head': () => rmSync(join(folder, 'HEAD')),
  'a file in its place': () => {
    rmSync(folder, { recursive: true });
    writeFileSync(folder, '');
  },
  'a link to nowhere in its place': () => {
    rmSync(folder, { recursive: true });
    symlinkSync('/nonexistent/x', folder);
  },
  'an empty folder in its place': () => {
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
  },
} as const;

it.each(Object.entries(LOSSES))('%s: made again when it is needed next, by the one that runs', async (_name, lose) => {
  const start = repo.git('rev-parse', 'main');
  const before = await work.withFiles(await work.treeOf(start), [{ path: 'b.txt', bytes: new TextEncoder().encode('two\n') }]);
  lose();
  repo.git('checkout', '-q', '-b', 'other');
  repo.put({ 'c.txt': 'three\n' });
  const tip = repo.commit('other');
  expect(await work.importCommit(tip, start, 1_000_000)).toEqual({ kind: 'imported' });
  const tree = await work.withFiles(await work.treeOf(start), [{ path: 'b.txt', bytes: new TextEncoder().encode('two\n') }]);
  expect(tree).toBe(before);
  const commit = await work.commit({ tree, parents: [start], message: 'b', at_ms: 0 });
  const merged = await work.merge(commit, tip);
  expect(merged).toMatchObject({ kind: 'merged' });
  await work.promote(commit, [start]);
  expect(repo.git('show', `${commit}:b.txt`)).toBe('two');
  // What stood in its place is kept beside it, not deleted.
  const beside = readdirSync(join(repo.folder, '.git/coo')).filter((name) => name.startsWith('attempts.git'));
  expect(beside.filter((name) => !/^attempts\.git(\.[0-9a-f]+\.broken)?$/.test(name))).toEqual([]);
});

it.each(Object.entries(LOSSES))('%s: made again by the next one that opens', async (_name, lose) => {
  lose();
  const next = await open();
  expect(await next.merge(repo.git('rev-parse', 'main'), repo.git('rev-parse', 'main'))).toMatchObject({ kind: 'merged' });
  expect(existsSync(join(folder, 'objects/info/alternates'))).toBe(true);
  await next.close();
});
