import type { Appender, RefWrite } from './appenders.ts';
import type { SeenLock } from './locks.ts';

/** Whose lock it is, as far as the register can tell. */
export type Verdict =
  /** Left by this dead appender: it may be removed. */
  | { readonly kind: 'dead'; readonly by: Appender }
  /** Left by a git child of our own that was killed: it may be removed. */
  | { readonly kind: 'ours' }
  /** Perhaps of one that lives, or that cannot be seen from here: it must not be touched. */
  | { readonly kind: 'held'; readonly by: Appender }
  /** Nobody in the register can have left it: it must not be touched. */
  | { readonly kind: 'stranger' };

/** A lock, and who was moving refs when it was first seen: by name, with the count of the transaction. */
export interface WatchedLock extends SeenLock {
  readonly busy: ReadonlyMap<string, number | null>;
}

/** Begins to watch a lock. `others` must have been read after the lock was seen. */
export function watch(lock: SeenLock, others: readonly Appender[]): WatchedLock {
  return { ...lock, busy: new Map(others.filter((one) => one.moving !== null).map((one) => [one.name, one.turn])) };
}

/**
 * Decides whose lock it is, some time after it was first seen. `orphans` are the refs our own killed git children were moving.
 * A lock that holds an id is known by it. An empty one could be that of any living appender which is still in the same transaction as when the lock was first seen.
 */
export function judge(lock: WatchedLock, others: readonly Appender[], orphans: readonly RefWrite[]): Verdict {
  const living = others.find((one) => one.life !== 'dead' && couldBe(one.moving, lock) && sameTurn(one, lock.busy));
  const dead = others.find((one) => one.life === 'dead' && beingMendedBy(one, others) === null && (one.otherBoot || couldBe(one.moving, lock)));
  const mended = others.find((one) => beingMendedBy(one, others) !== null);
  if (living !== undefined) return { kind: 'held', by: living };
  if (couldBe(orphans, lock)) return { kind: 'ours' };
  if (dead !== undefined) return { kind: 'dead', by: dead };
  return mended === undefined ? { kind: 'stranger' } : { kind: 'held', by: mended };
}

function sameTurn(one: Appender, busy: WatchedLock['busy']): boolean {
  const turn = busy.get(one.name);
  return turn !== undefined && (turn === null || one.turn === null || turn === one.turn);
}

/** Whether a transaction over these refs could have left this lock. */
function couldBe(moving: Appender['moving'], lock: SeenLock): boolean {
  if (moving === null) return false;
  if (moving === 'unknown') return true;
  if (lock.ref === 'HEAD') return lock.content === '' && moving.some(({ ref }) => ref.startsWith('refs/heads/'));
  if (lock.ref === 'packed-refs') return lock.content === '' && moving.some(({ after }) => after === null);
  return moving.some(({ ref, after }) => ref === lock.ref && (lock.content === '' || lock.content === after));
}

/** The living appender that is taking this one's locks away, if any. */
function beingMendedBy(one: Appender, others: readonly Appender[]): Appender | null {
  const mender = /\.by\.(.+)$/.exec(one.name)?.[1];
  return others.find((other) => other.name === mender && other.life !== 'dead') ?? null;
}
