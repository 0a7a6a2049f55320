import type { Input } from '../../kernel/input.ts';
import type { Plan } from '../../kernel/plan.ts';
import { reject } from '../../kernel/rejection.ts';
import type { Rejection } from '../../kernel/rejection.ts';
import { heldAgainst } from '../../kernel/rules/revise.ts';
import type { LedgerSession } from '../ledger/session.ts';
import type { Offer } from '../step.ts';

/** A plan that was read without fault, with the bytes it came in. */
export interface Submission {
  readonly plan: Plan;
  readonly digest: string;
  readonly bytes: Uint8Array;
  /** File name under `_plans/`. */
  readonly name: string;
  readonly by: string;
}

/** The offer that brings a plan in: its accepted bytes beside the entry, its branch born from the target's tip in the same transaction. */
export async function submitOffer(session: LedgerSession, from: Submission): Promise<{ readonly ok: true; readonly offer: Offer } | { readonly ok: false; readonly rejection: Rejection }> {
  const { world, refs } = session;
  const { plan } = from;
  const branch = refs.plan(plan.plan_id);
  const base = await world.git.ref(`refs/heads/${plan.target}`);
  const known = session.state.names.has(plan.plan_id.toLowerCase());
  const standing = known ? null : await world.git.ref(branch);
  if (standing !== null && standing !== base) {
    return reject('PLAN_ID_TAKEN', `the branch ${branch.slice('refs/heads/'.length)} exists and is not coo's`, `choose another plan_id, or rename that branch: git branch -m ${branch.slice('refs/heads/'.length)} <new name>`);
  }
  const refsToo = known || base === null || standing === base ? [] : [{ ref: branch, before: null, after: base }];
  const input = { type: 'submit', plan, digest: from.digest, base, by: from.by, file: from.name, at_ms: world.clock.now() } as const;
  return { ok: true, offer: { input, files: [{ path: `_plans/${from.name}`, bytes: from.bytes }], refs: refsToo, otherwise: (rejection) => postponed(session, from, rejection) } };
}

/** A revision that somebody's work stands against is said in the ledger, so that both sides see it. */
function postponed({ state, world }: LedgerSession, { plan, digest, by }: Submission, { code }: Rejection): Input | undefined {
  const old = state.plans.get(plan.plan_id);
  if (code !== 'STEP_STARTED' || old === undefined) return undefined;
  return { type: 'postpone', plan_id: plan.plan_id, digest, steps: heldAgainst(old, plan).map(({ step_id }) => step_id), by, at_ms: world.clock.now() };
}
