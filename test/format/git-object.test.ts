import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeCommit, decodeTree, encodeCommit, encodeTree, treeOrder } from '../../src/format/git-object.ts';
import type { HashFormat, TreeItem } from '../../src/format/git-object.ts';
import { gitIn, SEARCH_PATH, testRepo } from '../support/repo.ts';
import type { TestRepo } from '../support/repo.ts';
import { spawnSync } from 'node:child_process';

const scratch = mkdtempSync(join(tmpdir(), 'coo-object-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const FORMATS: readonly HashFormat[] = ['sha1', 'sha256'];
const repos = new Map(FORMATS.map((format) => [format, testRepo(scratch, { format, bare: true })]));

function repoOf(format: HashFormat): TestRepo {
  const repo = repos.get(format);
  if (repo === undefined) throw new Error(`no repository of ${format}`);
  return repo;
}

/** The id that an object has, by git's own rule. */
function idOf(format: HashFormat, type: string, bytes: Uint8Array): string {
  return createHash(format).update(`${type} ${String(bytes.length)}\0`).update(bytes).digest('hex');
}

/** What git says the id of these bytes is; git checks their form first. */
function hashObject(repo: TestRepo, type: string, bytes: Uint8Array): string {
  const ran = spawnSync('git', ['hash-object', '-t', type, '-w', '--stdin'], { cwd: repo.folder, input: bytes, env: { PATH: SEARCH_PATH, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' } });
  if (ran.status !== 0) throw new Error(ran.stderr.toString());
  return ran.stdout.toString().trim();
}

/** Names that sort differently with and without a folder's slash, and beyond ASCII. */
const NAMES = ['a', 'a.b', 'a-b', 'a0', 'ab', 'B', 'lib', 'lib.ts', 'lib-x', 'lib0', 'ä', 'a b', '\ufb33', '\u{1f600}', '"quoted"', '000.json'];

describe.each(FORMATS)('git objects in %s', (format) => {
  const repo = repoOf(format);
  const blob = hashObject(repo, 'blob', Buffer.from('content\n'));
  const folder = hashObject(repo, 'tree', encodeTree([{ name: 'file', mode: '100644', id: blob }], format));
  const itemOf = (name: string, mode: TreeItem['mode']): TreeItem => ({ name, mode, id: mode === '40000' ? folder : mode === '160000' ? 'c0'.repeat(blob.length / 2) : blob });

  it('a tree has the id that git mktree gives it, in git mktree\'s order', () => {
    const items = fc.uniqueArray(fc.record({ name: fc.constantFrom(...NAMES), mode: fc.constantFrom<TreeItem['mode']>('40000', '100644', '100755', '120000', '160000') }), { selector: ({ name }) => name, maxLength: NAMES.length });
    fc.assert(
      fc.property(items, (drawn) => {
        const lines = drawn.map(({ name, mode }) => itemOf(name, mode)).toSorted(treeOrder);
        const bytes = encodeTree(lines, format);
        const given = drawn.map(({ name, mode }) => itemOf(name, mode)).map(({ name, mode, id }) => `${mode.padStart(6, '0')} ${mode === '40000' ? 'tree' : mode === '160000' ? 'commit' : 'blob'} ${id}\t${name}\0`);
        expect(idOf(format, 'tree', bytes)).toBe(gitIn(repo.folder, given.join(''), ['mktree', '-z']));
        expect(decodeTree(bytes, format)).toEqual(lines);
      }),
      { numRuns: 25 },
    );
  });

  it('a tree that is cut off anywhere is seen', () => {
    const bytes = encodeTree([itemOf('a', '100644'), itemOf('b', '40000')], format);
    const whole = new Set([0, bytes.length, encodeTree([itemOf('a', '100644')], format).length]);
    for (let length = 0; length <= bytes.length; length += 1) {
      const read = (): unknown => decodeTree(bytes.subarray(0, length), format);
      if (whole.has(length)) expect(read).not.toThrow();
      else expect(read, String(length)).toThrow(expect.objectContaining({ code: 'TREE_BROKEN' }));
    }
  });

  it.each(['', '.', '..', '.git', '.GIT', 'a/b', '\xff'])('a tree with the name %j is none', (name) => {
    const bytes = Buffer.concat([Buffer.from(`100644 ${name}\0`, 'latin1'), encodeTree([itemOf('a', '100644')], format).subarray('100644 a\0'.length)]);
    expect(() => decodeTree(bytes, format)).toThrow(expect.objectContaining({ code: 'TREE_BROKEN' }));
  });

  it('a name keeps its byte order mark', () => {
    expect(decodeTree(encodeTree([itemOf('\ufeffa', '100644')], format), format).map(({ name }) => name)).toEqual(['\ufeffa']);
  });

  it.each([
    ['no parent', 0],
    ['one parent', 1],
    ['two parents', 2],
  ])('a commit with %s is one to git, and says what was put in', (_what, parents) => {
    const base = encodeCommit({ tree: folder, parents: [], message: 'base\n', at_ms: 0 });
    const id = hashObject(repo, 'commit', base);
    const other = hashObject(repo, 'commit', encodeCommit({ tree: folder, parents: [id], message: 'other\n', at_ms: 1_999 }));
    const commit = { tree: folder, parents: [id, other].slice(0, parents), message: 'coo: a line of ünïcode\n\nparent of nothing\ntree nor this\n' };
    const bytes = encodeCommit({ ...commit, at_ms: 1_893_456_000_999 });
    const made = hashObject(repo, 'commit', bytes);
    expect(made).toBe(idOf(format, 'commit', bytes));
    expect(decodeCommit(bytes)).toEqual(commit);
    expect(gitIn(repo.folder, '', ['log', '-1', '--format=%T|%P|%an <%ae>|%ad|%s', '--date=raw', made])).toBe(`${folder}|${commit.parents.join(' ')}|coo <coo@localhost>|1893456000 +0000|coo: a line of ünïcode`);
    gitIn(repo.folder, '', ['fsck', '--strict', made]);
  });
});

it('what is no commit is said to be none', () => {
  for (const text of ['', 'tree', `tree ${'a'.repeat(40)}\n`, `parent ${'a'.repeat(40)}\n\nm`]) expect(decodeCommit(Buffer.from(text))).toBeNull();
});
