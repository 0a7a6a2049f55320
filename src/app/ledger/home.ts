import type { State } from '../../kernel/state.ts';
import type { LedgerWorld } from '../world.ts';
import { cooPaths } from '../layout.ts';
import { Failure } from '../failure.ts';
import { parseStored, storedBytes } from '../stored.ts';

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

/** The home marker of this clone, or undefined where there is none. */
export async function readHome(world: Pick<LedgerWorld, 'files' | 'layout'>): Promise<Home | undefined> {
  const path = cooPaths.home(world.layout);
  const info = await world.files.info(path);
  if (info === undefined) return undefined;
  return parseStored<Home>(await world.files.read(path, HOME_CAP), path, 'coo/home.v1');
}

export async function writeHome(world: LedgerWorld, ledger: string, prefix: string, to?: string): Promise<Home> {
  const info = await world.files.info(world.layout.common);
  const home: Home = { schema: 'coo/home.v1', ledger, prefix, host: world.processes.self().host, path: world.layout.common, inode: info?.inode ?? 0, ...(to === undefined ? {} : { to }) };
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
    throw new Failure({ code: 'NOT_HOME', message: `this clone is not the home of ledger ${ledger}: it can read and verify, not append`, fix: 'work in the clone where coo init was run' });
  }
  const info = await world.files.info(world.layout.common);
  const { host } = world.processes.self();
  if (home.host !== host || home.path !== world.layout.common || home.inode !== info?.inode) {
    throw new Failure({
      code: 'HOME_COPIED',
      message: `this repository is a copy: the home of ledger ${ledger} is ${home.path} on host ${home.host}, and this is ${world.layout.common} on ${host}`,
      fix: `work there; or, if this folder was moved and the old one is gone: coo init --rehome`,
    });
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
    fix: `work there: coo -C ${moved} status; if the move was cut short, this ends it: coo ledger move ${moved} --reason '...'`,
  });
}

/** After a write that may not have reached the disk nothing may be acknowledged any more, until a person has looked. */
export async function requireNotHalted(world: LedgerWorld, halted: string | undefined): Promise<void> {
  const path = cooPaths.halted(world.layout);
  const marked = (await world.files.info(path)) !== undefined;
  if (!marked && halted === undefined) return;
  const text = marked ? new TextDecoder().decode(await world.files.read(path, HOME_CAP)).trim() : halted;
  throw new Failure({ code: 'HALTED', message: `this clone stopped writing: ${text}`, fix: `mend the cause, run coo verify, then remove ${path}`, exit: 7 });
}

/** Latches `halted`. Best effort: the disk may be the very thing that failed. */
export async function latchHalted(world: LedgerWorld, why: string): Promise<void> {
  try {
    await world.files.replaceView(cooPaths.halted(world.layout), storedBytes({ at_ms: world.clock.now(), why }));
  } catch (cause) {
    throw new Failure({ code: 'HALTED', message: `${why}; and the mark could not be written`, fix: 'mend the disk, then coo verify', exit: 7, cause });
  }
}
