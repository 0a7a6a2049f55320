import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discover } from '../../src/adapters/git-store/discover.ts';
import { GitError } from '../../src/adapters/git-store/errors.ts';
import { readLoose } from '../../src/adapters/git-store/inflate.ts';
import { followFolder, moveFiles, readNote } from '../../src/adapters/git-work/moves/notes.ts';
import { bytes } from '../format/corpus.ts';
import { fc, mangled } from '../format/fuzz.ts';

const SEED = 20_271_115;

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'coo-fuzz-'));
  for (const folder of ['main/.git/objects', 'main/.git/refs', 'main/.git/worktrees/w', 'linked', 'odd', 'notes/coo/follow']) mkdirSync(join(root, folder), { recursive: true });
  for (const file of ['main/.git/HEAD', 'main/.git/worktrees/w/HEAD']) writeFileSync(join(root, file), 'ref: refs/heads/main\n');
  writeFileSync(join(root, 'main/.git/config'), '[core]\n\trepositoryformatversion = 0\n');
  writeFileSync(join(root, 'main/.git/worktrees/w/commondir'), '../..\n');
  writeFileSync(join(root, 'linked/.git'), `gitdir: ${join(root, 'main/.git/worktrees/w')}\n`);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** What a reading of the repository's files comes to: a code, or `value`. What has no code of coo's own is thrown on. */
function outcome(read: () => unknown): string {
  try {
    read();
    return 'value';
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string' && /^(?:GIT|WORK)_[A-Z_]+$/.test(cause.code)) return cause.code;
    throw cause;
  }
}

/** Any content of one file of the repository, which is put back afterwards. */
function withAny(file: string, good: string, read: () => unknown): void {
  try {
    fc.assert(
      fc.property(mangled(good), (content) => {
        writeFileSync(join(root, file), content);
        outcome(read);
      }),
      { numRuns: 150, seed: SEED },
    );
  } finally {
    writeFileSync(join(root, file), good);
  }
}

describe('what says where a repository is', () => {
  it('is read', () => {
    expect(discover(join(root, 'linked'))).toMatchObject({ format: 'sha1', worktree: join(root, 'linked') });
  });

  it('a .git file of any content gives a repository or a code', () => {
    withAny('linked/.git', `gitdir: ${join(root, 'main/.git/worktrees/w')}\n`, () => discover(join(root, 'linked')));
  });

  it('a commondir of any content gives a repository or a code', () => {
    withAny('main/.git/worktrees/w/commondir', '../..\n', () => discover(join(root, 'linked')));
  });

  it('a config of any content gives a repository or a code', () => {
    withAny('main/.git/config', '[core]\n\trepositoryformatversion = 1\n[extensions]\n\tobjectFormat = sha256 ; x\n\trefStorage = "files"\n', () => discover(join(root, 'main')));
  });

  it.each([
    ['a NUL', 'gitdir: /a\0b\n'],
    ['a name longer than any', `gitdir: ${'a/'.repeat(4_000)}\n`],
    ['a megabyte of spaces', `gitdir: ${' a'.repeat(500_000)}\n`],
    ['nothing', ''],
    ['another word', 'gitdir /a\n'],
  ])('a .git file with %s names no git folder', (_what, content) => {
    writeFileSync(join(root, 'odd/.git'), content);
    expect(outcome(() => discover(join(root, 'odd')))).toBe('GIT_NOT_A_REPOSITORY');
    rmSync(join(root, 'odd/.git'));
  });

  it('a .git file without end is not read', () => {
    writeFileSync(join(root, 'odd/.git'), '');
    truncateSync(join(root, 'odd/.git'), 8_589_934_592);
    expect(outcome(() => discover(join(root, 'odd')))).toBe('GIT_TOO_LARGE');
    rmSync(join(root, 'odd/.git'));
  });

  it('a .git that is a pipe is not waited for', () => {
    execFileSync('mkfifo', [join(root, 'odd/.git')]);
    expect(outcome(() => discover(join(root, 'odd')))).toBe('GIT_NOT_A_REPOSITORY');
    rmSync(join(root, 'odd/.git'));
  });

  it('a commondir that leads nowhere is told', () => {
    writeFileSync(join(root, 'main/.git/worktrees/w/commondir'), '../nowhere\n');
    expect(outcome(() => discover(join(root, 'linked')))).toBe('GIT_NOT_A_REPOSITORY');
    writeFileSync(join(root, 'main/.git/worktrees/w/commondir'), '../..\n');
  });
});

describe('a loose object', () => {
  const packed = deflateSync(Buffer.from('blob 5\0hello'));
  const id = createHash('sha1').update('blob 5\0hello').digest('hex');
  const read = (): Promise<unknown> => readLoose(join(root, 'main/.git/objects'), 'sha1', id, 1_048_576);
  const write = (content: Uint8Array): void => writeFileSync(join(root, 'main/.git/objects', id.slice(0, 2), id.slice(2)), content);
  /** The code of what was thrown, by an adapter's own error and no other. */
  const codeOf = async (): Promise<string> => {
    try {
      await read();
      return 'value';
    } catch (cause) {
      if (cause instanceof GitError) return cause.code;
      throw cause;
    }
  };

  it('of any bytes is what its name says or has a code', async () => {
    mkdirSync(join(root, 'main/.git/objects', id.slice(0, 2)), { recursive: true });
    write(packed);
    expect(await read()).toMatchObject({ type: 'blob' });
    const other = fc.tuple(fc.constantFrom('blob', 'tag', 'x', ''), fc.nat(), fc.uint8Array({ maxLength: 50 })).map(([type, size, content]) => deflateSync(Buffer.concat([Buffer.from(`${type} ${String(size)}\0`), content])));
    const spoilt = fc.tuple(fc.nat(packed.length - 1), fc.nat(255), fc.nat(packed.length)).map(([at, byte, length]) => {
      const copy = Buffer.from(packed);
      copy[at] = byte;
      return copy.subarray(0, length);
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(other, spoilt, fc.uint8Array({ maxLength: 100 })), async (content) => {
        write(content);
        expect(['value', 'GIT_OBJECT_BROKEN', 'GIT_TOO_LARGE', 'GIT_OBJECT_ID']).toContain(await codeOf());
      }),
      { numRuns: 150, seed: SEED },
    );
  });

  it('that unpacks to a thousand times its size is not unpacked', async () => {
    write(deflateSync(Buffer.concat([Buffer.from('blob 67108864\0'), Buffer.alloc(67_108_864)])));
    expect(await codeOf()).toBe('GIT_TOO_LARGE');
    write(deflateSync(Buffer.concat([Buffer.from('blob 5\0'), Buffer.alloc(67_108_864)])));
    expect(await codeOf()).toBe('GIT_OBJECT_BROKEN');
  });
});

describe('the note of a move', () => {
  it('of any content is a note or WORK_NOTE_BROKEN', () => {
    const common = join(root, 'notes');
    const files = moveFiles(common, 'm');
    const good = JSON.stringify({ schema: 'coo/follow.v1', branch: 'main', before: 'a'.repeat(40), after: 'b'.repeat(40), gitDir: '/g', worktree: '/w', owner: { pid: 1 } });
    const contents = fc.oneof(mangled(good), fc.jsonValue().map((value) => bytes(JSON.stringify(value))));
    expect(followFolder(common)).toBe(join(common, 'coo', 'follow'));
    fc.assert(
      fc.property(contents, (content) => {
        writeFileSync(files.note, content);
        expect(['value', 'WORK_NOTE_BROKEN']).toContain(outcome(() => readNote(files)));
      }),
      { numRuns: 150, seed: SEED },
    );
  });
});
