import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { GitStore } from '../../src/ports/git-store.ts';
import { codeOf, gitStoreContract } from '../contracts/git-store.contract.ts';
import { fakeGitStore } from '../support/fake-git-store.ts';
import { blob, commitOf, EMPTY_TREE, gitIn, openRealStore, scratchFolder, type TestRepo, testRepo } from '../support/repo.ts';

const scratch = scratchFolder('git-store');
const opened: GitStore[] = [];
afterAll(async () => {
  await Promise.all(opened.map((store) => store.close()));
  rmSync(scratch, { recursive: true, force: true });
});
const LEDGER = 'refs/heads/coo/ledger';

async function open(folder: string): Promise<GitStore> {
  const store = await openRealStore(folder);
  opened.push(store);
  return store;
}

async function both(folder: string): Promise<{ store: GitStore; other: GitStore }> {
  return { store: await open(folder), other: await open(folder) };
}

/** A repository with one commit on `main`. */
async function born(repo: TestRepo): Promise<string> {
  const store = await open(repo.folder);
  const [, id = ''] = await store.write([EMPTY_TREE, commitOf(store, 'first')]);
  expect(await store.swap([{ ref: 'refs/heads/main', before: null, after: id }])).toEqual({ kind: 'done' });
  return id;
}

gitStoreContract('real, sha1', () => both(testRepo(scratch).folder));
gitStoreContract('real, sha256, bare', () => both(testRepo(scratch, { format: 'sha256', bare: true }).folder));
gitStoreContract('real, a worktree beside the main one, odd paths', async () => {
  const repo = testRepo(scratch, { name: 'ein "Ort" mit ünïcode' });
  await born(repo);
  repo.git('repack', '-a', '-d', '-q');
  repo.git('worktree', 'add', '-q', '--detach', '../linked tree');
  return { store: await open(join(repo.folder, '../linked tree')), other: await open(repo.folder) };
});
gitStoreContract('fake', () => {
  const store = fakeGitStore();
  return Promise.resolve({ store, other: fakeGitStore({ repository: store.repository }) });
});

describe('finding the repository', () => {
  it('goes up from a folder, and says when there is none', async () => {
    const repo = testRepo(scratch);
    const id = await born(repo);
    mkdirSync(join(repo.folder, 'a/b'), { recursive: true });
    expect(await (await open(join(repo.folder, 'a/b'))).ref('refs/heads/main')).toBe(id);
    expect(await codeOf(open(scratch))).toBe('GIT_NOT_A_REPOSITORY');
    expect(await codeOf(open(join(scratch, 'absent')))).toBe('GIT_NOT_A_REPOSITORY');
    writeFileSync(join(repo.folder, 'a/.git'), 'gitdir: nowhere\n');
    expect(await codeOf(open(join(repo.folder, 'a/b')))).toBe('GIT_NOT_A_REPOSITORY');
  });

  it('refuses what it cannot read', async () => {
    const repo = testRepo(scratch);
    const config = readFileSync(join(repo.gitDir, 'config'), 'utf8');
    writeFileSync(join(repo.gitDir, 'config'), `${config}[extensions]\n\trefStorage = reftable\n`);
    expect(await codeOf(open(repo.folder))).toBe('GIT_REFTABLE');
    writeFileSync(join(repo.gitDir, 'config'), `${config}[Extensions] ObjectFormat = "sha3" ; new\n`);
    expect(await codeOf(open(repo.folder))).toBe('GIT_FORMAT');
  });
});

describe('refs', () => {
  it('are read from packed-refs, and from their file once moved again', async () => {
    const repo = testRepo(scratch);
    const first = await born(repo);
    const store = await open(repo.folder);
    const other = await open(repo.folder);
    expect(await other.ref('refs/heads/main')).toBe(first);
    repo.git('pack-refs', '--all');
    expect(existsSync(join(repo.gitDir, 'refs/heads/main'))).toBe(false);
    expect(await other.ref('refs/heads/main')).toBe(first);
    const [second = ''] = await store.write([commitOf(store, 'second', first)]);
    expect(await store.swap([{ ref: 'refs/heads/main', before: first, after: second }])).toEqual({ kind: 'done' });
    expect(await other.ref('refs/heads/main')).toBe(second);
    expect(await store.swap([{ ref: 'refs/heads/main', before: second, after: null }])).toEqual({ kind: 'done' });
    expect(await other.ref('refs/heads/main')).toBeNull();
  });

  it('refuse when broken or symbolic', async () => {
    const repo = testRepo(scratch);
    const first = await born(repo);
    const store = await open(repo.folder);
    const path = join(repo.gitDir, 'refs/heads/main');
    for (const text of ['', '\n', 'zzz\n', `${first.slice(1)}\n`, '0'.repeat(40)]) {
      writeFileSync(path, text);
      expect(await codeOf(store.ref('refs/heads/main')), text).toBe('GIT_REF_BROKEN');
      expect(await codeOf(store.swap([{ ref: 'refs/heads/main', before: null, after: first }])), text).toBe('GIT_REF_BROKEN');
    }
    writeFileSync(path, 'ref: refs/heads/other\n');
    expect(await codeOf(store.ref('refs/heads/main'))).toBe('GIT_REF_SYMBOLIC');
    rmSync(path);
    symlinkSync('other', path);
    expect(await codeOf(store.ref('refs/heads/main'))).toBe('GIT_REF_SYMBOLIC');
    writeFileSync(join(repo.gitDir, 'packed-refs'), 'nonsense\n');
    expect(await codeOf(store.ref('refs/heads/x'))).toBe('GIT_REF_BROKEN');
  });
});

describe('objects', () => {
  const fileOf = (repo: TestRepo, id: string): string => join(repo.gitDir, 'objects', id.slice(0, 2), id.slice(2));

  it('are whole for git, and leave no temporary file', async () => {
    const repo = testRepo(scratch);
    const store = await open(repo.folder);
    const [tree = '', id = '', big = ''] = await store.write([EMPTY_TREE, commitOf(store, 'x'), blob('y'.repeat(300_000))]);
    expect(repo.git('cat-file', '-t', tree)).toBe('tree');
    expect(repo.git('cat-file', '-s', big)).toBe('300000');
    expect(repo.git('fsck', '--strict')).toContain(`dangling commit ${id}`);
    expect(readdirSync(join(repo.gitDir, 'objects'), { recursive: true }).filter((name) => String(name).includes('tmp'))).toEqual([]);
    expect(statSync(fileOf(repo, id)).mode & 0o777).toBe(0o444);
  });

  it('are freshened when they exist, and written again when their file is empty', async () => {
    const repo = testRepo(scratch);
    const store = await open(repo.folder);
    const [id = ''] = await store.write([blob('again')]);
    utimesSync(fileOf(repo, id), 1000, 1000);
    await store.write([blob('again')]);
    expect(statSync(fileOf(repo, id)).mtimeMs).toBeGreaterThan(1_000_000);
    chmodSync(fileOf(repo, id), 0o644);
    truncateSync(fileOf(repo, id));
    await store.write([blob('again')]);
    expect(await store.read(id)).toEqual(blob('again'));
  });

  it('are refused when empty, cut short, altered, or another one', async () => {
    const repo = testRepo(scratch);
    const store = await open(repo.folder);
    const [id = '', other = ''] = await store.write([blob('a'.repeat(1000)), blob('b')]);
    const good = readFileSync(fileOf(repo, id));
    chmodSync(fileOf(repo, id), 0o644);
    for (const bytes of [Buffer.alloc(0), good.subarray(0, 5), good.subarray(0, -3), Buffer.from('garbage'), readFileSync(fileOf(repo, other))]) {
      writeFileSync(fileOf(repo, id), bytes);
      expect(await codeOf(store.read(id)), bytes.toString('hex')).toBe('GIT_OBJECT_BROKEN');
    }
  });

  it('are found in packs made and removed by others meanwhile, and in borrowed stores', async () => {
    const repo = testRepo(scratch);
    const store = await open(repo.folder);
    const first = await born(repo);
    repo.git('repack', '-a', '-d', '-q');
    expect(await store.read(first)).not.toBeNull();
    const [second = ''] = await store.write([commitOf(store, 'second', first)]);
    await store.swap([{ ref: 'refs/heads/main', before: first, after: second }]);
    repo.git('repack', '-a', '-d', '-q');
    expect(existsSync(fileOf(repo, second))).toBe(false);
    for (const id of [first, second]) expect(await store.read(id)).not.toBeNull();
    gitIn(scratch, '', ['clone', '-q', '--shared', repo.folder, `${repo.folder}-borrower`]);
    const borrower = await open(`${repo.folder}-borrower`);
    expect(await borrower.read(first)).not.toBeNull();
    const [third = ''] = await borrower.write([commitOf(borrower, 'third', second)]);
    expect(await borrower.swap([{ ref: 'refs/heads/main', before: second, after: third }])).toEqual({ kind: 'done' });
  });

  it('answer many at once, and while git is being closed', async () => {
    const repo = testRepo(scratch);
    const store = await open(repo.folder);
    const texts = Array.from({ length: 200 }, (_, n) => `${n} `.repeat(n * 20));
    const ids = await store.write(texts.map((text) => blob(text)));
    await store.pack(0);
    const reads = ids.map((id) => store.read(id));
    await store.close();
    expect(await Promise.all(reads)).toEqual(texts.map((text) => blob(text)));
  });

  it('a line of commits is listed along first parents, as far as it is here', async () => {
    const store = await open(testRepo(scratch).folder);
    const ids: string[] = [];
    for (let at = 0; at < 4; at += 1) ids.unshift((await store.write([EMPTY_TREE, commitOf(store, `c${String(at)}`, ids[0] ?? null)]))[1] ?? '');
    expect(await store.line?.(ids[0] ?? '', 10)).toEqual(ids);
    expect(await store.line?.(ids[0] ?? '', 2)).toEqual(ids.slice(0, 2));
    expect(await store.line?.('1'.repeat(40), 2)).toEqual([]);
    expect(await codeOf(store.line?.('--all', 2) ?? Promise.resolve())).toBe('GIT_OBJECT_ID');
  });

  it('a broken pack fails its own objects only', async () => {
    const repo = testRepo(scratch);
    const store = await open(repo.folder);
    const bad = await store.write([blob('in the bad pack, '.repeat(50))]);
    await store.pack(0);
    const pack = readdirSync(join(repo.gitDir, 'objects/pack')).find((name) => name.endsWith('.pack')) ?? '';
    const path = join(repo.gitDir, 'objects/pack', pack);
    chmodSync(path, 0o644);
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xff, 14, bytes.length - 24));
    const good = await store.write([blob('in the good pack')]);
    repo.gitWith(`${good[0] ?? ''}\n`, 'pack-objects', '-q', join(repo.gitDir, 'objects/pack/pack'));
    repo.git('prune-packed');
    const [one, two] = await Promise.allSettled([store.read(bad[0] ?? ''), store.read(good[0] ?? '')]);
    expect(one.status === 'rejected' ? (one.reason as { code: unknown }).code : one.status).toBe('GIT_OBJECT_BROKEN');
    expect(two).toEqual({ status: 'fulfilled', value: blob('in the good pack') });
  });

  it('go into few packs in the end', async () => {
    const repo = testRepo(scratch);
    const store = await open(repo.folder);
    const ids: string[] = [];
    for (let round = 0; round < 24; round++) {
      ids.push(...(await store.write([blob(`a ${round}`), blob(`b ${round}`)])));
      expect(await store.pack(1)).toEqual({ packed: true, looseLeft: 0 });
    }
    expect(readdirSync(join(repo.gitDir, 'objects/pack')).filter((name) => name.endsWith('.pack')).length).toBeLessThan(20);
    for (const id of ids) expect(await store.read(id)).not.toBeNull();
  });
});

describe('many objects at once', () => {
  const packsOf = (repo: TestRepo): readonly string[] => readdirSync(join(repo.gitDir, 'objects/pack')).sort();
  /** Sizes on both sides of each byte that a size takes in a pack, more than may stay loose. */
  const sizes = [0, 1, 15, 16, 2_047, 2_048, 262_143, 262_144, ...Array.from({ length: 60 }, (_, n) => n + 100)];
  const many = sizes.map((size) => blob('x'.repeat(size)));

  it.each(['sha1', 'sha256'] as const)('are one pack and the index that git would make, %s', async (format) => {
    const repo = testRepo(scratch, { format });
    const store = await open(repo.folder);
    const objects = [...many, EMPTY_TREE, commitOf(store, 'c'), blob('x')];
    expect(await store.write(objects)).toEqual(objects.map((object) => store.idOf(object)));
    const [index = '', pack = '', ...rest] = packsOf(repo);
    expect([index.replace(/idx$/, 'pack'), rest]).toEqual([pack, []]);
    const path = join(repo.gitDir, 'objects/pack', pack);
    repo.git('index-pack', '--index-version=2', '-o', join(repo.folder, 'git.idx'), path);
    expect(readFileSync(join(repo.gitDir, 'objects/pack', index)).equals(readFileSync(join(repo.folder, 'git.idx')))).toBe(true);
    expect(repo.git('verify-pack', '-v', path)).toContain(`non delta: ${String(objects.length - 1)} objects`);
    expect(repo.git('fsck', '--full', '--strict', '--no-dangling')).toBe('');
    expect(repo.git('count-objects', '-v')).toMatch(/^count: 0\n[^]*garbage: 0\n/);
    expect(statSync(path).mode & 0o777).toBe(0o444);
  });

  it('are seen by what was open before, and may be written again', async () => {
    const repo = testRepo(scratch);
    const first = await born(repo);
    const { store, other } = await both(repo.folder);
    await store.pack(0);
    expect([await store.read(first), await other.read(first)]).not.toContain(null);
    store.warm?.();
    const ids = await store.write([...many, commitOf(store, 'second', first)]);
    const second = ids.at(-1) ?? '';
    expect(await store.swap([{ ref: 'refs/heads/main', before: first, after: second }])).toEqual({ kind: 'done' });
    for (const [at, id] of ids.slice(0, many.length).entries()) expect(await other.read(id)).toEqual(many[at]);
    expect(await other.write([...many, commitOf(store, 'second', first)])).toEqual(ids);
    expect(packsOf(repo)).toHaveLength(4);
  });

  it('leave nothing when the disk refuses, and say so', async () => {
    const repo = testRepo(scratch);
    const store = await open(repo.folder);
    rmSync(join(repo.gitDir, 'objects/pack'), { recursive: true });
    writeFileSync(join(repo.gitDir, 'objects/pack'), '');
    expect(await codeOf(store.write(many))).toBe('GIT_IO');
    rmSync(join(repo.gitDir, 'objects/pack'));
    expect(await store.write(many)).toHaveLength(many.length);
    expect(packsOf(repo)).toHaveLength(2);
  });

  it('are rolled into few packs; one that somebody keeps does not count', async () => {
    const repo = testRepo(scratch);
    const store = await open(repo.folder);
    const ids: string[] = [];
    for (let round = 0; round < 21; round++) ids.push(...(await store.write([...many.slice(8), blob(`round ${round}`)])));
    const kept = packsOf(repo).find((name) => name.endsWith('.pack')) ?? '';
    const keep = join(repo.gitDir, 'objects/pack', kept.replace(/pack$/, 'keep'));
    writeFileSync(keep, '');
    expect(await store.pack(1_000)).toEqual({ packed: false, looseLeft: 0 });
    rmSync(keep);
    expect(await store.pack(1_000)).toEqual({ packed: true, looseLeft: 0 });
    expect(packsOf(repo).filter((name) => name.endsWith('.pack'))).toHaveLength(1);
    for (const id of ids) expect(await store.read(id)).not.toBeNull();
  });
});

describe('the operator’s configuration', () => {
  it('runs nothing and changes nothing', async () => {
    const repo = testRepo(scratch);
    const first = await born(repo);
    const mark = join(repo.folder, 'MARK');
    const script = join(repo.folder, 'evil');
    writeFileSync(script, `#!/bin/sh\necho "$0 $@" >> '${mark}'\nexit 1\n`, { mode: 0o755 });
    mkdirSync(join(repo.gitDir, 'hooks'), { recursive: true });
    for (const hook of ['reference-transaction', 'post-checkout', 'pre-auto-gc', 'post-index-change', 'update', 'post-update']) writeFileSync(join(repo.gitDir, 'hooks', hook), readFileSync(script), { mode: 0o755 });
    const settings = ['core.fsmonitor', 'core.hooksPath', 'core.pager', 'core.editor', 'core.askPass', 'core.sshCommand', 'core.gitProxy', 'core.alternateRefsCommand', 'gpg.program', 'gc.recentObjectsHook', 'diff.external', 'credential.helper', 'uploadpack.packObjectsHook', 'alias.cat-file', 'alias.update-ref', 'alias.repack', 'remote.evil.uploadpack'];
    for (const key of settings) repo.git('config', key, key === 'core.hooksPath' ? join(repo.gitDir, 'hooks') : key.startsWith('alias.') ? `!${script}` : script);
    // A promisor remote fetches what is missing, through whatever its URL says.
    repo.git('config', 'remote.evil.url', `ext::${script}`);
    repo.git('config', 'remote.evil.promisor', 'true');
    repo.git('config', 'extensions.partialClone', 'evil');
    for (const key of ['commit.gpgSign', 'core.logAllRefUpdates', 'maintenance.auto', 'repack.writeBitmaps']) repo.git('config', key, 'true');
    repo.git('config', 'gc.auto', '1');
    writeFileSync(join(repo.gitDir, 'info/attributes'), '* filter=evil diff=evil merge=evil\n');
    writeFileSync(join(repo.gitDir, 'info/grafts'), '');
    rmSync(mark, { force: true });

    const store = await open(repo.folder);
    const [second = ''] = await store.write([commitOf(store, 'second', first), ...Array.from({ length: 60 }, (_, n) => blob(`${n}`))]);
    expect(await store.swap([{ ref: 'refs/heads/main', before: first, after: second }])).toEqual({ kind: 'done' });
    expect(await store.swap([{ ref: LEDGER, before: null, after: store.idOf(blob('1')) }]).catch(() => 'refused')).toBe('refused');
    await store.pack(10);
    expect(await store.read(second)).not.toBeNull();
    expect(await store.read(store.idOf(blob('missing')))).toBeNull();
    await store.close();
    expect(existsSync(mark)).toBe(false);
  });

  it('replace refs do not change what is read', async () => {
    const repo = testRepo(scratch);
    const first = await born(repo);
    const store = await open(repo.folder);
    const [second = ''] = await store.write([commitOf(store, 'second')]);
    repo.git('replace', first, second);
    await store.pack(0);
    expect(await store.read(first)).toEqual(commitOf(store, 'first'));
  });
});
