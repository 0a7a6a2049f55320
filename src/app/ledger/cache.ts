import type { PlanId } from '../../kernel/ids.ts';
import { sha256Hex } from '../../format/canonical.ts';
import { ENGINE } from '../../kernel/limits.ts';
import { snapshotHead, snapshotPlan } from '../../kernel/snapshot.ts';
import type { HeadSnapshot, PlanSnapshot } from '../../kernel/snapshot.ts';
import type { PlanStatus, State } from '../../kernel/state.ts';
import { planStatus } from '../../kernel/views.ts';
import type { Oid } from '../../ports/git-store.ts';
import { readIfRegular } from '../faults.ts';
import { cooPaths } from '../layout.ts';
import { storedBytes, tryParse } from '../stored.ts';
import type { LedgerWorld } from '../world.ts';

/** One line about a plan, so that `status` need not open those that ended. */
export interface PlanLine {
  readonly plan_id: PlanId;
  readonly title: string;
  readonly state: PlanStatus;
  readonly done: number;
  readonly of: number;
  /** Cache file that holds it. */
  readonly file: string;
  /** Of that file's bytes: one that somebody edited, or put another in the place of, is folded again. */
  readonly sha256: string;
}

/** A fold, remembered: the state as of one head of the ledger. Never a source: remove it and the same comes out. */
export interface CacheHead {
  readonly schema: 'coo/cache.v9';
  readonly engine: number;
  readonly head: Oid;
  readonly seq: number;
  /** sha256 of the last entry's bytes. */
  readonly prev: string;
  readonly state: HeadSnapshot;
  readonly plans: readonly PlanLine[];
}

const CAP = 536_870_912;
/** A digest in hex and a newline. */
const SEAL_BYTES = 65;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** A reader may be between head and plan for this long, in milliseconds; one that is slower folds the plan again. */
const GRACE_MS = 60_000;

export async function readCacheHead(world: LedgerWorld): Promise<CacheHead | undefined> {
  const path = `${cooPaths.cache(world.layout)}/head.json`;
  const bytes = await readIfRegular(world.files, path, CAP);
  const head = bytes === undefined ? undefined : unsealed<CacheHead>(bytes);
  return head?.schema === 'coo/cache.v9' && head.engine === ENGINE ? head : undefined;
}

export async function readCachePlan(world: LedgerWorld, line: PlanLine): Promise<PlanSnapshot | undefined> {
  const path = `${cooPaths.cache(world.layout)}/${line.file}`;
  const bytes = await readIfRegular(world.files, path, CAP);
  return bytes === undefined || sha256Hex(bytes) !== line.sha256 ? undefined : tryParse<PlanSnapshot>(bytes);
}

/** The digest of what follows, on a line of its own. Who edits the rest has edited nothing that counts. */
function sealed(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([encoder.encode(`${sha256Hex(bytes)}\n`), bytes]);
}

function unsealed<T>(bytes: Uint8Array): T | undefined {
  const body = bytes.subarray(SEAL_BYTES);
  const seal = decoder.decode(bytes.subarray(0, SEAL_BYTES));
  return seal === `${sha256Hex(body)}\n` ? tryParse<T>(body) : undefined;
}

/**
 * Writes the cache as of this head. Only plans that changed since their line was written are written again;
 * a plan file's name holds the entry it is as of, so a reader never meets a head and a plan of different times.
 */
export async function writeCache(world: LedgerWorld, at: { readonly head: Oid; readonly seq: number; readonly prev: string }, state: State, lines: ReadonlyMap<PlanId, PlanLine>, changed: ReadonlySet<PlanId>): Promise<ReadonlyMap<PlanId, PlanLine>> {
  const folder = cooPaths.cache(world.layout);
  await world.files.folder(folder);
  const plans = new Map(lines);
  for (const plan_id of changed) {
    const plan = state.plans.get(plan_id);
    if (plan === undefined) continue;
    const file = `plan-${plan_id}.${String(at.seq)}.json`;
    const bytes = storedBytes(snapshotPlan(state, plan));
    await world.files.replaceView(`${folder}/${file}`, bytes);
    plans.set(plan_id, { plan_id, title: plan.plan.title, state: planStatus(plan), done: plan.counts.done, of: plan.steps.size, file, sha256: sha256Hex(bytes) });
  }
  const head: CacheHead = { schema: 'coo/cache.v9', engine: ENGINE, ...at, state: snapshotHead(state), plans: [...plans.values()] };
  await world.files.replaceView(`${folder}/head.json`, sealed(storedBytes(head)));
  return plans;
}

/** Removes plan files that the cache's head no longer names. For the one manager only: a reader may be between head and plan. */
export async function sweepCache(world: LedgerWorld, lines: ReadonlyMap<PlanId, PlanLine>): Promise<void> {
  const folder = cooPaths.cache(world.layout);
  const named = new Set([...lines.values()].map((line) => line.file));
  for (const name of await world.files.list(folder)) {
    if (!name.startsWith('plan-') || named.has(name)) continue;
    const info = await world.files.info(`${folder}/${name}`);
    if (info !== undefined && world.clock.now() - info.mtimeMs > GRACE_MS) await world.files.remove(`${folder}/${name}`);
  }
}
