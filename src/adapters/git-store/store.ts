import { join } from 'node:path';
import { setImmediate as giveWay } from 'node:timers/promises';
import type { Clock } from '../../ports/clock.ts';
import type { GitObject, GitStore, Oid, RefChange, SwapResult } from '../../ports/git-store.ts';
import type { Processes } from '../../ports/process.ts';
import type { Random } from '../../ports/random.ts';
import { APPENDER_VARIABLE, Appenders } from './appenders.ts';
import { CatFile } from './cat-file.ts';
import { discover } from './discover.ts';
import { checkId, objectId } from './encode.ts';
import type { GitRepo } from './environment.ts';
import { readLoose } from './inflate.ts';
import { Mender } from './mend.ts';
import { packLoose } from './pack.ts';
import { Packs } from './packs.ts';
import { ManyReader } from './read-many.ts';
import type { Take } from './read-many.ts';
import { Refs } from './refs.ts';
import { git } from './spawn.ts';
import { Swapper } from './swap.ts';
import { UpdateRef } from './update-ref.ts';
import { writeObjects } from './write.ts';

export interface GitStoreOptions {
  /** A folder of the repository: a worktree or one below it, a linked worktree, a bare repository or a `.git` folder. */
  readonly folder: string;
  /** PATH for git. */
  readonly searchPath: string;
  /** The git program; `git` when absent. */
  readonly program?: string;
  /** Where coo keeps its own files; `<common git folder>/coo` when absent. On the same file system as the repository. */
  readonly cooDir?: string;
  readonly processes: Pick<Processes, 'self' | 'life'>;
  readonly clock: Clock;
  readonly random: Random;
}

/** What git ends with when an object is absent or broken: what it listed before that counts. */
const FATAL = 128;
/** A million commits take seconds. */
const LINE_MS = 600_000;
/** After so many bytes out of packs, whatever else waits has its turn. */
const GIVE_WAY_BYTES = 1024 * 1024;
const DEFAULT_CAP_BYTES = 64 * 1024 * 1024;

/**
 * Opens the objects and refs of a real repository. Starts no process by itself.
 * Throws GIT_NOT_A_REPOSITORY, GIT_REFTABLE, GIT_FORMAT, GIT_IO.
 */
export async function openGitStore(options: GitStoreOptions): Promise<GitStore> {
  const { processes, clock, random } = options;
  const { commonDir, format } = await Promise.resolve(discover(options.folder));
  const objectsDir = join(commonDir, 'objects');
  const repo: GitRepo = { gitDir: commonDir, searchPath: options.searchPath, ...(options.program === undefined ? {} : { program: options.program }) };
  const appenders = new Appenders(join(options.cooDir ?? join(commonDir, 'coo'), 'appenders'), processes, random);
  const mender = new Mender(commonDir, appenders, random);
  const refs = new Refs(commonDir, format);
  const catFile = new CatFile(repo, format);
  const many = new ManyReader(repo);
  const packs = new Packs(objectsDir, format);
  const updateRef = new UpdateRef(repo, format, { [APPENDER_VARIABLE]: appenders.id });
  const swapper = new Swapper({ commonDir, format, refs, updateRef, appenders, mender, clock, random });
  const inTurn = queue();
  // Packing takes seconds in a large repository; swaps go on meanwhile.
  const packInTurn = queue();

  /** A write comes before every swap: what the swap will need is made ready beside it. */
  async function prepare(): Promise<void> {
    if (appenders.registered) return;
    updateRef.warm();
    await appenders.register();
    mender.sweep();
  }

  async function readOne(id: Oid, cap: number): Promise<GitObject | null> {
    checkId(id, format);
    return (await readLoose(objectsDir, format, id, cap)) ?? (await catFile.read(id, cap));
  }

  /** Gives what no pack here has, from the object at `start` to the next one that a pack has. Returns the place of that. */
  async function throughGit(ids: readonly Oid[], start: number, cap: number, take: Take): Promise<number> {
    let end = start + 1;
    while (end < ids.length && !packs.has(ids[end] ?? '')) end += 1;
    // What a pack has is an id.
    for (const id of ids.slice(start, end)) checkId(id, format);
    for (let from = start; from < end; ) {
      const asked = from;
      const { taken, error } = await many.read(ids.slice(asked, end), cap, (object, at) => take(object, asked + at));
      from += taken;
      const blamed = ids[from];
      if (error === null || blamed === undefined) continue;
      // Git ended early: of a broken object, and then this says so; or it was killed, and then all that follows is asked for again.
      take(await readOne(blamed, cap), from);
      from += 1;
    }
    return end;
  }

  return {
    format,
    idOf: (object) => objectId(object, format),
    ref: async (name) => await Promise.resolve(refs.read(name)),
    read: (id: Oid, cap = DEFAULT_CAP_BYTES) => readOne(id, cap),
    async readMany(ids, cap, take) {
      let given = 0;
      for (let from = 0; from < ids.length; ) {
        const packed = packs.read(ids[from] ?? '', cap);
        if (packed === undefined) {
          from = await throughGit(ids, from, cap, take);
          continue;
        }
        take(packed, from);
        from += 1;
        given += packed.bytes.length;
        if (given < GIVE_WAY_BYTES) continue;
        given = 0;
        await giveWay();
      }
    },
    async line(head, most) {
      checkId(head, format);
      const { stdout } = await git(repo, ['rev-list', '--first-parent', `--max-count=${String(most)}`, head], { okExits: [0, FATAL], maxOutputBytes: most * (head.length + 1), timeoutMs: LINE_MS });
      return Buffer.from(stdout).toString('latin1').split('\n').filter((id) => id.length === head.length);
    },
    async write(objects: readonly GitObject[]): Promise<readonly Oid[]> {
      const ready = inTurn(prepare);
      const [ids] = await Promise.allSettled([writeObjects({ objectsDir, format, clock, random }, objects), ready]);
      await ready;
      if (ids.status === 'rejected') throw ids.reason;
      return ids.value;
    },
    swap: (changes: readonly RefChange[]): Promise<SwapResult> =>
      inTurn(async () => {
        await prepare();
        return await swapper.swap(changes);
      }),
    unlock: (name: string): Promise<SwapResult> => inTurn(() => swapper.unlock(name)),
    warm: () => void updateRef.warm(),
    pack: (loose: number) =>
      packInTurn(async () => {
        const done = await packLoose(repo, objectsDir, loose);
        // They keep packs open that are gone, and so their space.
        if (done.packed) packs.close();
        if (done.packed) await Promise.all([catFile.close(), many.close()]);
        return done;
      }),
    mended: () => mender.take(),
    close: () =>
      packInTurn(() =>
        inTurn(async () => {
          await Promise.all([catFile.close(), many.close(), updateRef.close()]);
          packs.close();
          appenders.close();
        }),
      ),
  };
}

/** Runs actions one after the other, whether or not the one before failed. */
function queue(): <T>(action: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (action) => {
    const next = last.then(action, action);
    // Only the order matters here; the caller gets the failure from `next`.
    last = next.catch(() => undefined);
    return next;
  };
}
