import type { LedgerSession } from './session.ts';

/**
 * Plans' branches follow the ledger. A kill between two refs of one swap leaves a branch at the tip before; it is moved on.
 * A branch that stands anywhere else was moved by somebody: it is left alone and said. With `only`, looks at these refs alone.
 */
export async function mendBranches(session: LedgerSession, only?: readonly string[]): Promise<readonly string[]> {
  const { world, refs, state } = session;
  const said: string[] = [];
  for (const plan of state.plans.values()) {
    const ref = refs.plan(plan.plan.plan_id);
    const { tip } = plan;
    if (tip === null || only?.includes(ref) === false) continue;
    const now = await world.git.ref(ref);
    if (now === tip) continue;
    const before = [plan.base, ...[...plan.steps.values()].map((step) => step.accepted?.plan_after ?? null)];
    if (now !== null && !before.includes(now)) {
      said.push(`${ref} stands at ${now}, not at ${tip}: somebody else moved it; keep that work elsewhere, then: git update-ref ${ref} ${tip}`);
      continue;
    }
    const integrated = plan.integration.kind === 'done' && now === null;
    if (integrated) continue;
    const swapped = await world.git.swap([{ ref, before: now, after: tip }]);
    if (swapped.kind === 'done') said.push(`${ref} was behind the ledger and is moved on to ${tip}`);
  }
  if (only !== undefined) return said;
  const seen = await world.git.ref(refs.seen);
  if (session.head !== null && seen !== session.head) await world.git.swap([{ ref: refs.seen, before: seen, after: session.head }]);
  return said;
}
