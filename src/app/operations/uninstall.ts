import type { Oid } from '../../ports/git-store.ts';
import type { History } from '../../ports/history.ts';
import { Failure } from '../failure.ts';
import type { Collected } from './gc.ts';
import { readIfRegular } from '../faults.ts';
import { workspacesPath } from '../layout.ts';
import { isMirrored } from '../ledger/mirror.ts';
import type { LedgerSession } from '../ledger/session.ts';
import { managerLife } from '../manager/epoch.ts';
import { readStart } from '../manager/results.ts';
import type { LedgerWorld } from '../world.ts';
import { orderId } from '../../kernel/ids.ts';
import { unexclude } from './excludes.ts';

export interface Uninstalled {
  readonly schema: 'coo/uninstalled.v1';
  readonly removed: readonly string[];
  /** What stays, and why. */
  readonly kept: readonly { readonly path: string; readonly why: string }[];
  readonly dry_run: boolean;
}

export interface UninstallOptions {
  /** Every worktree that there is, with what git tracks in it. */
  readonly worktrees: readonly { readonly folder: string; readonly history: Pick<History, 'tracked'> }[];
  /** Texts that init put into the repository, by name. */
  readonly assets: ReadonlyMap<string, string>;
  readonly dryRun: boolean;
}

const CAP = 67_108_864;
const SHOWN = ['_bus', '_report'];

/**
 * Takes coo out of a clone: what it wrote into worktrees, the lines in `.git/info/exclude`, `refs/coo/seen`, workspaces, and `.git/coo` last, so that one that was cut short
 * goes on. The ledger, plans' branches and rescued work stay: they are the repository's. A file goes only where coo has its bytes or made it as a view;
 * whatever else stands there is somebody's, and is named.
 */
export async function uninstall(session: LedgerSession, { worktrees, assets, dryRun }: UninstallOptions): Promise<Uninstalled> {
  const { world } = session;
  await refuseAtWork(session);
  const recorded = new Map((await session.tree.leaves()).map(({ path, id }) => [path, id]));
  const removed: string[] = [];
  const kept: { path: string; why: string }[] = [];
  for (const { folder, history } of worktrees) {
    const tracked = await history.tracked(SHOWN);
    for (const top of SHOWN) await clear(`${folder}/${top}`, top, { world, recorded, tracked, assets, dryRun, removed, kept });
  }
  const lines = dryRun ? [] : await unexclude(world);
  if (lines.length > 0) removed.push('lines in .git/info/exclude');
  const seen = await world.git.ref(session.refs.seen);
  if (seen !== null) {
    if (!dryRun) await world.git.swap([{ ref: session.refs.seen, before: seen, after: null }]);
    removed.push(session.refs.seen);
  }
  for (const path of [workspacesPath(world.layout, session.state.ledger ?? 'unknown'), world.layout.coo]) {
    if ((await world.files.info(path)) === undefined) continue;
    if (!dryRun) await world.files.removeAll(path);
    removed.push(path);
  }
  kept.push({ path: session.refs.ledger, why: 'the record: git show, coo verify' }, { path: 'refs/coo/rescue/*, plans\' branches', why: 'the work itself' }, { path: '_plans/', why: 'yours' });
  return { schema: 'coo/uninstalled.v1', removed, kept, dry_run: dryRun };
}

/** Refuses where work could not be rescued: its workspace would go with the rest. */
export function refuseUnrescued({ kept }: Pick<Collected, 'kept'>): void {
  const [first] = kept;
  if (first === undefined) return;
  throw new Failure({ code: 'NOT_RESCUED', message: `the workspace of ${first.order_id} holds work that is kept nowhere else: ${first.why}`, fix: 'take from it what is of use, remove its folder, then coo uninstall again; coo gc names each such workspace' });
}

/** Whoever works here would lose the ground: a manager, or a worker that outlived one. */
async function refuseAtWork(session: LedgerSession): Promise<void> {
  const { world } = session;
  const manager = managerLife(session);
  if (manager.kind !== 'none' && manager.kind !== 'dead') throw new Failure({ code: 'MANAGED', message: `a manager is ${manager.kind}: process ${String(manager.pid)} on ${manager.host}`, fix: `stop it first: kill -INT ${String(manager.pid)}, or Ctrl-C where it runs`, exit: 75 });
  for (const { plan_id, step_id, fence } of session.state.claims.values()) {
    const order = orderId(plan_id, step_id, fence);
    const owner = (await readStart({ world }, order))?.owner ?? null;
    if (owner !== null && world.processes.life(owner) !== 'dead') throw new Failure({ code: 'WORKER_ALIVE', message: `the worker of ${order} is at work: process ${String(owner.pid)} on ${owner.host}`, fix: 'coo run --until-idle lets it end; or coo take the step', exit: 75 });
  }
}

interface Clearing {
  readonly world: LedgerWorld;
  /** Path -> blob, on the ledger's branch. */
  readonly recorded: ReadonlyMap<string, Oid>;
  readonly tracked: ReadonlySet<string>;
  readonly assets: ReadonlyMap<string, string>;
  readonly dryRun: boolean;
  readonly removed: string[];
  readonly kept: { path: string; why: string }[];
}

/** Clears a folder of what is coo's, and takes it away where nothing is left. Links are not followed. */
async function clear(folder: string, under: string, at: Clearing): Promise<void> {
  const { files } = at.world;
  if ((await files.info(folder))?.kind !== 'folder') return;
  for (const name of await files.list(folder)) {
    const [path, shown] = [`${folder}/${name}`, `${under}/${name}`];
    const kind = (await files.info(path))?.kind;
    if (kind === 'folder') await clear(path, shown, at);
    else if (kind === 'file' && (await isCoos(path, shown, at))) {
      if (!at.dryRun) await files.remove(path);
      at.removed.push(path);
    } else if (kind !== undefined) at.kept.push({ path, why: at.tracked.has(shown) ? 'git tracks it' : 'coo did not write it, or somebody changed it' });
  }
  if (at.dryRun || (await files.list(folder)).length > 0) return;
  await files.removeAll(folder);
}

/** Whether a file is a view, a copy of what the ledger has byte for byte, or a text of coo's own as it came. */
async function isCoos(path: string, shown: string, { world, recorded, tracked, assets }: Clearing): Promise<boolean> {
  if (tracked.has(shown)) return false;
  if (shown.startsWith('_bus/out/')) return true;
  const bytes = await readIfRegular(world.files, path, CAP);
  if (bytes === undefined) return false;
  const asset = assets.get(shown);
  if (asset !== undefined) return new TextDecoder().decode(bytes) === asset;
  if (/^_bus\/claims\/[^/]+\.json$/.test(shown)) return isView(bytes);
  return isMirrored(shown) && world.git.idOf({ type: 'blob', bytes }) === recorded.get(shown);
}

/** A claim that bears a fence is what coo shows; without one it is somebody's request. */
function isView(bytes: Uint8Array): boolean {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === 'object' && value !== null && 'fence' in value && 'as_of' in value;
  } catch (cause) {
    if (cause instanceof SyntaxError) return false;
    throw cause;
  }
}
