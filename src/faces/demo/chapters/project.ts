import { ORGANISATION } from '../project/organisation.ts';
import { PLAN, PLAN_ID } from '../project/plan.ts';
import { TEXTKIT } from '../project/textkit.ts';
import { documentOf } from '../shell.ts';
import type { Chapter, Stage } from '../story.ts';

const STEPS = 10;

/** A repository as anybody has one, `coo init`, seats, and a plan dropped into `_plans/`. */
export const project: Chapter = {
  name: 'A small project, and a plan for it',
  async play(stage) {
    const { at, disk } = stage;
    for (const [path, text] of TEXTKIT) await disk.write(`${at.repo}/${path}`, text);
    for (const args of [['init', '-q', '-b', 'main', '.'], ['config', 'user.name', 'Demo'], ['config', 'user.email', 'demo@localhost'], ['add', '-A'], ['commit', '-q', '-m', 'textkit 0.1.0']]) await works(stage, args);

    const init = await stage.coo(['init', '--yes']);
    const ledger = await stage.git(['rev-parse', '--verify', '--quiet', 'refs/heads/coo/ledger']);
    stage.holds({ text: 'the repository is ready; the record begins on the branch coo/ledger', is: init.exit === 0 && ledger.exit === 0, found: init.text, look: init.file });

    await disk.write(`${at.repo}/_plans/coo.yaml`, ORGANISATION);
    const dropped = await disk.drop(`${at.repo}/_plans/${PLAN_ID}.plan.yaml`, PLAN);
    const lint = await stage.coo(['plan', 'lint', '--json']);
    const document = documentOf(lint);
    const [file] = document['files'] as readonly { readonly steps?: number }[];
    stage.holds({ text: `_plans/${PLAN_ID}.plan.yaml has ${String(STEPS)} steps for 4 seats, and no fault`, is: dropped && lint.exit === 0 && file?.steps === STEPS, found: document, look: lint.file });
  },
};

async function works(stage: Stage, args: readonly string[]): Promise<void> {
  const ran = await stage.git(args);
  if (ran.exit !== 0) stage.holds({ text: `${ran.typed} works`, is: false, found: ran.text, look: ran.file });
}
