import { PLAN_ID } from '../project/plan.ts';
import { documentOf } from '../shell.ts';
import type { Chapter } from '../story.ts';

interface Receipt {
  readonly judgement?: { readonly checks?: readonly { readonly sh?: string; readonly exit: number | null }[] } | null;
  readonly receipts?: readonly { readonly path: string; readonly stored: string }[];
}

const FILES = ['src/slug.js', 'src/wrap.js', 'src/count.js', 'src/index.js', 'test/slug.test.js', 'test/wrap.test.js', 'test/count.test.js', 'docs/speed.md', 'README.md', 'CHANGELOG.md'];

/** The manager ends by itself when nothing is left; the work is in main, checked in checkouts of its own. */
export const merged: Chapter = {
  name: 'All of it in main, checked by the coordinator itself',
  async play(stage) {
    const { at, disk, feed } = stage;
    await feed.until('the plan is merged into main', () => feed.of('plan.integrated').length > 0);
    const run = await stage.end();
    const status = await stage.coo(['status', '--json']);
    const { plans = [] } = documentOf(status) as { readonly plans?: readonly { readonly state: string; readonly done: number; readonly of: number }[] };
    const [plan] = plans;
    stage.holds({ text: `the plan is done, ${String(plan?.done)} of ${String(plan?.of)} steps; the manager ended by itself, exit ${String(run.exit)}`, is: plan?.state === 'done' && plan.done === 10 && plan.of === 10 && run.exit === 0, found: { plans, exit: run.exit }, look: run.file });

    const missing: string[] = [];
    for (const path of FILES) if (!(await disk.has(`${at.repo}/${path}`))) missing.push(path);
    const manifest = await stage.git(['show', 'main:package.json']);
    const dirty = await stage.git(['status', '--porcelain', '--untracked-files=no']);
    stage.holds({ text: 'main has it, and so has the worktree that has main checked out, clean', is: missing.length === 0 && manifest.text.includes('"0.2.0"') && dirty.text.trim() === '', found: { missing, manifest: manifest.text, dirty: dirty.text }, look: at.repo });

    const count = await stage.coo(['receipts', 'show', `${PLAN_ID}.count.1`, '--json']);
    const checks = ((documentOf(count) as Receipt).judgement?.checks ?? []).map(({ sh, exit }) => `${sh ?? ''} ${String(exit)}`);
    stage.holds({ text: "checks ran in a clean checkout: what count's worker left lying about was not there", is: checks.join() === 'test ! -e debug.log 0,node --test --test-isolation=none 0', found: checks, look: count.file });

    const release = await stage.coo(['receipts', 'show', `${PLAN_ID}.release.1`, '--json']);
    const proof = (documentOf(release) as Receipt).receipts?.[0];
    const tap = proof === undefined ? '' : await disk.read(`${at.repo}/${proof.stored}`);
    stage.holds({ text: `the proof that release owed is kept beside its receipt: ${/^# pass (\d+)$/m.exec(tap)?.[1] ?? 'no'} tests passed`, is: proof?.path === 'tests.log' && /^# fail 0$/m.test(tap) && !(await disk.has(`${at.repo}/tests.log`)), found: proof ?? 'no proof', look: release.file });
  },
};
