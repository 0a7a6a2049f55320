import { PLAN_ID } from '../project/plan.ts';
import { documentOf } from '../shell.ts';
import type { Chapter } from '../story.ts';

const STEP = 'measure';

/** kill -9 of a worker in mid-run: found dead, its tree cleared away, the step done again under a higher fence. */
export const killed: Chapter = {
  name: 'A worker is killed in mid-run',
  async play(stage) {
    const { at, disk, feed } = stage;
    await feed.until('measure is in the middle of its first attempt', async () => disk.has(`${at.home}/measuring`));
    const file = `${at.repo}/.git/coo/start/${PLAN_ID}.${STEP}.1.json`;
    const start = JSON.parse(await disk.read(file)) as { readonly owner?: { readonly pid?: number } };
    const pid = start.owner?.pid ?? 0;
    stage.holds({ text: `its worker is process ${String(pid)}, says .git/coo/start/${PLAN_ID}.${STEP}.1.json`, is: pid > 1 && feed.of('run.accepted', STEP).length === 0, found: start, look: file });

    stage.say(`kill -9 ${String(pid)}`);
    disk.kill(pid);
    await feed.until('measure is done again', () => feed.of('run.accepted', STEP).length > 0);
    const look = `${at.repo}/_report/ledger`;
    const lost = feed.of('run.lost', STEP);
    const cleared = feed.of('worker.stopped', STEP)[0];
    const cleanFirst = feed.at('worker.stopped', STEP) < feed.events.findLastIndex((event) => event.type === 'step.claimed' && event.step_id === STEP);
    stage.holds({ text: 'it was found dead, and what it had left running was ended first', is: lost.length === 1 && lost[0]?.why.includes(String(pid)) === true && cleared?.survivors === 0 && cleanFirst, found: { lost, cleared }, look });

    const log = await stage.coo(['log', `${PLAN_ID}/${STEP}`, '--json']);
    const { entries = [] } = documentOf(log) as { readonly entries?: readonly { readonly type: string; readonly event: { readonly fence?: number } }[] };
    const fences = (type: string): string => entries.flatMap((entry) => (entry.type === type ? [entry.event.fence] : [])).join();
    stage.holds({ text: 'the step was done again under fence 2, and no failure was charged', is: fences('step.claimed') === '1,2' && fences('run.accepted') === '2' && fences('run.ended') === '', found: entries.map(({ type }) => type), look: log.file });
  },
};
