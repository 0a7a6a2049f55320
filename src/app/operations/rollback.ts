import { decodeCommit } from '../../format/git-object.ts';
import { decide } from '../../kernel/decide.ts';
import type { Oid, PlanId } from '../../kernel/ids.ts';
import type { InputOf } from '../../kernel/input.ts';
import type { Rejection } from '../../kernel/rejection.ts';
import type { PlanState } from '../../kernel/state.ts';
import type { PreparedMove } from '../../ports/git-work.ts';
import { Failure } from '../failure.ts';
import { elsewhere, mendSplit } from '../ledger/mend.ts';
import type { LedgerSession } from '../ledger/session.ts';
import { readBaseline } from '../snapshot/baseline.ts';
import type { Baseline } from '../snapshot/baseline.ts';
import { planThen } from '../snapshot/document.ts';
import type { PlanAtSnapshot } from '../snapshot/document.ts';
import { restoredTree } from '../snapshot/restored-tree.ts';
import { step } from '../step.ts';
import type { Offer } from '../step.ts';
import type { World } from '../world.ts';
import { WITHIN_MS, openLedger, showHere } from './by-hand.ts';
import type { ByHand } from './manage.ts';

/** What was done about one plan. */
export interface PlanRolledBack {
  readonly plan_id: PlanId;
  readonly action: 'rolled_back' | 'cancelled';
  /** Where its branch stood and stands; of a dry run `to` is the commit whose files it would have. */
  readonly from: Oid | null;
  readonly to: Oid | null;
  readonly reopened: readonly string[];
  readonly dropped: readonly string[];
}

/** Something that is not as it was, and what a person can type. */
export interface Left {
  readonly subject: string;
  readonly message: string;
  readonly next: string;
}

export interface RolledBack {
  readonly schema: 'coo/rolled-back.v1';
  readonly to: string;
  readonly signed_by: string | null;
  readonly dry_run: boolean;
  readonly plans: readonly PlanRolledBack[];
  readonly left: readonly Left[];
}

const CONFLICT = 5;
const COMMIT_CAP = 1_048_576;

/**
 * Brings plans back to where they stood at a snapshot, by new facts and new commits: all of it in one publish, or nothing. Refused (CLAIM_HELD, exit 5)
 * while somebody holds a step of a plan that it would touch. Targets are not touched: `left` says what is in them, and how it is taken back there.
 */
export async function rollBack(world: World, to: string, who: ByHand, isDry: boolean): Promise<RolledBack> {
  const session = await openLedger(world, 'all');
  // A kill between the refs of a swap leaves a branch behind: that is no other's doing.
  if (!isDry) await mendSplit(session);
  const baseline = await readBaseline(session, to);
  const asked = { to, signed_by: baseline.signed_by, dry_run: isDry };
  if (isDry) {
    const offers = await offersOf(world, session, baseline, who, true);
    return { schema: 'coo/rolled-back.v1', ...asked, plans: offers.flatMap(({ input }) => planned(session, input)), left: await leftOf(session, baseline) };
  }
  const moves = new Moves(world);
  try {
    let plans: readonly PlanRolledBack[] = [];
    const { entries, events } = await step(
      session,
      async () => {
        await moves.abandon();
        const offers = await offersOf(world, session, baseline, who, false);
        plans = offers.flatMap(({ input }) => planned(session, input));
        await moves.prepare(offers);
        return offers;
      },
      { writer: 'cli', withinMs: WITHIN_MS },
    );
    const waiting = await moves.finish();
    await showHere(session, entries, events);
    return { schema: 'coo/rolled-back.v1', ...asked, plans, left: [...(await leftOf(session, baseline)), ...waiting] };
  } finally {
    await moves.abandon();
  }
}

type RollBack = InputOf<'roll_back'>;
type RollBackOffer = Offer & { readonly input: RollBack };

/** An offer for each plan that differs. Throws where somebody holds what would be touched. */
async function offersOf(world: World, session: LedgerSession, baseline: Baseline, who: ByHand, isDry: boolean): Promise<readonly RollBackOffer[]> {
  const { state, refs } = session;
  const at_ms = world.clock.now();
  const offers: RollBackOffer[] = [];
  const held: Rejection[] = [];
  for (const plan of [...state.plans.values()].sort((a, b) => a.age - b.age)) {
    const { plan_id } = plan.plan;
    const was = thenOf(baseline, plan_id);
    const write = was === undefined || plan.tip === null || was.tip === plan.tip ? null : await restoredTree(world.work, was.tip, plan.tip);
    const input: RollBack = { type: 'roll_back', plan_id, snapshot: baseline.file.name, was: was === undefined ? null : planThen(was), after: write === null ? plan.tip : (was?.tip ?? null), ...who, at_ms };
    const decision = decide(state, input);
    if (!decision.ok && decision.rejection.code === 'CLAIM_HELD') held.push(decision.rejection);
    if (!decision.ok) continue;
    if (write !== null) await requireStanding(session, plan);
    const after = write === null || isDry ? input.after : await restored(world, plan, await write(), input);
    offers.push({ input: { ...input, after }, refs: after === plan.tip || isDry ? [] : [{ ref: refs.plan(plan_id), before: plan.tip, after }] });
  }
  const [first] = held;
  if (first !== undefined) throw new Failure({ code: 'CLAIM_HELD', message: `what would be rolled back is in somebody's hands: ${held.map(({ message }) => message).join('; ')}`, fix: held.map(({ fix }) => fix).join('\n'), exit: CONFLICT });
  return offers;
}

function thenOf({ file }: Baseline, plan_id: PlanId): PlanAtSnapshot | undefined {
  return file.plans.find((one) => one.plan_id === plan_id);
}

/** A branch that somebody else moved or removed is his to put right first. */
async function requireStanding({ world, refs }: LedgerSession, { plan, tip }: PlanState): Promise<void> {
  const ref = refs.plan(plan.plan_id);
  const standing = await world.git.ref(ref);
  if (standing !== tip) throw new Failure({ code: 'BRANCH_MOVED', message: `${ref} stands at ${standing ?? 'nothing'}, not at ${tip ?? 'nothing'}`, fix: elsewhere(ref, tip ?? '') });
}

/** The one commit that brings a branch back, on its tip. */
async function restored({ work }: World, { tip }: PlanState, tree: Oid, { plan_id, snapshot, reason, at_ms }: RollBack): Promise<Oid> {
  const parents = tip === null ? [] : [tip];
  const after = await work.commit({ tree, parents, message: `Roll ${plan_id} back to snapshot ${snapshot}\n\n${reason}\n\nCoo-Plan: ${plan_id}\nCoo-Snapshot: ${snapshot}\n`, at_ms });
  await work.promote(after, parents);
  return after;
}

/** What the events of an offer say, in short. */
function planned({ state }: LedgerSession, input: RollBack): readonly PlanRolledBack[] {
  const decision = decide(state, input);
  const tip = state.plans.get(input.plan_id)?.tip ?? null;
  if (!decision.ok) return [];
  return decision.events.flatMap((event): readonly PlanRolledBack[] => {
    if (event.type === 'plan.cancelled') return [{ plan_id: event.plan_id, action: 'cancelled', from: tip, to: tip, reopened: [], dropped: [] }];
    if (event.type !== 'plan.rolled_back') return [];
    return [{ plan_id: event.plan_id, action: 'rolled_back', from: event.before, to: event.after, reopened: event.reopened, dropped: event.dropped }];
  });
}

/** What a rollback does not touch. */
async function leftOf(session: LedgerSession, baseline: Baseline): Promise<readonly Left[]> {
  const { state, world } = session;
  const left: Left[] = [];
  for (const plan of state.plans.values()) {
    const was = thenOf(baseline, plan.plan.plan_id);
    left.push(...(await inTarget(session, plan, was)), ...(was === undefined ? [] : ofPlan(plan, was)));
  }
  for (const { ref, id } of baseline.file.targets) {
    const now = await world.git.ref(ref);
    if (now !== id) left.push({ subject: ref, message: `stood at ${id} and stands at ${now ?? 'nothing'}: a target is not touched`, next: `git log ${id}..${ref}` });
  }
  return left;
}

/** A plan that came into its target since. */
async function inTarget({ world }: LedgerSession, plan: PlanState, was: PlanAtSnapshot | undefined): Promise<readonly Left[]> {
  const { integration } = plan;
  const { plan_id, target } = plan.plan;
  if (integration.kind !== 'done' || integration.after === null || was?.state === 'done') return [];
  const { before, after } = integration;
  const object = await world.git.read(after, COMMIT_CAP);
  const parents = object?.type === 'commit' ? (decodeCommit(object.bytes)?.parents ?? []) : [];
  const isOneMerge = parents.length === 2 && (before === null || parents[0] === before);
  return [{ subject: plan_id, message: `is done: its work is in ${target}, at ${after}, which is not touched`, next: isOneMerge ? `git switch ${target} && git revert -m 1 ${after}` : `git log ${target}, and git revert what is of ${plan_id}` }];
}

function ofPlan({ plan, revision, steps }: PlanState, was: PlanAtSnapshot): readonly Left[] {
  const left: Left[] = [];
  if (revision !== was.revision) left.push({ subject: plan.plan_id, message: `has the text of revision ${String(revision)}, and had that of revision ${String(was.revision)}: it keeps the newer one`, next: `put the older text into its file, then: coo plan amend ${plan.plan_id}` });
  for (const then of was.steps) {
    const now = steps.get(then.step_id);
    if (then.state === 'done' && now !== undefined && now.status !== 'done' && now.status !== 'cancelled') left.push({ subject: now.key, message: `was done then, and is ${now.status}: it is left open`, next: `where its work is there: coo skip ${now.key} --reason '...'` });
  }
  return left;
}

/** The worktrees that have a branch checked out follow it. */
class Moves {
  readonly #world: World;
  #prepared: PreparedMove[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  async prepare(offers: readonly RollBackOffer[]): Promise<void> {
    for (const { ref, before, after } of offers.flatMap(({ refs = [] }) => refs)) {
      if (after === null) continue;
      const move = await this.#world.work.prepareMove(ref, before, after);
      if ('kind' in move) throw new Failure({ code: move.code, message: move.message, fix: move.fix });
      this.#prepared.push(move);
    }
  }

  /** Everything is as before. */
  async abandon(): Promise<void> {
    for (const move of this.#prepared.splice(0)) await move.abandon();
  }

  async finish(): Promise<readonly Left[]> {
    const left: Left[] = [];
    for (const move of this.#prepared.splice(0)) for (const { worktree, message, fix } of await move.finish()) left.push({ subject: worktree, message, next: fix });
    return left;
  }
}
