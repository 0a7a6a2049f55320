import { PLAN_ID } from '../project/plan.ts';
import { documentOf } from '../shell.ts';
import type { Chapter, Stage } from '../story.ts';

const STEP = 'readme';
const TEXT = `# textkit

- \`slug('Hello, World!')\` is \`'hello-world'\`
- \`wrap(text, 72)\` gives lines of at most 72 characters
- \`count('one two')\` is 2
`;

interface View {
  readonly fence?: number;
  readonly seat?: string;
  readonly order?: string;
  readonly start_commit?: string;
}

/** Somebody with nothing but files: a claim linked in, the fence read, work committed in a worktree, `step.done` dropped. */
export const byHand: Chapter = {
  name: 'One step by hand, with nothing but files',
  async play(stage) {
    const { at, disk, feed } = stage;
    const name = `${PLAN_ID}.${STEP}.json`;
    const claim = `${at.repo}/_bus/claims/${name}`;
    const request = (nonce: string): string => `${JSON.stringify({ plan_id: PLAN_ID, step_id: STEP, seat: 'ada', nonce })}\n`;

    stage.say(`ada links _bus/claims/${name}`);
    const mine = await disk.drop(claim, request('ada-1'));
    const other = await disk.drop(claim, request('somebody-else'));
    stage.holds({ text: 'whoever links the same name after her is told that it exists', is: mine && !other, found: { mine, other }, look: claim });

    let view: View = {};
    await feed.until('the claim file turns into a view with a fence', async () => {
      view = JSON.parse(await disk.read(claim)) as View;
      return view.fence !== undefined;
    });
    const order = JSON.parse(await disk.read(`${at.repo}/${view.order ?? ''}`)) as { readonly objective?: string; readonly fence?: number };
    stage.holds({ text: `she reads her fence (${String(view.fence)}) there, and the work order it names`, is: view.seat === 'ada' && order.fence === view.fence && order.objective === 'say what textkit can do', found: { view, order }, look: claim });

    const commit = await work(stage, view.start_commit ?? '');
    await report(stage, view.fence ?? 0, view.start_commit ?? '', 'empty');
    await feed.until('a report without the work comes back', () => feed.of('run.returned', STEP).length > 0);
    const missing = feed.of('run.returned', STEP)[0]?.findings.map(({ code, path }) => `${code} ${path ?? ''}`) ?? [];
    const explained = await stage.coo(['explain', `${PLAN_ID}/${STEP}`, '--json']);
    const { state, blockers = [] } = documentOf(explained) as { readonly state?: string; readonly blockers?: readonly { readonly code: string }[] };
    const kept = ['claimed', 'running'].includes(state ?? '') && blockers.some(({ code }) => code === 'OUTPUT_MISSING');
    stage.holds({ text: 'a step.done without the work is sent back; she keeps her claim', is: missing.join() === 'OUTPUT_MISSING README.md' && kept, found: { missing, state, blockers }, look: explained.file });

    await report(stage, view.fence ?? 0, commit, 'done');
    await feed.until('her commit is accepted', () => feed.of('run.accepted', STEP).length > 0);
    const merged = await stage.git(['merge-base', '--is-ancestor', commit, `coo/${PLAN_ID}`]);
    await feed.until('her claim file goes', async () => !(await disk.has(claim)));
    stage.holds({ text: `with her commit it is done: ${commit.slice(0, 10)} is in coo/${PLAN_ID}, the claim is gone`, is: merged.exit === 0, found: merged.text, look: `git -C ${at.repo} log coo/${PLAN_ID}` });
  },
};

/** Commits the work in a worktree of ada's own. Returns the commit. */
async function work(stage: Stage, start: string): Promise<string> {
  const { at, disk } = stage;
  const own = `${at.folder}/ada`;
  await stage.git(['worktree', 'add', '-q', '--detach', own, start]);
  await disk.write(`${own}/README.md`, TEXT);
  await stage.git(['add', 'README.md'], own);
  await stage.git(['commit', '-q', '-m', 'README: what textkit can do'], own);
  const { text } = await stage.git(['rev-parse', 'HEAD'], own);
  return text.trim();
}

async function report(stage: Stage, fence: number, commit: string, name: string): Promise<void> {
  stage.say(`ada drops _bus/in/ada-${name}.json: step.done, commit ${commit.slice(0, 10)}`);
  await stage.disk.drop(`${stage.at.repo}/_bus/in/ada-${name}.json`, `${JSON.stringify({ type: 'step.done', plan_id: PLAN_ID, step_id: STEP, fence, commit })}\n`);
}
