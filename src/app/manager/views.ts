import { renderFile } from '../../format/file.ts';
import type { Event } from '../../kernel/event.ts';
import { isoTime } from '../../kernel/iso.ts';
import { orderId, stepKey } from '../../kernel/ids.ts';
import { findStep } from '../../kernel/state.ts';
import type { Claim } from '../../kernel/state.ts';
import { orderPath } from '../../format/order.ts';
import { busPaths } from '../layout.ts';
import type { LedgerSession } from '../ledger/session.ts';
import { mirror } from '../ledger/mirror.ts';
import type { Files } from '../../ports/files.ts';
import type { step } from '../step.ts';
import type { Desk } from './shared.ts';

type Published = Awaited<ReturnType<typeof step>>['entries'][number];

/** A live claim as a file: whoever claimed finds fence and order in it. Its `fence` field tells it from a request. */
export function claimView(session: LedgerSession, claim: Claim): Uint8Array {
  const { plan_id, step_id, fence, seat, nonce, kind, lease_ms, at_ms, asked, start } = claim;
  const findings = findStep(session.state, plan_id, step_id)?.findings ?? [];
  const wanted = session.state.plans.get(plan_id)?.wanted ?? null;
  return renderFile({
    schema: 'coo/claim.v1',
    plan_id,
    step_id,
    seat,
    nonce,
    fence,
    kind,
    order_id: orderId(plan_id, step_id, fence),
    order: orderPath(plan_id, step_id, fence),
    start_commit: start,
    lease: { ms: lease_ms, first_until: isoTime(at_ms + lease_ms), asked },
    as_of: session.seq,
    renewals: claim.renewals,
    reported: claim.reported !== null,
    ...(findings.length === 0 ? {} : { findings }),
    ...(wanted?.steps.includes(step_id) === true ? { revision_waits: `${wanted.by} wants another text for this step; the order stays as it is. Finish it, or release the claim to let the new text in.` } : {}),
  });
}

/** What showing needs of the manager's desk; a command has it too. */
type Shown = Pick<Desk, 'session' | 'worktrees' | 'folders'>;

/** Entries that were just published, as plain files in the first worktree. */
export async function showEntries({ session, worktrees, folders }: Shown, entries: readonly Published[]): Promise<void> {
  for (const entry of entries) await mirror(session.world, folders, worktrees.slice(0, 1), [{ path: entry.path, bytes: entry.bytes }, ...entry.files]);
}

/** Brings `_bus/claims` of the worktrees up to date for the steps that these events touched. */
export async function refreshClaims(shown: Shown, events: readonly Event[]): Promise<void> {
  const { session } = shown;
  const touched = new Map<string, readonly [string, string]>();
  for (const event of events) {
    if (event.type === 'plan.cancelled') for (const step of session.state.plans.get(event.plan_id)?.steps.keys() ?? []) touched.set(stepKey(event.plan_id, step), [event.plan_id, step]);
    const revised = event.type === 'revision.waits' ? event.plan_id : event.type === 'plan.revised' ? event.plan.plan_id : undefined;
    // A new text that waits, or came in after one that waited, is told to whoever holds a step.
    if (revised !== undefined) for (const [key, claim] of session.state.claims) if (claim.plan_id === revised) touched.set(key, [claim.plan_id, claim.step_id]);
    if ('step_id' in event && event.step_id !== undefined && event.plan_id !== undefined && event.type !== 'noted') touched.set(stepKey(event.plan_id, event.step_id), [event.plan_id, event.step_id]);
  }
  for (const worktree of shown.worktrees) {
    await shown.folders.tend(busPaths.claims(worktree), 'showing', undefined, async () => {
      for (const [key, [plan_id, step_id]] of touched) await refreshClaim(session, worktree, key, plan_id, step_id);
    });
  }
}

async function refreshClaim(session: LedgerSession, worktree: string, key: string, plan_id: string, step_id: string): Promise<void> {
  const { files } = session.world;
  const claim = session.state.claims.get(key);
  const path = busPaths.claim(worktree, plan_id, step_id);
  if (claim !== undefined) {
    await files.folder(busPaths.claims(worktree));
    await files.replaceView(path, claimView(session, claim));
  }
  else if ((await files.info(path)) !== undefined && (await isView(files, path))) await files.remove(path);
}

/** Claim views that are not there: somebody removed them, or put something in their place that was set aside. `names`: what is there. */
export async function showMissing(session: LedgerSession, worktree: string, names: readonly string[]): Promise<void> {
  const there = new Set(names);
  for (const claim of session.state.claims.values()) {
    const path = busPaths.claim(worktree, claim.plan_id, claim.step_id);
    if (!there.has(path.slice(path.lastIndexOf('/') + 1))) await session.world.files.replaceView(path, claimView(session, claim));
  }
}

/** A request that came in the meantime must not be taken for an old view. */
async function isView(files: Files, path: string): Promise<boolean> {
  const text = new TextDecoder().decode(await files.read(path, 1_048_576));
  return text.includes('"schema": "coo/claim.v1"');
}

/** All claim views anew: what a restart needs. Views of claims that ended go, missing ones come back. */
export async function rebuildClaims({ session, worktrees, folders }: Shown): Promise<void> {
  for (const worktree of worktrees) await folders.tend(busPaths.claims(worktree), 'restoring', undefined, async () => rebuild(session, worktree));
}

async function rebuild(session: LedgerSession, worktree: string): Promise<void> {
  const { files } = session.world;
  const folder = busPaths.claims(worktree);
  await files.folder(folder);
  for (const name of await files.list(folder)) {
    const path = `${folder}/${name}`;
    const [plan_id = '', step_id = ''] = name.replace(/\.json$/, '').split('.');
    if ((await files.info(path))?.kind !== 'file' || session.state.claims.has(stepKey(plan_id, step_id))) continue;
    if (await isView(files, path)) await files.remove(path);
  }
  for (const claim of session.state.claims.values()) await files.replaceView(busPaths.claim(worktree, claim.plan_id, claim.step_id), claimView(session, claim));
}
