import type { Event } from '../../kernel/event.ts';
import type { Oid, RefChange } from '../../ports/git-store.ts';
import { readLedgerCommit } from './commit.ts';
import { snapshotRef } from './names.ts';
import type { LedgerSession } from './session.ts';

/**
 * Finishes a swap that a kill cut in two. Refs move in the order ledger, branches, `seen`: while `seen` is behind the ledger, a branch that
 * still stands where an entry since then found it was not moved yet. Once `seen` has come up, a branch that stands there again was put there.
 */
export async function mendSplit(session: LedgerSession): Promise<readonly string[]> {
  const { world, refs, head } = session;
  const seen = await world.git.ref(refs.seen);
  if (head === null || seen === head) return [];
  const last = seen === null ? 0 : (await readLedgerCommit(world.git, seen)).seq;
  if (last >= session.seq) return [];
  const said: string[] = [];
  for (let seq = last + 1; seq <= session.seq; seq += 1) {
    for (const event of (await session.entry(seq)).entry.events) {
      const move = moveOf(session, event);
      if (move === undefined || (await world.git.ref(move.ref)) !== move.before) continue;
      const swapped = await world.git.swap([move]);
      if (swapped.kind === 'done') said.push(`${move.ref} was behind the ledger and is moved on to ${move.after ?? ''}`);
    }
  }
  await world.git.swap([{ ref: refs.seen, before: seen, after: head }]);
  return said;
}

/** The branch or tag that moves with an event. */
function moveOf(session: LedgerSession, event: Event): RefChange | undefined {
  switch (event.type) {
    case 'plan.accepted':
      return event.base === null ? undefined : { ref: session.refs.plan(event.plan.plan_id), before: null, after: event.base };
    case 'run.accepted':
      return { ref: session.refs.plan(event.plan_id), before: event.plan_before, after: event.plan_after };
    case 'plan.rolled_back':
      return event.after === null || event.after === event.before ? undefined : { ref: session.refs.plan(event.plan_id), before: event.before, after: event.after };
    case 'snapshot.taken':
      return { ref: snapshotRef(event.name), before: null, after: event.tag };
    case 'plan.integrated':
      return event.after === null || event.after === event.before ? undefined : { ref: `refs/heads/${event.target}`, before: event.before, after: event.after };
    default:
      return undefined;
  }
}

/** A plan's branch that does not stand where the ledger says. `behind` = where it stood before, so that it was only not moved yet. */
export interface ApartBranch {
  readonly ref: string;
  readonly now: Oid | null;
  readonly tip: Oid;
  readonly behind: boolean;
}

/** Plans' branches that stand elsewhere than the ledger says; one that was removed after its integration is none of them. */
export async function branchesApart({ world, refs, state }: LedgerSession): Promise<readonly ApartBranch[]> {
  const apart: ApartBranch[] = [];
  for (const plan of state.plans.values()) {
    const ref = refs.plan(plan.plan.plan_id);
    const { tip } = plan;
    if (tip === null) continue;
    const now = await world.git.ref(ref);
    if (now === tip || (plan.integration.kind === 'done' && now === null)) continue;
    const before = [plan.base, ...[...plan.steps.values()].map((step) => step.accepted?.plan_after ?? null)];
    apart.push({ ref, now, tip, behind: now === null || before.includes(now) });
  }
  return apart;
}

/**
 * Plans' branches follow the ledger. A kill between two refs of one swap leaves a branch at the tip before; it is moved on.
 * A branch that stands anywhere else was moved by somebody: it is left alone, and said in `apart`.
 */
export async function mendBranches(session: LedgerSession): Promise<{ readonly mended: readonly string[]; readonly apart: readonly string[] }> {
  const mended: string[] = [];
  const moved: string[] = [];
  for (const { ref, now, tip, behind } of await branchesApart(session)) {
    if (!behind) {
      moved.push(`${ref} stands at ${now ?? 'nothing'}, not at ${tip}: ${elsewhere(ref, tip)}`);
      continue;
    }
    const swapped = await session.world.git.swap([{ ref, before: now, after: tip }]);
    if (swapped.kind === 'done') mended.push(`${ref} was behind the ledger and is moved on to ${tip}`);
  }
  return { mended, apart: moved };
}

/** What to do about a branch that somebody else moved. */
export function elsewhere(ref: string, tip: Oid): string {
  return `somebody else moved it; keep that work elsewhere, then: git update-ref ${ref} ${tip}`;
}
