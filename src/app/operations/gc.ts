import { dirname } from 'node:path';
import { parseOrderId, stepKey } from '../../kernel/ids.ts';
import type { State } from '../../kernel/state.ts';
import { NOT_WORK, cooPaths, workspacePath } from '../layout.ts';
import { removeAttempt } from '../manager/cleanup.ts';
import { managerLife } from '../manager/epoch.ts';
import type { ManagerLife } from '../manager/epoch.ts';
import { endNotices } from '../notify/send.ts';
import { openCell } from '../worker/cell.ts';
import { redactor } from '../worker/redact.ts';
import { attemptEnv } from '../worker/environment.ts';
import { attemptSecrets } from '../worker/left-output.ts';
import { holdsSecret } from '../judge/secrets.ts';
import { parseRun } from '../../format/run.ts';
import { leftovers } from './leftovers.ts';
import { unused } from './kept-setups.ts';
import type { Leftover } from './leftovers.ts';
import type { LedgerSession } from '../ledger/session.ts';
import type { World } from '../world.ts';
import { parseOrder } from '../../format/order.ts';

export interface Collected {
  readonly schema: 'coo/gc.v1';
  readonly removed: readonly string[];
  /** Attempts whose work is kept under `refs/coo/rescue/<order>`. */
  readonly rescued: readonly string[];
  readonly kept: readonly { readonly order_id: string; readonly why: string }[];
  /** What dead processes left unfinished, and logs and set-ups past keeping. */
  readonly swept: readonly Leftover[];
  readonly dry_run: boolean;
}

const ORDER_CAP = 4_194_304;
/** Nobody times the programs of `notify` then. */
const MANAGERLESS: ReadonlySet<ManagerLife['kind']> = new Set(['dead', 'none']);
const RECEIPT_CAP = 67_108_864;

/** Removes what ended attempts left behind, their unmerged work rescued first, and programs that a dead manager told something; packs the ledger. What cannot be rescued is kept and said. */
export async function gc(world: World, session: LedgerSession, dryRun: boolean): Promise<Collected> {
  await session.ensureAll();
  const removed: string[] = [];
  const rescued: string[] = [];
  const kept: { order_id: string; why: string }[] = [];
  const left = await withTraces(world, session.state.ledger ?? 'unknown');
  // What was granted while this looked is in the ledger by now: whatever was found of it belongs to somebody at work.
  await session.refresh();
  for (const [order_id, at] of left) {
    if (isAtWork(session.state, at)) {
      kept.push({ order_id, why: 'it is at work' });
      continue;
    }
    if (dryRun) {
      removed.push(order_id);
      continue;
    }
    const why = await rescue(world, session, order_id, at);
    if (why === 'rescued') rescued.push(order_id);
    if (why !== 'rescued' && why !== 'nothing') {
      kept.push({ order_id, why });
      continue;
    }
    await removeAttempt({ world, session }, order_id);
    removed.push(order_id);
  }
  const swept = [...(await leftovers(world, session)), ...(await unused(world, session))];
  if (!dryRun) {
    if (MANAGERLESS.has(managerLife(session).kind)) await endNotices(world, session.state.ledger);
    for (const { path } of swept) await world.files.removeAll(path);
    await world.git.pack(0);
  }
  return { schema: 'coo/gc.v1', removed, rescued, kept, swept, dry_run: dryRun };
}

/** Attempts that left a workspace; and those that left an order, a beat or a token, and no result that a manager has yet to look at. */
async function withTraces({ files, layout }: Pick<World, 'files' | 'layout'>, ledger: string): Promise<ReadonlyMap<string, NonNullable<ReturnType<typeof parseOrderId>>>> {
  const reported = new Set(await files.list(cooPaths.results(layout)));
  const traces = [...(await files.list(cooPaths.orders(layout))), ...(await files.list(cooPaths.beats(layout))), ...(await files.list(cooPaths.tokens(layout)))].map((name) => name.replace(/\.json$/, ''));
  const names = [...(await files.list(`${layout.stateHome}/${ledger}`)), ...traces.filter((order_id) => !reported.has(`${order_id}.json`))];
  return new Map(names.toSorted().flatMap((order_id) => {
    const at = parseOrderId(order_id);
    return at === undefined ? [] : [[order_id, at] as const];
  }));
}

/** Attempts that are over and left a workspace. Every plan must be in the session. */
export async function endedAttempts({ files, layout }: Pick<World, 'files' | 'layout'>, { state }: LedgerSession): Promise<readonly { readonly order_id: string; readonly folder: string }[]> {
  const ledger = state.ledger ?? 'unknown';
  const names = await files.list(`${layout.stateHome}/${ledger}`);
  return names.flatMap((order_id) => {
    const at = parseOrderId(order_id);
    return at === undefined || isAtWork(state, at) ? [] : [{ order_id, folder: workspacePath(layout, ledger, order_id) }];
  });
}

function isAtWork(state: State, at: { readonly plan_id: string; readonly step_id: string; readonly fence: number }): boolean {
  const claim = state.claims.get(stepKey(at.plan_id, at.step_id));
  const step = state.plans.get(at.plan_id)?.steps.get(at.step_id);
  return claim?.fence === at.fence || step?.stopping === at.fence;
}

/** Commits of one attempt that are pinned beside its last one. More are no work that anybody could look through, and its workspace stays. */
const MOST_TIPS = 20;

/**
 * Seals what is in the workspace and pins it, with the named outputs even where git ignores them; and the commits of the workspace's other branches and its
 * stash, each under a name of its own. A workspace whose `.git` was removed, or leads elsewhere, is given a new one that begins where the attempt did.
 */
async function rescue(world: World, session: LedgerSession, order_id: string, at: { readonly plan_id: string; readonly step_id: string; readonly fence: number }): Promise<string> {
  const folder = workspacePath(world.layout, session.state.ledger ?? 'unknown', order_id);
  // A link in its place leads to what is not this attempt's.
  if ((await world.files.info(folder))?.kind !== 'folder') return 'nothing';
  const bytes = await session.file(`_bus/orders/${at.plan_id}/${at.step_id}.${String(at.fence)}.json`, ORDER_CAP);
  const parsed = bytes === null ? undefined : parseOrder(bytes, order_id);
  if (parsed?.ok !== true) return 'its work order is not in the ledger';
  const { order } = parsed;
  if (await heldSecret(session, at, order_id)) return `it was refused for what looks like a secret: take from ${folder} what is of use, then remove it`;
  const env = attemptEnv(order, world.env, { folder, inbox: `${folder}.inbox`, orderFile: '', token: '', tree: '', binFolder: `${world.layout.coo}/bin` });
  const opened = await openCell(world, order, { workspace: folder, inbox: `${folder}.inbox`, quarantine: false });
  if (!opened.ok) return opened.finding.message;
  const { cell } = opened;
  const pack = `${cooPaths.evidence(world.layout, order_id)}/rescue.pack`;
  try {
    if ((await world.files.info(`${folder}/.git`))?.kind !== 'folder') await giveGit(world, folder, order.start_commit);
    const { commit } = await world.attemptGit.seal({ cell, folder, start: order.start_commit, message: `Rescued: ${order.objective}`, author: order.seat, outputs: order.outputs, skipped: NOT_WORK, env });
    const others = await world.attemptGit.others({ cell, folder, env });
    if (others.length > MOST_TIPS) return `it has ${String(others.length)} branches that nobody merged: take from ${folder} what is of use, then remove it`;
    // Its last commit comes last: the name is the newest one's.
    const tips = [...others, ...(commit === null || commit === order.start_commit ? [] : [commit])];
    await world.files.folder(dirname(pack));
    const { kinds } = redactor(world.secrets, await attemptSecrets(world, order));
    for (const tip of tips) {
      for (const { path = 'a message', text } of await world.attemptGit.added({ cell, folder, start: order.start_commit, tip, env })) {
        const found = await kinds(path, text);
        if (found.length > 0) return `its work would bring what looks like a secret (${found.join(', ')}) into the repository: take from ${folder} what is of use, then remove it`;
      }
    }
    for (const tip of tips) {
      await world.files.remove(pack);
      const packed = await world.attemptGit.pack({ cell, folder, start: order.start_commit, tip, file: pack, env });
      const imported = packed ? await world.work.importPack(pack, order.limits.import_bytes) : undefined;
      if (imported?.kind === 'refused') return imported.message;
      await world.work.rescue(order_id, tip);
    }
    return tips.length > 0 ? 'rescued' : 'nothing';
  } catch (cause) {
    return `its work cannot be sealed: ${cause instanceof Error ? cause.message : String(cause)}`;
  } finally {
    await cell.close();
  }
}

/** Whether a receipt of the attempt says that its change held a secret: what was known then may be known no more. */
async function heldSecret(session: LedgerSession, at: { readonly plan_id: string; readonly step_id: string }, order_id: string): Promise<boolean> {
  for (const path of session.state.plans.get(at.plan_id)?.steps.get(at.step_id)?.receipts ?? []) {
    if (!path.endsWith(`-${order_id}.json`)) continue;
    const bytes = await session.file(path, RECEIPT_CAP);
    if (bytes !== null && holdsSecret(parseRun(bytes)?.findings ?? [])) return true;
  }
  return false;
}

/** A `.git` as the attempt's was when it began, taken from a workspace made beside it. */
async function giveGit({ files, work }: World, folder: string, start: string | null): Promise<void> {
  const beside = `${folder}.git-again`;
  await files.removeAll(beside);
  await work.workspace({ folder: beside, start, skip: NOT_WORK, quarantine: false });
  await files.remove(`${folder}/.git`);
  await files.rename(`${beside}/.git`, `${folder}/.git`);
  await files.removeAll(beside);
}
