import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openGitWork } from '../../src/adapters/git-work/open.ts';
import type { Oid } from '../../src/ports/git-store.ts';
import type { GitWork } from '../../src/ports/git-work.ts';
import { codeOf, existingRepo, gitIn, scratchRepo } from '../contracts/git-work.contract.ts';
import type { ScratchRepo } from '../contracts/git-work.contract.ts';
import { fakeRandom } from '../support/fake-random.ts';

const root = mkdtempSync(join(tmpdir(), 'coo-hostile-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const PATH = '/usr/local/bin:/usr/bin:/bin';

/** Numbers as a pack writes them: seven bits a byte, the lowest first. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}

/** Type and size in front of an object in a pack. */
function entryHeader(type: number, size: number): Buffer {
  const low = (type << 4) | (size % 16);
  return size < 16 ? Buffer.of(low) : Buffer.concat([Buffer.of(low + 128), varint(Math.floor(size / 16))]);
}

/** How far back a delta's base lies; one byte or two are enough here. */
function backBy(distance: number): Buffer {
  return distance < 128 ? Buffer.of(distance) : Buffer.of(0x80 | ((distance >> 7) - 1), distance & 0x7f);
}

describe('git work on what a worker planted', () => {
  let scratch: string;
  let repo: ScratchRepo;
  let work: GitWork;
  let start: Oid;
  let fired: string;
  let canary: string;

  beforeEach(async () => {
    scratch = mkdtempSync(join(root, 't-'));
    repo = scratchRepo(join(scratch, 'repo'), 'sha1');
    repo.put({ 'a.txt': 'one\n', 'sub/keep': 'k\n' });
    start = repo.commit('start');
    fired = join(scratch, 'fired');
    canary = join(scratch, 'canary.sh');
    writeFileSync(canary, `#!/bin/sh\necho "$0 $*" >> '${fired}'\ncat\n`);
    chmodSync(canary, 0o755);
    const owner = { boot: 'b', host: 'h', pidns: 'n', pid: 1, started: '1', nonce: 'x' };
    work = await openGitWork({ folder: repo.folder, searchPath: PATH, clock: { now: () => 0 }, random: fakeRandom(), processes: { self: () => owner, life: () => 'alive', killTree: () => Promise.resolve([]) } });
  });
  afterEach(() => work.close());

  const attributes = '* filter=evil diff=evil merge=evil text\n*.txt filter=evil diff=evil merge=evil\n';
  const config = (): string =>
    ['[core]', `fsmonitor = ${canary}`, `hooksPath = ${scratch}`, `attributesFile = ${join(scratch, 'attributes')}`, `sshCommand = ${canary}`, `pager = ${canary}`, `editor = ${canary}`, `alternateRefsCommand = ${canary}`]
      .concat(['[filter "evil"]', `clean = ${canary}`, `smudge = ${canary}`, `process = ${canary}`, 'required = true'])
      .concat(['[diff]', `external = ${canary}`, '[diff "evil"]', `textconv = ${canary}`, `command = ${canary}`, '[merge "evil"]', `driver = ${canary}`])
      .concat(['[gpg]', `program = ${canary}`, '[alias]', `diff-tree = !${canary}`, '[include]', `path = ${join(scratch, 'more')}`, ''])
      .join('\n');
  const hooks = (folder: string): void => {
    for (const name of ['post-checkout', 'post-index-change', 'reference-transaction', 'pre-commit', 'post-merge', 'pre-auto-gc', 'fsmonitor-watchman']) {
      writeFileSync(join(folder, name), `#!/bin/sh\nexec '${canary}' ${name}\n`);
      chmodSync(join(folder, name), 0o755);
    }
  };
  const plantEverywhere = (space: ScratchRepo): void => {
    writeFileSync(join(scratch, 'attributes'), attributes);
    hooks(scratch);
    for (const gitDir of [join(space.folder, '.git'), join(repo.folder, '.git')]) {
      writeFileSync(join(gitDir, 'config'), config(), { flag: 'a' });
      mkdirSync(join(gitDir, 'hooks'), { recursive: true });
      hooks(join(gitDir, 'hooks'));
    }
    mkdirSync(join(repo.folder, '.git', 'info'), { recursive: true });
    writeFileSync(join(repo.folder, '.git', 'info', 'attributes'), attributes);
  };
  /** A commit with everything a tree can hold against us, made without the planted configuration. */
  const plantedCommit = (space: ScratchRepo, more: Readonly<Record<string, string>> = {}): Oid => {
    space.put({ '.gitattributes': attributes, 'sub/.gitattributes': attributes, 'a.txt': 'changed\n', 'bare/HEAD': 'ref: refs/heads/x\n', 'bare/config': config(), 'bare/objects/x': '', 'bare/refs/x': '', ...more });
    symlinkSync('/etc/passwd', join(space.folder, 'passwd'));
    symlinkSync('..', join(space.folder, 'up'));
    return space.commit('planted');
  };
  const packed = (space: ScratchRepo, tip: Oid, from: Oid): string => {
    const file = join(scratch, 'a.pack');
    writeFileSync(file, execFileSync('git', ['pack-objects', '--revs', '--thin', '--stdout', '-q'], { cwd: space.folder, input: `${tip}\n^${from}\n` }));
    return file;
  };
  const attempt = async (name: string): Promise<ScratchRepo> => {
    const folder = join(scratch, name);
    await work.workspace({ folder, start, skip: ['_report'], quarantine: false });
    return existingRepo(folder);
  };

  it('runs none of it, from import to the checkout of the candidate', async () => {
    const space = await attempt('w');
    const tip = plantedCommit(space);
    const other = await work.commit({ tree: await work.withFiles(await work.treeOf(start), [{ path: 'b.txt', bytes: Buffer.from('b') }]), parents: [start], message: 'm', at_ms: 0 });
    const pack = packed(space, tip, start);
    plantEverywhere(space);
    expect(await work.importPack(pack, 1_000_000)).toEqual({ kind: 'imported' });
    expect((await work.changes(start, tip)).map(({ path }) => path)).toContain('passwd');
    const merged = await work.merge(other, tip);
    if (merged.kind !== 'merged') throw new Error('no conflict was planted');
    expect(await work.diffStat(start, merged.tree)).toMatchObject({ files: 10 });
    expect(await work.patchId(start, tip)).not.toBeNull();
    const candidate = await work.commit({ tree: merged.tree, parents: [other, tip], message: 'm', at_ms: 0 });
    const conflict = await work.commit({ tree: await work.withFiles(await work.treeOf(start), [{ path: 'a.txt', bytes: Buffer.from('against\n') }]), parents: [start], message: 'm', at_ms: 0 });
    expect(await work.merge(conflict, tip)).toEqual({ kind: 'conflict', paths: ['a.txt'] });
    await work.workspace({ folder: join(scratch, 'checks'), start, tree: merged.tree, skip: ['_report'], quarantine: true });
    await work.importCommit(start, null, 1_000_000);
    await work.promote(candidate, [start]);
    await work.rescue('late', candidate);
    expect(readFileSync(join(scratch, 'checks', 'a.txt'), 'utf8')).toBe('changed\n');
    expect(existsSync(fired)).toBe(false);
  });

  it('gives a worker a workspace in which no filter of the operator runs', async () => {
    const space = await attempt('w');
    const tip = plantedCommit(space);
    await work.importPack(packed(space, tip, start), 1_000_000);
    await work.workspace({ folder: join(scratch, 'w2'), start: tip, skip: [], quarantine: true });
    const filters = ['-c', `filter.evil.clean=${canary}`, '-c', `filter.evil.smudge=${canary}`, '-c', 'filter.evil.required=true'];
    writeFileSync(join(scratch, 'w2', 'a.txt'), 'again\n');
    gitIn(join(scratch, 'w2'), [...filters, 'add', '-A']);
    gitIn(join(scratch, 'w2'), [...filters, 'checkout', '-q', 'HEAD', '--', '.']);
    expect(existsSync(fired)).toBe(false);
  });

  it('does not borrow what a worker names as alternates, nor follow replace refs and grafts', async () => {
    const space = await attempt('w');
    const foreign = scratchRepo(join(scratch, 'foreign'), 'sha1');
    foreign.put({ secret: 's' });
    const secret = foreign.commit('secret');
    writeFileSync(join(space.folder, '.git/objects/info/alternates'), `${join(foreign.folder, '.git/objects')}\n`, { flag: 'a' });
    const tip = gitIn(space.folder, ['commit-tree', '-p', start, '-m', 'x', `${secret}^{tree}`]);
    space.git('replace', start, secret);
    // The pack leaves out what only the worker's alternates hold.
    const alone = execFileSync('git', ['pack-objects', '--stdout', '-q'], { cwd: space.folder, input: `${tip}\n` });
    writeFileSync(join(scratch, 'a.pack'), alone);
    expect(await work.importPack(join(scratch, 'a.pack'), 1_000_000)).toMatchObject({ code: 'IMPORT_BROKEN' });
    repo.git('replace', '-f', start, gitIn(repo.folder, ['commit-tree', '-m', 'other', `${start}^{tree}`]));
    writeFileSync(join(repo.folder, '.git/info/grafts'), `${start} ${'0'.repeat(40)}\n`);
    expect(await work.parentsOf(start)).toEqual([]);
  });

  it('refuses a link or a FIFO in place of the pack', async () => {
    symlinkSync('/etc/passwd', join(scratch, 'link'));
    expect(await work.importPack(join(scratch, 'link'), 1000)).toMatchObject({ code: 'IMPORT_ABSENT' });
    execFileSync('mkfifo', [join(scratch, 'fifo')]);
    expect(await work.importPack(join(scratch, 'fifo'), 1000)).toMatchObject({ code: 'IMPORT_ABSENT' });
  });

  it('refuses trees that stand for endless paths', async () => {
    let tree = repo.git('rev-parse', `${start}^{tree}`);
    for (let level = 0; level < 9; level += 1) {
      const lines = Array.from({ length: 10 }, (_, i) => `040000 tree ${tree}\td${String(i)}\n`);
      tree = gitIn(repo.folder, ['mktree'], lines.join(''));
    }
    expect(await codeOf(work.changes(null, tree))).toBe('WORK_TOO_MANY_ENTRIES');
    expect(await codeOf(work.entries(tree))).toBe('WORK_TOO_MANY_ENTRIES');
    const deep = await work.withFiles(null, [{ path: `${'d/'.repeat(600)}f`, bytes: new Uint8Array(0) }]);
    expect(await codeOf(work.changes(null, deep))).toBe('WORK_TOO_DEEP');
  });

  it('refuses a delta of a few bytes that stands for a gigabyte', async () => {
    const base = Buffer.alloc(65_536);
    const size = 1_073_741_824;
    // Each `0x80` copies 64 KiB of the base from its beginning.
    const delta = Buffer.concat([varint(base.length), varint(size), Buffer.alloc(size / base.length, 0x80)]);
    const first = Buffer.concat([entryHeader(3, base.length), deflateSync(base)]);
    const pack = Buffer.concat([Buffer.from('PACK'), Buffer.of(0, 0, 0, 2, 0, 0, 0, 2), first, entryHeader(6, delta.length), backBy(first.length), deflateSync(delta)]);
    writeFileSync(join(scratch, 'a.pack'), Buffer.concat([pack, createHash('sha1').update(pack).digest()]));
    expect(await work.importPack(join(scratch, 'a.pack'), 1_000_000)).toMatchObject({ code: 'IMPORT_TOO_LARGE' });
  });

  it('leaves nothing of a refused import behind, and none of a half-made quarantine', async () => {
    writeFileSync(join(scratch, 'a.pack'), 'PACK no');
    await work.importPack(join(scratch, 'a.pack'), 1000);
    const quarantine = join(repo.folder, '.git/coo/attempts.git');
    expect(execFileSync('find', [quarantine, '-name', 'tmp_*'], { encoding: 'utf8' })).toBe('');
    expect(execFileSync('find', [join(quarantine, 'incoming'), '-type', 'f'], { encoding: 'utf8' })).toBe('');
  });

  it('finds its shared objects again after the repository was moved', async () => {
    await work.close();
    const moved = join(scratch, 'moved away');
    execFileSync('mv', [repo.folder, moved]);
    const again = await openGitWork({ folder: moved, searchPath: PATH, clock: { now: () => 0 }, random: fakeRandom(), processes: { self: () => ({ boot: '', host: '', pidns: '', pid: 1, started: '', nonce: '' }), life: () => 'alive', killTree: () => Promise.resolve([]) } });
    expect(await again.typeOf(start)).toBe('commit');
    await again.close();
  });
});
