import { busPaths } from '../../../app/layout.ts';
import type { LedgerSession } from '../../../app/ledger/session.ts';
import { planOrigin } from '../../../app/manager/plan-origin.ts';
import type { LedgerWorld } from '../../../app/world.ts';
import { sha256Hex } from '../../../format/canonical.ts';
import { isPlanFile, readPlan } from '../../../format/plan.ts';
import { decide } from '../../../kernel/decide.ts';
import { due } from '../../../kernel/due.ts';
import type { Event } from '../../../kernel/event.ts';
import { apply } from '../../../kernel/fold.ts';
import { stepKey } from '../../../kernel/ids.ts';
import type { Input } from '../../../kernel/input.ts';

/** What one turn of a manager would do with the ledger and the plans as they are. */
export interface Foreseen {
  readonly schema: 'coo/dry-run.v1';
  readonly plans: readonly { readonly path: string; readonly plan_id: string | null; readonly refused: string | null }[];
  readonly grants: readonly { readonly step: string; readonly seat: string; readonly fence: number }[];
  readonly performs: readonly { readonly kind: string; readonly subject: string; readonly key: string }[];
}

const PLAN_CAP = 4_194_304;
/** No real digest: what is decided here is thrown away. */
const NO_TOKEN = '0'.repeat(64);

/** Asks the kernel, on this process's own copy of the state, which is worth nothing afterwards: the session must not be used again. */
export async function foresee(world: LedgerWorld, session: LedgerSession): Promise<Foreseen> {
  const { state } = session;
  const at_ms = world.clock.now();
  const ask = (input: Input): readonly Event[] | string => {
    const decision = decide(state, input);
    if (!decision.ok) return `${decision.rejection.message} [${decision.rejection.code}]`;
    for (const event of decision.events) apply(state, event);
    return decision.events;
  };
  ask({ type: 'begin', manager: 'dry-run', after: state.epoch?.number ?? 0, at_ms });
  ask({ type: 'tick', at_ms });
  const plans = await foreseePlans(world, session, ask);
  const grants: Foreseen['grants'][number][] = [];
  for (;;) {
    const events = ask({ type: 'assign', epoch: state.epoch?.number ?? 0, nonce: 'dry-run', token_sha256: NO_TOKEN, at_ms });
    if (typeof events === 'string') break;
    for (const event of events) if (event.type === 'step.claimed') grants.push({ step: stepKey(event.plan_id, event.step_id), seat: event.seat, fence: event.fence });
  }
  const performs = due(state).map((command) => ({ kind: command.kind, subject: command.kind === 'integrate' ? `${command.plan_id} into ${command.target}` : command.order_id, key: command.key }));
  return { schema: 'coo/dry-run.v1', plans, grants, performs };
}

async function foreseePlans(world: LedgerWorld, session: LedgerSession, ask: (input: Input) => readonly Event[] | string): Promise<Foreseen['plans']> {
  const { worktree } = world.layout;
  const { org } = session.state;
  if (worktree === null || org === null) return [];
  const found: Foreseen['plans'][number][] = [];
  for (const name of await world.files.list(busPaths.plans(worktree))) {
    if (!isPlanFile(name)) continue;
    const bytes = await world.files.read(`${busPaths.plans(worktree)}/${name}`, PLAN_CAP);
    const read = readPlan(name, bytes, { target: org.target, integrate: org.integrate }, org);
    const path = `_plans/${name}`;
    if (!read.ok) {
      found.push({ path, plan_id: null, refused: read.faults[0]?.message ?? 'it is not valid' });
      continue;
    }
    if (read.draft) continue;
    const digest = sha256Hex(bytes);
    const { plan } = read;
    if (session.state.plans.get(plan.plan_id)?.digest === digest) continue;
    const origin = session.state.plans.has(plan.plan_id) ? await planOrigin(world, plan.plan_id) : undefined;
    if (origin !== undefined && origin !== worktree) {
      found.push({ path, plan_id: plan.plan_id, refused: `the accepted text came from ${origin}; this one is taken by hand: coo plan amend ${plan.plan_id}` });
      continue;
    }
    const base = await world.git.ref(`refs/heads/${plan.target}`);
    const answer = ask({ type: 'submit', plan, digest, base, by: 'file', at_ms: world.clock.now() });
    found.push({ path, plan_id: plan.plan_id, refused: typeof answer === 'string' ? answer : null });
  }
  return found;
}
