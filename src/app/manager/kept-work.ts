import type { Message } from '../../format/messages.ts';
import { orderId, stepKey } from '../../kernel/ids.ts';
import type { Reason } from './rejected.ts';
import type { Desk } from './shared.ts';

/**
 * A question or a block ends a claim, and the work so far is on no branch: the commit that it names is pinned under `refs/coo/rescue/<order>`
 * first. Gives why it cannot be; undefined where it is kept, or nothing is to keep.
 */
export async function keepWork({ world, session }: Pick<Desk, 'world' | 'session'>, message: Message): Promise<Reason | undefined> {
  if ((message.type !== 'step.question' && message.type !== 'step.blocked') || message.commit === undefined) return undefined;
  const { plan_id, step_id, fence, commit } = message;
  const claim = session.state.claims.get(stepKey(plan_id, step_id));
  // Another fence is refused for what it is; the start is on a branch.
  if (claim?.fence !== fence || claim.start === commit) return undefined;
  const type = await world.work.typeOf(commit);
  if (type !== 'commit') return { code: 'COMMIT_UNKNOWN', message: `${commit} is ${type === null ? 'not in this repository' : `a ${type}, not a commit`}; the work so far would be lost`, fix: 'commit in a worktree of this repository and name that commit, or leave commit out' };
  await world.work.rescue(orderId(plan_id, step_id, fence), commit);
  return undefined;
}
