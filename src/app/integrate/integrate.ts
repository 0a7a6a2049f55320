import type { Oid } from '../../kernel/ids.ts';
import type { Cmd } from '../../kernel/plan.ts';
import type { Command, PlanState } from '../../kernel/state.ts';
import { checkTree } from '../judge/checks.ts';
import type { Pending } from '../manager/offers.ts';
import { say } from '../manager/shared.ts';
import type { Desk } from '../manager/shared.ts';
import { integrationOrder } from './order.ts';
import { targetStanding } from './target-standing.ts';

type Integrate = Extract<Command, { readonly kind: 'integrate' }>;

/**
 * Brings a finished plan's branch into its target: nothing to do when it is there, a merge commit otherwise, a new branch when the target is
 * not born yet; one that is gone or was rewritten since the plan began waits for a person. If the target moved since the plan began, the plan's checks run again on the merged tree. The target's ref moves in the same
 * transaction as the entry; a worktree that has it checked out follows.
 */
export async function integrate(desk: Desk, command: Integrate): Promise<readonly Pending[]> {
  const { world, session } = desk;
  const { plan_id } = command;
  const plan = session.state.plans.get(plan_id);
  const at_ms = world.clock.now();
  if (plan === undefined) return [];
  if (command.how === 'pull_request') return [{ input: { type: 'awaiting_merge', plan_id, at_ms } }];
  const { tip } = plan;
  const target = `refs/heads/${command.target}`;
  const before = await world.git.ref(target);
  if (tip === null || before === tip || (before !== null && (await world.work.isAncestor(tip, before)))) {
    return [{ input: { type: 'integrated', plan_id, before, after: before, at_ms } }];
  }
  const standing = await targetStanding(world.git, async (ancestor, one) => world.work.isAncestor(ancestor, one), plan);
  if (standing.kind === 'wrong') return [blocked(plan_id, standing.fault.code, `${standing.fault.message}; ${standing.fault.fix}`, [], at_ms)];
  const merged = await mergeInto(desk, plan, before, tip, at_ms);
  if (!merged.ok) return [blocked(plan_id, merged.code, merged.message, merged.paths, at_ms)];
  const { after } = merged;
  await world.work.promote(after, before === null ? [tip] : [before, tip]);
  // Whoever leaves takes no lock of the operator's any more.
  if (desk.signal.aborted) return [];
  const move = await world.work.prepareMove(target, before, after);
  if ('kind' in move) return [blocked(plan_id, move.code, `${move.message}; ${move.fix}`, move.paths, at_ms)];
  return [
    {
      input: { type: 'integrated', plan_id, before, after, at_ms },
      refs: [{ ref: target, before, after }],
      settle: async (answer) => {
        if (answer?.ok !== true) return move.abandon();
        for (const waiting of await move.finish()) say(desk, 'warn', 'worktree.waits', `${waiting.message}\n  fix: ${waiting.fix}`);
        return undefined;
      },
    },
  ];
}

type Merged = { readonly ok: true; readonly after: Oid } | { readonly ok: false; readonly code: string; readonly message: string; readonly paths: readonly string[] };

async function mergeInto(desk: Desk, plan: PlanState, before: Oid | null, tip: Oid, at_ms: number): Promise<Merged> {
  const { work } = desk.world;
  const { plan_id, title, target } = plan.plan;
  if (before === null) return { ok: true, after: tip };
  const merged = before === plan.base ? { kind: 'merged' as const, tree: await work.treeOf(tip) } : await work.merge(before, tip);
  if (merged.kind === 'conflict') {
    const branch = desk.session.refs.plan(plan_id).slice('refs/heads/'.length);
    return { ok: false, code: 'MERGE_CONFLICT', paths: merged.paths, message: `${branch} does not merge into ${target}: ${merged.paths.join(', ')}; type: git checkout ${target} && git merge ${branch}, mend the conflict and commit` };
  }
  if (before !== plan.base) {
    const failed = await recheck(desk, plan, merged.tree);
    if (failed !== undefined) return { ok: false, code: 'CHECK_FAILED', paths: [], message: `${target} moved since the plan began, and on the merged tree ${failed}` };
  }
  const message = `Merge plan ${plan_id}: ${title}\n\nCoo-Plan: ${plan_id}\nCoo-Plan-Digest: ${plan.digest}\n`;
  return { ok: true, after: await work.commit({ tree: merged.tree, parents: [before, tip], message, at_ms }) };
}

/** Every after-check of the plan, once, on the merged tree. Undefined = all passed. */
async function recheck(desk: Desk, plan: PlanState, tree: Oid): Promise<string | undefined> {
  const { org, ledger } = desk.session.state;
  const all: readonly Cmd[] = [...(org?.checks.after ?? []), ...plan.plan.steps.flatMap((step) => step.checks?.after ?? [])];
  const commands = [...new Map(all.map((command) => [JSON.stringify(command), command])).values()];
  if (commands.length === 0 || ledger === null) return undefined;
  const checked = await checkTree(desk.world, ledger, integrationOrder(desk, plan), tree, commands, { name: 'integrate', epoch: desk.epoch, receipts: false, signal: desk.signal });
  return checked.findings[0]?.message;
}

function blocked(plan_id: string, code: string, message: string, paths: readonly string[], at_ms: number): Pending {
  return { input: { type: 'integration_blocked', plan_id, code, message, paths, at_ms } };
}

