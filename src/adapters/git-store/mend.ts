import { readdirSync, renameSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../../ports/random.ts';
import type { Appender, Appenders, RefWrite } from './appenders.ts';
import { errno, ioError } from './errors.ts';
import { judge, watch } from './judge.ts';
import type { Verdict } from './judge.ts';
import { removeLock, seeLock } from './locks.ts';
import type { SeenLock } from './locks.ts';

/** Takes away the locks that dead appenders left, and cleans the register. */
export class Mender {
  private readonly commonDir: string;
  private readonly appenders: Appenders;
  private readonly random: Pick<Random, 'hex'>;
  private readonly noted = new Set<string>();

  constructor(commonDir: string, appenders: Appenders, random: Pick<Random, 'hex'>) {
    this.commonDir = commonDir;
    this.appenders = appenders;
    this.random = random;
  }

  /** What `GitStore.mended` returns. */
  take(): readonly string[] {
    const refs = [...this.noted].sort();
    this.noted.clear();
    return refs;
  }

  /** Removes the lock if the verdict allows it, and the other locks of the same dead transaction. Says whether the way is free. */
  mend(lock: SeenLock, verdict: Verdict, orphans: readonly RefWrite[]): boolean {
    if (verdict.kind === 'ours') return this.remove(lock);
    if (verdict.kind !== 'dead') return false;
    const claimed = this.claim(verdict.by);
    if (claimed === null) return false;
    const free = this.remove(lock);
    for (const path of this.locksOf(verdict.by)) {
      const other = seeLock(this.commonDir, path);
      if (other !== null && this.surelyOf(verdict.by, other, claimed, orphans)) this.remove(other);
    }
    this.release(verdict.by, claimed);
    return free;
  }

  /** For a lock that was not watched: only the id in it can tell. The rest is met, and watched, when it is in the way. */
  private surelyOf(dead: Appender, lock: SeenLock, claimed: string, orphans: readonly RefWrite[]): boolean {
    if (lock.content === '' || dead.otherBoot) return false;
    const others = [...this.appenders.others().filter((one) => one.name !== claimed), dead];
    const verdict = judge(watch(lock, others), others, orphans);
    return verdict.kind === 'dead' && verdict.by === dead;
  }

  /** Forgets dead appenders that left no lock. Only then is their word no longer needed. */
  sweep(): void {
    for (const one of this.appenders.others()) {
      if (one.life === 'dead' && !one.name.includes('.by.') && this.leftNothing(one)) this.appenders.remove(one.name);
    }
  }

  /** The right to act for a dead appender: of several who rename its file, one succeeds. */
  private claim(dead: Appender): string | null {
    const claimed = `${dead.name.replace(/\.by\..*$/, '')}.by.${this.appenders.id}`;
    try {
      renameSync(join(this.appenders.folder, dead.name), join(this.appenders.folder, claimed));
      return claimed;
    } catch (error) {
      if (errno(error) === 'ENOENT') return null;
      throw ioError(`claim ${dead.name}`, error);
    }
  }

  private release(dead: Appender, claimed: string): void {
    if (this.leftNothing(dead)) this.appenders.remove(claimed);
    else renameSync(join(this.appenders.folder, claimed), join(this.appenders.folder, claimed.replace(/\.by\..*$/, '')));
  }

  private leftNothing(dead: Appender): boolean {
    return this.locksOf(dead).every((path) => seeLock(this.commonDir, path) === null);
  }

  /** The locks a dead appender could have left. One that died with the machine may have been moving any ref. */
  private locksOf(dead: Appender): readonly string[] {
    if (dead.moving === null && !dead.otherBoot) return [];
    const shared = ['HEAD.lock', 'packed-refs.lock'].map((name) => join(this.commonDir, name));
    if (dead.otherBoot || dead.moving === null || dead.moving === 'unknown') return [...locksBelow(join(this.commonDir, 'refs')), ...shared];
    return [...dead.moving.map(({ ref }) => join(this.commonDir, `${ref}.lock`)), ...shared];
  }

  private remove(lock: SeenLock): boolean {
    const removed = removeLock(lock, this.appenders.folder, `lock.${this.random.hex(8)}`);
    if (removed) this.noted.add(lock.ref);
    return removed;
  }
}

function locksBelow(folder: string): readonly string[] {
  return entries(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return locksBelow(path);
    return entry.name.endsWith('.lock') ? [path] : [];
  });
}

/** Git removes empty folders of refs at any time: one that is gone holds no lock. */
function entries(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (errno(error) === 'ENOENT') return [];
    throw ioError(`list ${folder}`, error);
  }
}
