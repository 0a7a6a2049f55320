import { dirname, join } from 'node:path';
import type { Clock } from '../../ports/clock.ts';
import type { Oid, RefChange, SwapResult } from '../../ports/git-store.ts';
import type { Random } from '../../ports/random.ts';
import type { Appenders, RefWrite } from './appenders.ts';
import { flushFolders } from './durable.ts';
import { checkId } from './encode.ts';
import type { ObjectFormat } from './encode.ts';
import { GitError } from './errors.ts';
import { judge, watch } from './judge.ts';
import type { Verdict, WatchedLock } from './judge.ts';
import { seeLock } from './locks.ts';
import type { Mender } from './mend.ts';
import { checkRefName } from './ref-names.ts';
import type { Refs } from './refs.ts';
import type { Transacted, UpdateRef } from './update-ref.ts';

export interface SwapParts {
  readonly commonDir: string;
  readonly format: ObjectFormat;
  readonly refs: Refs;
  readonly updateRef: UpdateRef;
  readonly appenders: Appenders;
  readonly mender: Mender;
  readonly clock: Pick<Clock, 'monotonic' | 'sleep'>;
  readonly random: Pick<Random, 'unit'>;
}

/** How long one lock that stands still is waited for. Each try waits 100 ms inside git as well. */
const PATIENCE_MS = 2_000;
/** How long others who take their turn before us are waited for: each of them may be mending what a dead one left. */
const IN_TURN_MS = 20_000;
const PAUSE_MS = 40;
/** What a transaction locks beside the refs that it moves. */
const SHARED: ReadonlySet<string> = new Set(['HEAD', 'packed-refs']);

/** Compare-and-swap of several refs, tried until it is done, lost, or locked for too long. */
export class Swapper {
  private readonly parts: SwapParts;
  /** What our own killed git children were moving: their locks are still there, perhaps. */
  private orphans: readonly RefWrite[] = [];
  private turn = 0;

  constructor(parts: SwapParts) {
    this.parts = parts;
  }

  /** See `GitStore.swap`. One at a time: the caller sees to that. */
  async swap(changes: readonly RefChange[]): Promise<SwapResult> {
    this.check(changes);
    if (changes.length === 0) return { kind: 'done' };
    // Asked first, so that a swap lost already does not cost the git child.
    if (this.standing(changes) !== 'before') return { kind: 'lost' };
    await this.parts.appenders.register();
    try {
      return await this.tries(changes);
    } finally {
      this.parts.updateRef.warm();
    }
  }

  /** See `GitStore.unlock`. */
  async unlock(name: string): Promise<SwapResult> {
    const { appenders, clock, commonDir, mender } = this.parts;
    if (!SHARED.has(name)) checkRefName(name);
    await appenders.register();
    const path = join(commonDir, `${name}.lock`);
    const first = seeLock(commonDir, path);
    if (first === null) return { kind: 'done' };
    const watched = watch(first, appenders.others());
    await clock.sleep(PAUSE_MS);
    const lock = seeLock(commonDir, path);
    if (lock === null) return { kind: 'done' };
    if (lock.stamp !== watched.stamp) return { kind: 'locked', path, owner: 'several processes in turn' };
    const verdict = judge(watched, appenders.others(), this.orphans);
    return mender.mend(lock, verdict, this.orphans) ? { kind: 'done' } : { kind: 'locked', path, owner: ownerText(verdict) };
  }

  private async tries(all: readonly RefChange[]): Promise<SwapResult> {
    const { clock, random, commonDir } = this.parts;
    const begun = clock.monotonic();
    let left = all;
    let watched: (WatchedLock & { readonly since: number }) | null = null;
    for (;;) {
      const answer = await this.once(left);
      if (answer.kind === 'unknown') left = left.filter((change) => this.parts.refs.read(change.ref) !== change.after || change.before === change.after);
      if (answer.kind === 'committed' || left.every((change) => change.before === change.after)) return await this.done(all);
      if (this.standing(left) !== 'before') return await this.giveUp(all, left, { kind: 'lost' });

      const path = answer.kind === 'refused' ? lockIn(answer.stderr) : null;
      const lock = path === null ? null : seeLock(commonDir, path);
      const now = clock.monotonic();
      const late = now - begun >= PATIENCE_MS;
      // Neither moved nor locked: unless it moved and moved back, git has another reason.
      if (answer.kind === 'refused' && path === null && (late || !movedIn(answer.stderr))) throw answer.error;
      if (answer.kind === 'unknown' && late) {
        if (left.length < all.length) await this.giveUp(all, left, { kind: 'lost' });
        throw answer.error;
      }
      const others = this.parts.appenders.others();
      if (lock !== null && lock.stamp === watched?.stamp) {
        const verdict = judge(watched, others, this.orphans);
        const removed = this.parts.mender.mend(lock, verdict, this.orphans);
        if (!removed && now - watched.since >= PATIENCE_MS) return await this.giveUp(all, left, { kind: 'locked', path: lock.path, owner: ownerText(verdict) });
      } else {
        if (path !== null && now - begun >= IN_TURN_MS) return await this.giveUp(all, left, { kind: 'locked', path, owner: 'several processes in turn' });
        watched = lock === null ? null : { ...watch(lock, others), since: now };
      }
      await clock.sleep(PAUSE_MS * random.unit());
    }
  }

  private async once(changes: readonly RefChange[]): Promise<Transacted> {
    const { appenders, updateRef } = this.parts;
    const moving = changes.map(({ ref, after }) => ({ ref, after }));
    this.turn += 1;
    appenders.write({ turn: this.turn, git: updateRef.warm(), moving: [...moving, ...this.orphans] });
    const answer = await updateRef.transact(changes);
    // A git child killed in the middle leaves its locks, and we live: only we can know that they are nobody's.
    if (answer.kind === 'unknown') this.orphans = [...moving, ...this.orphans].slice(0, 100);
    if (answer.kind === 'committed') this.orphans = this.orphans.filter(({ ref }) => !moving.some((one) => one.ref === ref));
    appenders.write({ turn: this.turn, git: null, moving: this.orphans.length === 0 ? null : this.orphans });
    return answer;
  }

  /** Git fsyncs the files of refs, not the folders they are renamed in. */
  private async done(changes: readonly RefChange[]): Promise<SwapResult> {
    const { commonDir } = this.parts;
    const folders = new Set<string>(changes.some((change) => change.after === null) ? [commonDir] : []);
    for (const { ref } of changes) {
      for (let folder = dirname(ref); folder !== '.'; folder = dirname(folder)) folders.add(join(commonDir, folder));
    }
    await flushFolders(folders);
    return { kind: 'done' };
  }

  /** After a kill of git in mid-transaction some refs may have moved already: then "nothing was changed" would be a lie. */
  private async giveUp(all: readonly RefChange[], left: readonly RefChange[], result: SwapResult): Promise<SwapResult> {
    if (left.length === all.length) return result;
    const names = (changes: readonly RefChange[]): string => changes.map((change) => change.ref).join(', ');
    const moved = all.filter((change) => !left.includes(change));
    // Whoever reads them will take them for published.
    await this.done(moved);
    throw new GitError({
      code: 'GIT_SWAP_SPLIT',
      message: `git was killed in the middle of moving refs: ${names(moved)} moved, ${names(left)} did not (${result.kind})`,
      fix: 'read the refs again; what the ledger says is what happened',
    });
  }

  private standing(changes: readonly RefChange[]): 'before' | 'elsewhere' {
    return changes.every((change) => this.parts.refs.read(change.ref) === change.before) ? 'before' : 'elsewhere';
  }

  private check(changes: readonly RefChange[]): void {
    for (const { ref, before, after } of changes) {
      checkRefName(ref);
      for (const id of [before, after] satisfies (Oid | null)[]) if (id !== null) checkId(id, this.parts.format);
    }
    const twice = changes.find(({ ref }, at) => changes.findIndex((other) => other.ref === ref) !== at);
    if (twice !== undefined) throw new GitError({ code: 'GIT_REF_NAME', message: `${twice.ref} stands twice in one swap` });
  }
}

/** The lock that git could not take. */
function lockIn(stderr: string): string | null {
  return /Unable to create '([^\n]+\.lock)': File exists/.exec(stderr)?.[1] ?? null;
}

/** Whether git found a ref somewhere else than expected. */
function movedIn(stderr: string): boolean {
  return /: is at [0-9a-f]+ but expected [0-9a-f]+|: reference already exists|: unable to resolve reference/.test(stderr);
}

function ownerText(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'held':
    case 'dead':
      return `${verdict.by.life} coo process ${String(verdict.by.owner.pid)} on ${verdict.by.owner.host}`;
    case 'ours':
      return 'a git child of this process, killed';
    case 'stranger':
      return 'a program that is not coo';
  }
}
