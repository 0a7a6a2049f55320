import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { queryObjects } from 'node:v8';
import { afterAll, describe, expect, it } from 'vitest';
import { git } from '../../src/adapters/git-store/spawn.ts';
import { codeOf } from '../contracts/git-store.contract.ts';
import { gitFailingAt } from '../support/bad-git.ts';
import { blob, commitOf, EMPTY_TREE, openRealStore, scratchFolder, SEARCH_PATH, testRepo } from '../support/repo.ts';

const scratch = scratchFolder('git-store-faults');
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const LEDGER = 'refs/heads/coo/ledger';
const SEEN = 'refs/coo/seen';

describe('every start of git, one after the other, going wrong', () => {
  it.each([
    ['it fails', 'exit 1'],
    ['it fails with words', 'echo "fatal: bad day" >&2; exit 128'],
    ['it answers nonsense', 'echo nonsense; exit 0'],
    ['it is killed at once', 'kill -9 $$'],
    ['it is killed after it read', 'read line; kill -9 $$'],
  ])('%s: an error or the result, never half of one, and the next call works', async (_, instead) => {
    for (let nth = 1, starts = nth; nth <= starts; nth++) {
      const repo = testRepo(scratch);
      const bad = gitFailingAt(mkdtempSync(join(scratch, 'g-')), nth, instead);
      const store = await openRealStore(repo.folder, { program: bad.program });
      const errors: unknown[] = [];
      const attempt = async (call: Promise<unknown>): Promise<void> => void errors.push(await codeOf(call));

      const [, first = '', second = ''] = await store.write([EMPTY_TREE, commitOf(store, 'first'), commitOf(store, 'second')]);
      const to = (id: string): Promise<unknown> => store.swap([LEDGER, SEEN].map((ref) => ({ ref, before: null, after: id })));
      await attempt(to(first));
      await attempt(store.pack(0));
      await attempt(store.read(second).then((found) => expect(found).not.toBeNull()));
      await attempt(store.read(store.idOf(blob('absent'))).then((found) => expect(found).toBeNull()));
      expect(errors.filter((code) => code !== 'none').length, `start ${nth}: ${errors.join(' ')}`).toBeLessThanOrEqual(1);

      expect(await store.ref(LEDGER)).toBe(await store.ref(SEEN));
      const before = await store.ref(LEDGER);
      const again = await store.swap([LEDGER, SEEN].map((ref) => ({ ref, before, after: second })));
      expect(again).toEqual({ kind: 'done' });
      for (const id of [first, second]) expect(await store.read(id)).not.toBeNull();
      expect(await store.pack(100)).toMatchObject({ packed: false });
      await store.close();
      starts = bad.starts();
      expect(starts).toBeGreaterThanOrEqual(3);
    }
  });
});

it('a git that is kept open remembers none of the transactions that it ran: a manager runs thousands', async () => {
  const store = await openRealStore(testRepo(scratch).folder, {});
  const [, first = '', second = ''] = await store.write([EMPTY_TREE, commitOf(store, 'first'), commitOf(store, 'second')]);
  expect(await store.swap([{ ref: LEDGER, before: null, after: first }])).toEqual({ kind: 'done' });
  const before = queryObjects(Promise, { format: 'count' });
  for (let turn = 0; turn < 100; turn += 1) {
    const [from, to] = turn % 2 === 0 ? [first, second] : [second, first];
    expect(await store.swap([{ ref: LEDGER, before: from, after: to }])).toEqual({ kind: 'done' });
  }
  expect(queryObjects(Promise, { format: 'count' }) - before).toBeLessThan(50);
  await store.close();
});

describe('the door to git', () => {
  const repo = { gitDir: scratch, searchPath: SEARCH_PATH };

  it('says what went wrong, by code', async () => {
    const { gitDir } = testRepo(scratch);
    expect(await codeOf(git({ ...repo, program: 'no-such-git' }, ['version']))).toBe('GIT_NOT_STARTED');
    expect(await codeOf(git({ ...repo, gitDir }, ['rev-parse', '--verify', 'nothing']))).toBe('GIT_FAILED');
    expect((await git({ ...repo, gitDir }, ['rev-parse', '--verify', '-q', 'nothing'], { okExits: [1] })).exit).toBe(1);
    expect(await codeOf(git({ ...repo, gitDir }, ['help', '-a'], { maxOutputBytes: 10 }))).toBe('GIT_TOO_LARGE');
    expect(await codeOf(git({ ...repo, program: 'sleep', cwd: '/' }, ['version']))).toBe('GIT_FAILED');
  });

  it('ends a child that takes too long, and its whole group', async () => {
    const bad = gitFailingAt(mkdtempSync(join(scratch, 'g-')), 1, 'sleep 600 & wait');
    expect(await codeOf(git({ ...repo, program: bad.program }, ['version'], { timeoutMs: 100 }))).toBe('GIT_TIMED_OUT');
  });

  it('takes input that the child never reads', async () => {
    const bad = gitFailingAt(mkdtempSync(join(scratch, 'g-')), 1, 'exit 3');
    expect(await codeOf(git({ ...repo, program: bad.program }, ['version'], { stdin: new Uint8Array(10_000_000) }))).toBe('GIT_FAILED');
  });

  it('tells no password', async () => {
    const { gitDir } = testRepo(scratch);
    await expect(git({ ...repo, gitDir }, ['ls-remote', 'https://me:secret@localhost/x'])).rejects.not.toThrow(/secret/);
  });
});
