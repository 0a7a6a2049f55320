import { PLAN_ID } from '../project/plan.ts';
import { documentOf } from '../shell.ts';
import type { Chapter } from '../story.ts';

interface Receipt {
  readonly result?: string;
  readonly commands?: readonly { readonly exit: number | null; readonly head: string }[];
}

/** A step that fails is tried again after a pause, under a new fence; both attempts have their receipt. */
export const retry: Chapter = {
  name: 'A step that fails is tried again',
  async play(stage) {
    const { feed, at } = stage;
    await feed.until('test-wrap passes at its second attempt', () => feed.of('run.accepted', 'test-wrap').length > 0);
    const look = `${at.repo}/_report/ledger`;
    const failed = feed.of('run.ended', 'test-wrap');
    const fences = feed.of('step.claimed', 'test-wrap').map(({ fence }) => fence);
    stage.holds({ text: 'test-wrap failed once and was tried again by itself, as attempt 2', is: failed.length === 1 && failed[0]?.result === 'failed' && failed[0].fence === 1 && fences.join() === '1,2', found: { failed, fences }, look });

    const first = await stage.coo(['receipts', 'show', `${PLAN_ID}.test-wrap.1`, '--json']);
    const { result, commands = [] } = documentOf(first) as Receipt;
    const said = commands[0]?.head.trim() ?? '';
    stage.holds({ text: `its first receipt says why: exit ${String(commands[0]?.exit)}, "${said}"`, is: first.exit === 0 && result === 'failed' && commands[0]?.exit === 1 && said.includes('does not answer'), found: documentOf(first), look: first.file });
  },
};
