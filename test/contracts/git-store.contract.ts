import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GitStore, Oid } from '../../src/ports/git-store.ts';
import { blob, commitOf, EMPTY_TREE } from '../support/repo.ts';

/** Two stores on one empty repository, as two processes would open it. */
export interface GitStoreUnderTest {
  readonly store: GitStore;
  readonly other: GitStore;
}

/** The code of the error a call ends with, or 'none'. */
export async function codeOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
    return 'none';
  } catch (error) {
    if (error instanceof Error && 'code' in error) return error.code;
    throw error;
  }
}

const LEDGER = 'refs/heads/coo/ledger';
const SEEN = 'refs/coo/seen';

/** What every `GitStore` does, the real one and the fake. */
export function gitStoreContract(name: string, setUp: () => Promise<GitStoreUnderTest>): void {
  describe(`git store: ${name}`, () => {
    let store: GitStore;
    let other: GitStore;
    beforeEach(async () => {
      ({ store, other } = await setUp());
    });
    afterEach(async () => {
      await Promise.all([store.close(), other.close()]);
    });
    const commit = async (message: string, parent: Oid | null = null): Promise<Oid> => {
      const ids = await store.write([EMPTY_TREE, commitOf(store, message, parent)]);
      return ids[1] ?? '';
    };
    const absent = (): Oid => store.idOf(blob('never written'));

    it('gives what was written, by its id, in the order given', async () => {
      const objects = [blob('one'), blob(''), blob('\0\uFFFD\n'), EMPTY_TREE, commitOf(store, 'c')];
      const ids = await store.write(objects);
      expect(ids).toEqual(objects.map((object) => store.idOf(object)));
      for (const [at, id] of ids.entries()) expect(await other.read(id)).toEqual(objects[at]);
      expect(await store.write([])).toEqual([]);
    });

    it('takes the same object twice, in one call and in two', async () => {
      const [one, two] = await store.write([blob('same'), blob('same')]);
      expect(one).toBe(two);
      expect(await other.write([blob('same')])).toEqual([one]);
    });

    it('gives many in the order asked for, packed or loose, one twice, null for an absent one', async () => {
      const objects = [blob('one'), blob(''), blob('x'.repeat(200_000)), EMPTY_TREE, commitOf(store, 'c')];
      const ids = await store.write(objects);
      expect(ids).toEqual(objects.map((object) => store.idOf(object)));
      await store.pack(1);
      const late = await store.write([blob('late')]);
      const asked = [...ids, absent(), ...late, ...ids.slice(0, 1)];
      const given: unknown[] = [];
      await store.readMany(asked, 1_000_000, (object, at) => given.push([at, object === null ? null : { type: object.type, bytes: Uint8Array.from(object.bytes) }]));
      expect(given).toEqual([...objects, null, blob('late'), blob('one')].map((object, at) => [at, object]));
      await store.readMany([], 1, () => expect.unreachable());
    });

    it('gives many only below a limit, and stops when the taker throws', async () => {
      const ids = await store.write([blob('one'), blob('too long')]);
      const given: number[] = [];
      expect(await codeOf(store.readMany(ids, 5, (_, at) => given.push(at)))).toBe('GIT_TOO_LARGE');
      expect(given).toEqual([0]);
      const stop = new Error('enough');
      await expect(store.readMany(ids, 100, () => { throw stop; })).rejects.toBe(stop);
      expect(await codeOf(store.readMany(['HEAD'], 100, () => undefined))).toBe('GIT_OBJECT_ID');
    });

    it('knows what it does not have', async () => {
      expect(await store.read(absent())).toBeNull();
      expect(await store.ref(LEDGER)).toBeNull();
      await store.write([blob('never written')]);
      expect(await store.read(absent())).not.toBeNull();
    });

    it('refuses over the cap, and gives at the cap', async () => {
      const [id = ''] = await store.write([blob('x'.repeat(100_000))]);
      expect(await codeOf(store.read(id, 99_999))).toBe('GIT_TOO_LARGE');
      expect((await store.read(id, 100_000))?.bytes.length).toBe(100_000);
    });

    it('refuses what is no id and no ref name', async () => {
      for (const id of ['', 'HEAD', 'abc', `${absent().slice(1)}Z`, absent().toUpperCase(), `${absent()}0`]) expect(await codeOf(store.read(id)), id).toBe('GIT_OBJECT_ID');
      for (const ref of ['HEAD', 'refs', 'refs/', 'refs/heads/../x', 'refs/heads/a b', 'refs/heads/a\n', '--help', 'refs/heads/-x', 'refs/heads/x.lock', 'refs//x', 'refs/bisect/good', '/refs/heads/x', 'refs/heads/.x', 'refs/heads/x@{1}', 'main']) {
        expect(await codeOf(store.ref(ref)), ref).toBe('GIT_REF_NAME');
        expect(await codeOf(store.swap([{ ref, before: null, after: null }])), ref).toBe('GIT_REF_NAME');
      }
    });

    it('creates, moves and removes refs, all or none', async () => {
      const [a, b] = [await commit('a'), await commit('b')];
      expect(await store.swap([{ ref: LEDGER, before: null, after: a }, { ref: SEEN, before: null, after: a }])).toEqual({ kind: 'done' });
      expect([await other.ref(LEDGER), await other.ref(SEEN)]).toEqual([a, a]);
      expect(await other.swap([{ ref: LEDGER, before: a, after: b }, { ref: SEEN, before: b, after: b }])).toEqual({ kind: 'lost' });
      expect([await store.ref(LEDGER), await store.ref(SEEN)]).toEqual([a, a]);
      expect(await other.swap([{ ref: LEDGER, before: a, after: b }, { ref: SEEN, before: a, after: null }])).toEqual({ kind: 'done' });
      expect([await store.ref(LEDGER), await store.ref(SEEN)]).toEqual([b, null]);
    });

    it('loses a swap from any other value, and works afterwards', async () => {
      const [a, b] = [await commit('a'), await commit('b')];
      expect(await store.swap([{ ref: LEDGER, before: a, after: b }])).toEqual({ kind: 'lost' });
      expect(await store.swap([{ ref: LEDGER, before: null, after: a }])).toEqual({ kind: 'done' });
      expect(await store.swap([{ ref: LEDGER, before: null, after: b }])).toEqual({ kind: 'lost' });
      expect(await store.swap([{ ref: LEDGER, before: a, after: b }])).toEqual({ kind: 'done' });
    });

    it('takes an unchanged ref as a condition', async () => {
      const [a, b] = [await commit('a'), await commit('b')];
      await store.swap([{ ref: LEDGER, before: null, after: a }]);
      expect(await store.swap([{ ref: LEDGER, before: a, after: a }, { ref: SEEN, before: null, after: a }])).toEqual({ kind: 'done' });
      expect(await store.swap([{ ref: LEDGER, before: b, after: b }, { ref: SEEN, before: a, after: b }])).toEqual({ kind: 'lost' });
      expect(await store.swap([{ ref: 'refs/heads/x', before: null, after: null }])).toEqual({ kind: 'done' });
      expect(await store.swap([])).toEqual({ kind: 'done' });
      expect(await store.ref(SEEN)).toBe(a);
    });

    it('refuses an absent object, and one ref twice', async () => {
      const a = await commit('a');
      expect(await codeOf(store.swap([{ ref: LEDGER, before: null, after: absent() }]))).toBe('GIT_FAILED');
      expect(await codeOf(store.swap([{ ref: LEDGER, before: null, after: a }, { ref: LEDGER, before: null, after: a }]))).toBe('GIT_REF_NAME');
      expect(await store.swap([{ ref: LEDGER, before: null, after: a }])).toEqual({ kind: 'done' });
    });

    it('lets one of many win each value', async () => {
      let before: Oid | null = null;
      for (let round = 0; round < 5; round++) {
        const ids = await Promise.all(Array.from({ length: 6 }, (_, n) => commit(`${round}.${n}`, before)));
        const results = await Promise.all(ids.map((after, n) => (n % 2 === 0 ? store : other).swap([{ ref: LEDGER, before, after }])));
        expect(results.map(({ kind }) => kind).sort()).toEqual(['done', 'lost', 'lost', 'lost', 'lost', 'lost']);
        expect(await store.ref(LEDGER)).toBe(ids[results.findIndex(({ kind }) => kind === 'done')]);
        before = await store.ref(LEDGER);
      }
    });

    it('packs over the limit only, and keeps all, referred to or not', async () => {
      const ids = await store.write(Array.from({ length: 30 }, (_, n) => blob(`object ${n}`)));
      expect(await store.pack(30)).toEqual({ packed: false, looseLeft: 30 });
      expect(await store.pack(29)).toEqual({ packed: true, looseLeft: 0 });
      for (const [n, id] of ids.entries()) expect(await other.read(id)).toEqual(blob(`object ${n}`));
      expect(await codeOf(other.read(ids[0] ?? '', 3))).toBe('GIT_TOO_LARGE');
    });

    it('has mended nothing, and works again after it was closed', async () => {
      const a = await commit('a');
      await store.close();
      expect(await store.swap([{ ref: LEDGER, before: null, after: a }])).toEqual({ kind: 'done' });
      expect(await store.read(a)).not.toBeNull();
      expect(store.mended()).toEqual([]);
    });
  });
}
