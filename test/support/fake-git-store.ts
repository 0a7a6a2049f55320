import { hash } from 'node:crypto';
import type { GitObject, GitStore, Oid, RefChange, SwapResult } from '../../src/ports/git-store.ts';
import { GitError } from '../../src/adapters/git-store/errors.ts';
import { checkId } from '../../src/adapters/git-store/encode.ts';
import { checkRefName } from '../../src/adapters/git-store/ref-names.ts';

/** What a test may do to the store between two calls. Each hook is asked once a call, before it has any effect. */
export interface GitStoreHooks {
  /** Throw here to fail the call. */
  before?(call: 'ref' | 'read' | 'write' | 'swap' | 'pack'): void;
  /** Return a result to answer a swap with, in place of doing it. */
  swap?(changes: readonly RefChange[]): SwapResult | undefined;
  /** Called after a swap was done and before its caller hears of it: throw to lose the answer. */
  swapped?(changes: readonly RefChange[]): void;
}

/** A repository in memory. Several stores may share one: their swaps race as in a real one. */
export interface FakeRepository {
  readonly refs: Map<string, Oid>;
  readonly objects: Map<Oid, GitObject>;
}

export interface FakeGitStore extends GitStore {
  readonly repository: FakeRepository;
  /** Changed by tests at any time. */
  hooks: GitStoreHooks;
  /** What `mended` answers next. */
  mend(ref: string): void;
}

export interface FakeGitStoreOptions {
  readonly format?: 'sha1' | 'sha256';
  readonly repository?: FakeRepository;
  readonly hooks?: GitStoreHooks;
}

export function fakeGitStore({ format = 'sha1', repository = { refs: new Map(), objects: new Map() }, hooks = {} }: FakeGitStoreOptions = {}): FakeGitStore {
  const { refs, objects } = repository;
  let loose = 0;
  let mended: string[] = [];
  const idOf = ({ type, bytes }: GitObject): Oid => hash(format, Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes]), 'hex');

  function swapNow(changes: readonly RefChange[]): SwapResult {
    for (const { ref, before, after } of changes) {
      checkRefName(ref);
      for (const id of [before, after]) if (id !== null) checkId(id, format);
    }
    if (new Set(changes.map(({ ref }) => ref)).size < changes.length) throw new GitError({ code: 'GIT_REF_NAME', message: 'a ref stands twice in one swap' });
    const answered = store.hooks.swap?.(changes);
    if (answered !== undefined) return answered;
    if (changes.some(({ ref, before }) => (refs.get(ref) ?? null) !== before)) return { kind: 'lost' };
    const absent = changes.find(({ after }) => after !== null && !objects.has(after));
    if (absent !== undefined) throw new GitError({ code: 'GIT_FAILED', message: `${absent.after} is no object` });
    for (const { ref, after } of changes) if (after === null) refs.delete(ref);
      else refs.set(ref, after);
    store.hooks.swapped?.(changes);
    return { kind: 'done' };
  }

  /** Always a turn of the loop later, so that callers meet interleaving. */
  async function call<T>(name: Parameters<NonNullable<GitStoreHooks['before']>>[0], act: () => T): Promise<T> {
    await Promise.resolve();
    store.hooks.before?.(name);
    return act();
  }

  const store: FakeGitStore = {
    repository,
    hooks,
    format,
    idOf,
    ref: (name) =>
      call('ref', () => {
        checkRefName(name);
        return refs.get(name) ?? null;
      }),
    read: (id, cap = 64 * 1024 * 1024) =>
      call('read', () => {
        checkId(id, format);
        const found = objects.get(id) ?? null;
        if (found !== null && found.bytes.length > cap) throw new GitError({ code: 'GIT_TOO_LARGE', message: `${id} is over ${cap} bytes` });
        return found;
      }),
    async readMany(ids, cap, take) {
      for (const [at, id] of ids.entries()) take(await store.read(id, cap), at);
    },
    write: (added) =>
      call('write', () =>
        added.map((object) => {
          const id = idOf(object);
          if (!objects.has(id)) loose++;
          objects.set(id, { type: object.type, bytes: new Uint8Array(object.bytes) });
          return id;
        }),
      ),
    swap: (changes) => call('swap', () => swapNow(changes)),
    unlock: async () => Promise.resolve({ kind: 'done' }),
    pack: (limit) =>
      call('pack', () => {
        const packed = loose > limit;
        if (packed) loose = 0;
        return { packed, looseLeft: loose };
      }),
    mended() {
      const now = mended;
      mended = [];
      return now;
    },
    close: () => Promise.resolve(),
    mend: (ref) => void mended.push(ref),
  };
  return store;
}
