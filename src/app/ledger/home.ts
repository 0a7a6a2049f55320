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
}

const HOME_CAP = 65_536;

/** The home marker of this clone, or undefined where there is none. */
export async function readHome(world: Pick<LedgerWorld, 'files' | 'layout'>): Promise<Home | undefined> {
  const path = cooPaths.home(world.layout);
  const info = await world.files.info(path);
  if (info === undefined) return undefined;
  return parseStored<Home>(await world.files.read(path, HOME_CAP), path, 'coo/home.v1');
}

export async function writeHome(world: LedgerWorld, ledger: string, prefix: string): Promise<Home> {
  const info = await world.files.info(world.layout.common);
  const home: Home = { schema: 'coo/home.v1', ledger, prefix, host: world.processes.self().host, path: world.layout.common, inode: info?.inode ?? 0 };
  await world.files.replace(cooPaths.home(world.layout), storedBytes(home));
  return home;
}

/** Refuses unless this clone is the home of its ledger: same host, same path, same inode. */
export async function requireHome(world: LedgerWorld, home: Home | undefined, ledger: string): Promise<void> {
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
