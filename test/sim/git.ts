import { GitError } from '../../src/adapters/git-store/errors.ts';
import type { GitStore, RefChange, SwapResult } from '../../src/ports/git-store.ts';
import type { SimProcess } from './machine.ts';
import type { Sim } from './sim.ts';

/** How long a lock that stands still is waited for, in milliseconds, as the adapter does. */
const PATIENCE_MS = 2_000;
const PAUSE_MS = 40;

/** Who holds the lock of a ref. A dead holder's goes when somebody meets it. */
export type RefLocks = Map<string, SimProcess>;

/**
 * The store as one process has it: a swap of refs may take several steps, in which the refs move one after the other, in the order given, under
 * locks that stay when the process dies.
 */
export function simGit(sim: Sim, self: SimProcess): GitStore {
  const { scheduler, chance, locks, store } = sim;
  const { refs } = store.repository;
  const mended: string[] = [];

  const lockedBy = (changes: readonly RefChange[]): { readonly ref: string; readonly by: SimProcess } | undefined => {
    for (const { ref } of changes) {
      const by = locks.get(ref);
      if (by === undefined || by === self) continue;
      if (by.life !== 'dead') return { ref, by };
      locks.delete(ref);
      mended.push(ref);
    }
    return undefined;
  };
  const unlock = (changes: readonly RefChange[]): void => {
    for (const { ref } of changes) if (locks.get(ref) === self) locks.delete(ref);
  };

  /** The rest of a swap whose locks are taken. */
  const moveOn = (changes: readonly RefChange[], at: number, tell: (result: SwapResult) => void, fail: (cause: Error) => void): void => {
    const change = changes[at];
    if (change === undefined) {
      unlock(changes);
      sim.synced();
      tell({ kind: 'done' });
      return;
    }
    sim.moveRef(change.ref, change.after);
    if (at + 1 < changes.length && chance.happens(sim.weather.git)) {
      unlock(changes);
      // As the adapter does: what has moved is durable before it is told.
      sim.synced();
      fail(new GitError({ code: 'GIT_SWAP_SPLIT', message: `git was killed in the middle of moving refs: ${change.ref} moved, and not all the others` }));
    } else if (sim.strikes()) sim.machine.kill(self);
    else if (chance.happens(0.5)) moveOn(changes, at + 1, tell, fail);
    else scheduler.add(self, 'git goes on with its swap', () => moveOn(changes, at + 1, tell, fail), chance.below(20));
  };

  const swap = async (changes: readonly RefChange[]): Promise<SwapResult> => {
    const until = scheduler.now + PATIENCE_MS;
    for (let held = lockedBy(changes); held !== undefined; held = lockedBy(changes)) {
      if (scheduler.now >= until) return { kind: 'locked', path: `${held.ref}.lock`, owner: held.by.name };
      await sim.pause(self, 'waits for a lock', PAUSE_MS);
    }
    // What is wrong with the question itself, the fake says.
    if (changes.some(({ ref, before }) => (refs.get(ref) ?? null) !== before) || changes.some(({ after }) => after !== null && !store.repository.objects.has(after))) return store.swap(changes);
    if (!chance.happens(sim.weather.split)) {
      for (const { ref, after } of changes) sim.moveRef(ref, after);
      sim.synced();
      return { kind: 'done' };
    }
    for (const { ref } of changes) locks.set(ref, self);
    return new Promise((resolve, reject) => {
      moveOn(changes, 0, resolve, reject);
    });
  };

  return {
    ...store,
    ref: (name) => sim.call(self, `ref ${name}`, () => store.ref(name)),
    read: (id, cap) => sim.call(self, `read ${id.slice(0, 8)}`, () => store.read(id, cap)),
    readMany: (ids, cap, take) => sim.call(self, `read ${String(ids.length)} objects`, () => store.readMany(ids, cap, take)),
    write: (added) =>
      sim.call(self, `write ${String(added.length)} objects`, async () => {
        if (chance.happens(sim.weather.git)) throw new GitError({ code: 'GIT_IO', message: 'objects cannot be written: EIO' });
        const ids = await store.write(added);
        sim.files.sync();
        return ids;
      }),
    swap: (changes) =>
      sim.call(self, `swap ${changes.map(({ ref, after }) => `${ref} ${after?.slice(0, 8) ?? 'gone'}`).join(', ')}`, async () => {
        if (chance.happens(sim.weather.git)) throw new GitError({ code: 'GIT_KILLED', message: 'git was killed before it began' });
        return swap(changes);
      }),
    unlock: (name) => sim.call(self, `unlock ${name}`, () => store.unlock(name)),
    pack: (loose) => sim.call(self, 'pack', () => store.pack(loose)),
    mended: () => mended.splice(0),
    close: async () => Promise.resolve(),
  };
}
