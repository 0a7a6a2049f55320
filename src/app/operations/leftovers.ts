import type { FileInfo } from '../../ports/files.ts';
import { orderId } from '../../kernel/ids.ts';
import { unsaid } from '../folders.ts';
import { busPaths, cooPaths } from '../layout.ts';
import type { LedgerSession } from '../ledger/session.ts';
import { parseOwner } from '../manager/owner-text.ts';
import { readStart } from '../manager/results.ts';
import type { World } from '../world.ts';

/** Something that no living process is at, by its absolute path. */
export interface Leftover {
  readonly path: string;
  readonly why: string;
}

/** Whatever is written still gets a byte more often than this, in milliseconds: no git of ours runs for longer. */
const OLD_MS = 3_600_000;
/** A receipt keeps the beginning and the end of each log; the whole of it stays this long, in milliseconds. */
const LOGS_MS = 2_592_000_000;
/** A command may be silent for as long as its wall time. */
const OUTPUT_MS = 86_400_000;
/** Files, not folders, by their names: a walk over the record asks nothing about them. */
const LEAF = /\.(?:jsonl?|ya?ml|md|log|pack)$/;

/**
 * What processes that died in the middle of something left behind, and logs that are past keeping. Told by the names that they were given, by
 * their age, and where the name says who was writing, by the writer's life. Every plan must be in the session.
 */
export async function leftovers(world: World, session: LedgerSession): Promise<readonly Leftover[]> {
  const { layout } = session.world;
  const ledger = `${layout.stateHome}/${session.state.ledger ?? 'unknown'}`;
  const quarantine = `${layout.coo}/attempts.git`;
  const atWork = [...session.state.claims.values()].map((claim) => `.${orderId(claim.plan_id, claim.step_id, claim.fence)}.`);
  const found = await Promise.all([
    unfinishedFiles(session, await livingNonces(world, session)),
    named(session, layout.coo, /^\.probe-[0-9a-f]+$/, 'a trial of the disk that was cut short'),
    named(session, layout.coo, /^attempts\.git\.[0-9a-f]+\.part$/, 'a quarantine that was never finished'),
    named(session, layout.coo, /^attempts\.git\.[0-9a-f]+\.broken$/, 'a quarantine that was not whole and was replaced'),
    named(session, `${quarantine}/incoming`, /^[0-9a-f]+$/, 'an import that was cut short'),
    named(session, `${quarantine}/objects/pack`, /^tmp_/, 'a pack that was never finished'),
    named(session, `${layout.coo}/follow`, /\.part$/, 'a note that was never finished'),
    named(session, ledger, /^\..+\.[0-9a-f]+\.part$/, 'a workspace that was never finished'),
    named(session, cooPaths.logs(layout), /^\./, 'output of a command whose worker died', OUTPUT_MS),
    fanned(session, `${quarantine}/objects`, /^[0-9a-f]{2}$/, /^tmp_/, 'an object that was never finished', OLD_MS),
    fanned(session, cooPaths.logs(layout), /^[0-9a-f]{2}$/, /^[0-9a-f]+$/, 'a log older than 30 days', LOGS_MS),
  ]);
  return found.flat().filter(({ path }) => !atWork.some((order) => path.includes(order)));
}

/** Files that were being written beside the bus, the record and our own, by a process that is not known to live. */
async function unfinishedFiles(session: LedgerSession, living: ReadonlySet<string>): Promise<readonly Leftover[]> {
  const { files, layout } = session.world;
  const roots = layout.worktree === null ? [] : [`${layout.worktree}/_bus`, busPaths.report(layout.worktree), busPaths.plans(layout.worktree)];
  const found: Leftover[] = [];
  const walk = async (folder: string): Promise<void> => {
    for (const name of await unsaid(files).list(folder)) {
      const path = `${folder}/${name}`;
      const nonce = files.writer(name);
      if (nonce !== undefined && !living.has(nonce) && (await isOld(session, path, OLD_MS))) found.push({ path, why: 'a file that was never finished' });
      if (nonce !== undefined || LEAF.test(name) || path === `${layout.coo}/attempts.git`) continue;
      if ((await files.info(path))?.kind === 'folder') await walk(path);
    }
  };
  for (const root of [layout.coo, ...roots]) await walk(root);
  return found;
}

/** Of this process, the manager, and everybody who started an attempt that is at work. */
async function livingNonces(world: World, { state }: LedgerSession): Promise<ReadonlySet<string>> {
  const manager = state.epoch === null ? undefined : parseOwner(state.epoch.manager);
  const owners = [world.processes.self(), ...(manager === undefined ? [] : [manager])];
  for (const claim of state.claims.values()) {
    const start = await readStart({ world }, orderId(claim.plan_id, claim.step_id, claim.fence));
    if (start !== undefined && start.owner !== null) owners.push(start.owner);
  }
  return new Set(owners.filter((owner) => world.processes.life(owner) !== 'dead').map(({ nonce }) => nonce));
}

async function named(session: LedgerSession, folder: string, shape: RegExp, why: string, ageMs = OLD_MS): Promise<readonly Leftover[]> {
  const found: Leftover[] = [];
  for (const name of await unsaid(session.world.files).list(folder)) {
    if (shape.test(name) && (await isOld(session, `${folder}/${name}`, ageMs))) found.push({ path: `${folder}/${name}`, why });
  }
  return found;
}

/** The same one folder deeper. */
async function fanned(session: LedgerSession, folder: string, fan: RegExp, shape: RegExp, why: string, ageMs: number): Promise<readonly Leftover[]> {
  const fans = (await unsaid(session.world.files).list(folder)).filter((name) => fan.test(name));
  return (await Promise.all(fans.map(async (name) => named(session, `${folder}/${name}`, shape, why, ageMs)))).flat();
}

/** Whether nothing was written to it, nor to anything below it, for so long. */
async function isOld(session: LedgerSession, path: string, ageMs: number): Promise<boolean> {
  const { files, clock } = session.world;
  const young = async (at: string, info: FileInfo | undefined): Promise<boolean> => {
    if (info === undefined) return true;
    if (clock.now() - Math.max(info.mtimeMs, info.ctimeMs) < ageMs) return true;
    if (info.kind !== 'folder') return false;
    for (const name of await files.list(at)) if (await young(`${at}/${name}`, await files.info(`${at}/${name}`))) return true;
    return false;
  };
  return !(await young(path, await files.info(path)));
}
