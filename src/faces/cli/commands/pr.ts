import { planFacts } from '../../../app/pull-request/facts.ts';
import { renderBody, renderTitle } from '../../../app/pull-request/render.ts';
import { verdictOf } from '../../../app/pull-request/verdict.ts';
import { openLedger } from '../../../app/operations/by-hand.ts';
import { examples } from '../command.ts';
import type { Define } from '../command.ts';
import { EXIT } from '../exit-codes.ts';

/** `coo pr`: a plan's work as a pull request. */
export const definePr: Define = (program, act) => {
  program
    .command('pr')
    .description('a plan as a pull request: what was done, by whom, on what evidence')
    .argument('<plan_id>', 'the plan')
    .requiredOption('--dry-run', 'print the title and the body; nothing is pushed and nobody is asked')
    .addHelpText('after', examples('coo pr hello --dry-run'))
    .action(async (plan_id: string) =>
      act(async ({ out, ledger }) => {
        const facts = await planFacts(await openLedger(await ledger()), plan_id);
        const { kind, text } = verdictOf(facts);
        const title = renderTitle(facts);
        const body = renderBody(facts);
        out.show({ schema: 'coo/pr.v1', plan_id, verdict: kind, summary: text, branch: facts.branch, target: facts.plan.plan.target, title, body, dry_run: true, pushed: [], pull_request: null, comment: null, check: null, notes: [] }, () => [title, '', body.trimEnd()]);
        return EXIT.ok;
      }),
    );
};
