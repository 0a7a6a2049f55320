import { documentOf } from '../shell.ts';
import type { Chapter } from '../story.ts';

const FUNCTIONS = ['slug', 'wrap', 'count'] as const;

/** The manager takes the plan in; two developers work at once; what depends on something waits for it. */
export const parallel: Chapter = {
  name: 'Two developers at once; what depends on them waits',
  async play(stage) {
    const { at, feed } = stage;
    stage.begin(['run', '--until-idle', '--json']);
    await feed.until('the manager takes the plan in', () => feed.of('plan.accepted').length > 0);
    await feed.until('all three functions are done', () => FUNCTIONS.every((step) => feed.of('run.accepted', step).length > 0));
    const look = `${at.repo}/_report/ledger`;

    const [first, second] = [feed.of('step.claimed', 'slug')[0], feed.of('step.claimed', 'wrap')[0]];
    const both = Math.max(feed.at('step.claimed', 'slug'), feed.at('step.claimed', 'wrap'));
    const one = Math.min(feed.at('run.accepted', 'slug'), feed.at('run.accepted', 'wrap'));
    stage.holds({ text: `slug and wrap were worked at the same time, by ${first?.seat ?? '?'} and ${second?.seat ?? '?'}`, is: first !== undefined && second !== undefined && first.seat !== second.seat && both < one, found: feed.of('step.claimed'), look });

    const status = await stage.coo(['status', '--json']);
    const { manager } = documentOf(status) as { readonly manager?: { readonly alive?: boolean } };
    stage.holds({ text: 'coo status sees the manager, from another process', is: status.exit === 0 && manager?.alive === true, found: manager, look: status.file });

    await feed.until('the tests of slug and count are done', () => ['test-slug', 'test-count', 'index'].every((step) => feed.of('run.accepted', step).length > 0));
    const early = FUNCTIONS.filter((step) => feed.at('step.claimed', `test-${step}`) >= 0 && feed.at('step.claimed', `test-${step}`) < feed.at('run.accepted', step));
    stage.holds({ text: 'no test was begun before its function was merged', is: early.length === 0, found: early, look });
  },
};
