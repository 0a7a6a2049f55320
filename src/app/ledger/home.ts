import type { State } from '../../kernel/state.ts';
import type { LedgerWorld } from '../world.ts';
import { cooPaths } from '../layout.ts';
import { Failure } from '../failure.ts';
import { readIfRegular } from '../faults.ts';
import { parseStored, storedBytes, tryParse } from '../stored.ts';

/** The mark of the one clone that may append: it is not cloned, and a copied folder has another inode. */
export interface Home {
  readonly schema: 'coo/home.v1';
  readonly ledger: string;
  readonly prefix: string;
  readonly host: string;
  readonly path: string;
  readonly inode: number;
  /** The move that made it the home, in the words of its event; absent where the ledger began. */
  readonly to?: string;
  /** Where the ledger went from here: this is no home any more. */
  readonly left?: string;
}

const HOME_CAP = 65_536;
/** What a person types where the home is lost, or was moved as a folder. */
export const ADOPT = "coo init --rehome --reason '...'";

/** The home marker of this clone, or undefined where there is none. */
export async function readHome(world: Pick<LedgerWorld, 'files' | 'layout'>): Promise<Home | undefined> {
  const path = cooPaths.home(world.layout);
  const info = await world.files.info(path);
  if (info === undefined) return undefined;
  return parseStored<Home>(await world.files.read(path, HOME_CAP), path, 'coo/home.v1');
}

/** The mark that makes this clone the home, as it would be written. */
export async function markOf(world: LedgerWorld, ledger: string, prefix: string, to?: string): Promise<Home> {
  const info = await world.files.info(world.layout.common);
  return { schema: 'coo/home.v1', ledger, prefix, host: world.processes.self().host, path: world.layout.common, inode: info?.inode ?? 0, ...(to === undefined ? {} : { to }) };
}

export async function writeHome(world: LedgerWorld, ledger: string, prefix: string, to?: string): Promise<Home> {
  const home = await markOf(world, ledger, prefix, to);
  await world.files.replace(cooPaths.home(world.layout), storedBytes(home));
  return home;
}

/** Marks a clone as one that its ledger has left. */
export async function leaveHome(world: LedgerWorld, home: Home, to: string): Promise<void> {
  await world.files.replace(cooPaths.home(world.layout), storedBytes({ ...home, left: to } satisfies Home));
}

/**
 * Refuses unless this clone is the home of its ledger: same host, same path, same inode, and the one that the last move named. That move stands
 * in the ledger itself, so whoever appends here after it loses the swap, looks again, and is refused.
 */
export async function requireHome(world: LedgerWorld, home: Home | undefined, state: Pick<State, 'ledger' | 'home'>): Promise<void> {
  requireNotMoved(home, state);
  const ledger = state.ledger ?? '';
  if (home === undefined || home.ledger !== ledger) {
    throw new Failure({ code: 'NOT_HOME', message: `this clone is not the home of ledger ${ledger}: it can read and verify, not append`, fix: `work in the clone where coo init was run; if that one, or its .git/coo, is lost: ${ADOPT}` });
  }
  const info = await world.files.info(world.layout.common);
  const { host } = world.processes.self();
  if (home.host !== host || home.path !== world.layout.common || home.inode !== info?.inode) {
    throw new Failure({
      code: 'HOME_COPIED',
      message: `this repository is a copy: the home of ledger ${ledger} is ${home.path} on host ${home.host}, and this is ${world.layout.common} on ${host}`,
      fix: `work there; or, if that one is gone, or this folder is it and was moved: ${ADOPT}`,
    });
  }
}

/**
 * The home that can be seen alive on this host, from the places where it may be, worktrees or git folders: one whose mark is of this ledger and of
 * that very folder. A mark that says where the ledger went is followed. Undefined where none is seen, which proves nothing about other hosts.
 */
export async function livingHome(world: LedgerWorld, ledger: string, places: readonly string[]): Promise<string | undefined> {
  const { host } = world.processes.self();
  const looked = new Set([world.layout.common]);
  const next = [...places];
  for (let place = next.shift(); place !== undefined; place = next.shift()) {
    const folder = await gitFolder(world, place);
    if (looked.has(folder)) continue;
    looked.add(folder);
    const home = await markIn(world, folder);
    if (home?.ledger !== ledger || home.host !== host || home.path !== folder || home.inode !== (await world.files.info(folder))?.inode) continue;
    if (home.left === undefined) return folder;
    next.push(home.left);
  }
  return undefined;
}

/** The git folder of a worktree: `.git` in it, or what a file of that name says, for one of several worktrees. A git folder is its own. */
async function gitFolder({ files }: LedgerWorld, place: string): Promise<string> {
  const path = `${place}/.git`;
  const kind = (await files.info(path))?.kind;
  if (kind === undefined) return place;
  if (kind !== 'file') return path;
  const text = new TextDecoder().decode(await readIfRegular(files, path, HOME_CAP));
  return /^gitdir: (\/.*)\/worktrees\/[^/\n]+$/m.exec(text)?.[1] ?? path;
}

/** A mark that may be torn, or somebody else's file. */
async function markIn({ files }: LedgerWorld, folder: string): Promise<Partial<Home> | undefined> {
  const bytes = await readIfRegular(files, `${folder}/coo/home.json`, HOME_CAP);
  return bytes === undefined ? undefined : tryParse<Partial<Home>>(bytes);
}

/** Why nothing can go on: the mark that makes this clone the home was removed under us. Undefined while it is there. */
export async function cooGone({ files, layout }: Pick<LedgerWorld, 'files' | 'layout'>): Promise<Failure | undefined> {
  if ((await files.info(cooPaths.home(layout))) !== undefined) return undefined;
  return new Failure({ code: 'NOT_HOME', message: `${cooPaths.home(layout)} was removed: this clone is not the home of its ledger any more`, fix: `put it back, or, if it is lost: ${ADOPT}` });
}

/** Whatever fails where `.git/coo` was removed fails for that. */
export async function unlessGone<T>(world: Pick<LedgerWorld, 'files' | 'layout'>, doing: Promise<T>): Promise<T> {
  try {
    return await doing;
  } catch (cause) {
    throw (await cooGone(world)) ?? cause;
  }
}

/** Where the ledger went, if it was moved to another clone than this. */
export function movedTo(home: Home | undefined, state: Pick<State, 'home'>): string | undefined {
  const moved = state.home ?? home?.left;
  return home?.to === moved && home?.left === undefined ? undefined : moved;
}

/** Refuses where the ledger was moved to another clone. */
export function requireNotMoved(home: Home | undefined, state: Pick<State, 'ledger' | 'home'>): void {
  const moved = movedTo(home, state);
  if (moved === undefined) return;
  throw new Failure({
    code: 'HOME_MOVED',
    message: `the home of ledger ${state.ledger ?? ''} is ${moved} since it was moved there: this clone can read and verify, not append`,
    fix: `work there: coo -C ${moved} status; if the move was cut short, this ends it: coo ledger move ${moved} --reason '...'; if that clone is lost: ${ADOPT}`,
  });
}

/** After a write that may not have reached the disk nothing may be acknowledged any more, until a person had it looked at: `coo doctor --repair`. */
export async function requireNotHalted(world: LedgerWorld, halted: string | undefined): Promise<void> {
  const path = cooPaths.halted(world.layout);
  const marked = (await world.files.info(path)) !== undefined;
  if (!marked && halted === undefined) return;
  const text = (marked ? new TextDecoder().decode(await world.files.read(path, HOME_CAP)).trim() : '') || (halted ?? 'a write failed, and there was no room to say which');
  throw new Failure({ code: 'HALTED', message: `this clone stopped writing: ${text}`, fix: 'mend the cause, then: coo doctor --repair', exit: 7 });
}

/** Latches `halted`. Best effort: the disk may be the very thing that failed. A full one has room for a name, as a rule, and the name is the mark. */
export async function latchHalted(world: LedgerWorld, why: string): Promise<void> {
  const { files, layout } = world;
  const path = cooPaths.halted(layout);
  try {
    await files.replaceView(path, storedBytes({ at_ms: world.clock.now(), why })).catch(() => files.replaceView(path, new Uint8Array()));
  } catch (cause) {
    throw new Failure({ code: 'HALTED', message: `${why}; and the mark could not be written`, fix: 'mend the disk, then coo verify', exit: 7, cause });
  }
}
