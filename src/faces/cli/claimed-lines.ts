import type { Claimed } from '../../app/operations/claim.ts';
import type { LedgerWorld } from '../../app/world.ts';
import { stepKey } from '../../kernel/ids.ts';
import { duration } from './duration.ts';
import type { Host } from './host.ts';
import { plain } from './plain.ts';

const NONCE_BYTES = 8;

/** The option that every command with a grant has. */
export const SESSION = ['--session <nonce>', 'what tells two sessions of one seat apart (default: $COO_SESSION, else a new one)'] as const;

export function sessionOf(host: Pick<Host, 'env'>, world: Pick<LedgerWorld, 'random'>, { session }: { readonly session?: string }): string {
  return session ?? host.env['COO_SESSION'] ?? world.random.hex(NONCE_BYTES);
}

/** A grant as a document. */
export function claimedView(claimed: Claimed, session: string): { readonly schema: 'coo/claimed.v1' } & Claimed & { readonly session: string; readonly next: ReturnType<typeof nextOf> } {
  return { schema: 'coo/claimed.v1', ...claimed, session, next: nextOf(claimed) };
}

/** What to type next, by purpose. */
export function nextOf(claimed: Claimed): { readonly worktree: string | null; readonly done: string; readonly block: string; readonly renew: string; readonly release: string } {
  const { plan_id, step_id, fence, start_commit } = claimed;
  const under = `${stepKey(plan_id, step_id)} --fence ${String(fence)}`;
  return {
    worktree: start_commit === null ? null : `git worktree add --detach ../${claimed.order_id} ${start_commit}`,
    done: `coo done ${under} --commit <id>`,
    block: `coo block ${under} --reason '...'`,
    renew: `coo renew ${under}`,
    release: `coo release ${under}`,
  };
}

/** A grant for a person; `order` is what it says, where it is shown. */
export function claimedLines(claimed: Claimed, order: readonly string[] = []): readonly string[] {
  const next = nextOf(claimed);
  const start = claimed.start_commit ?? 'nothing: the branch is not born yet';
  return [
    `${stepKey(claimed.plan_id, claimed.step_id)} is yours as ${plain(claimed.seat)}, under fence ${String(claimed.fence)}, for ${duration(claimed.lease_ms)}`,
    `  order     ${claimed.order}`,
    `  start     ${start}`,
    ...order,
    '',
    ...(next.worktree === null ? ['  make a worktree for it    git worktree add --detach ../<folder>, then git switch --orphan work'] : [`  make a worktree for it    ${next.worktree}`]),
    `  when it is committed      ${next.done}`,
    `  to keep it for longer     ${next.renew}`,
    `  when it cannot go on      ${next.block}`,
  ];
}
