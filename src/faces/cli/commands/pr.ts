import { awaitMerge, previewPullRequest, publishPullRequest } from '../../../app/pull-request/pr.ts';
import type { PullRequestView } from '../../../app/pull-request/pr.ts';
import { openLedger } from '../../../app/operations/by-hand.ts';
import { examples } from '../command.ts';
import type { Define } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { plain } from '../plain.ts';

/** `coo pr`: a plan's work as a pull request. */
export const definePr: Define = (program, act) => {
  program
    .command('pr')
    .description("push a plan's branch and the ledger's, and open or update its pull request: what was done, by whom, on what evidence")
    .argument('<plan_id>', 'the plan')
    .option('--dry-run', 'print the title and the body; nothing is pushed and nobody is asked')
    .option('--wait', 'then wait until it is merged or closed, and record that')
    .addHelpText('after', examples('coo pr hello --dry-run', 'coo pr hello', 'coo pr hello --wait'))
    .addHelpText('after', '\nThe token is read from COO_GITHUB_TOKEN, else GITHUB_TOKEN, else GH_TOKEN.\n')
    .action(async (plan_id: string, options: { dryRun?: boolean; wait?: boolean }) =>
      act(async ({ host, folder, out, ledger }) => {
        const session = await openLedger(await ledger());
        if (options.dryRun === true) {
          const view = await previewPullRequest(session, plan_id);
          out.show(view, () => [plain(view.title), '', view.body.trimEnd()]);
          return EXIT.ok;
        }
        const doors = await host.doors(folder);
        const published = await publishPullRequest(session, plan_id, doors);
        const view = options.wait === true ? await awaitMerge(session, published, doors) : published;
        out.show(view, () => pullRequestLines(view));
        return options.wait === true && view.pull_request?.state !== 'merged' ? EXIT.failed : EXIT.ok;
      }),
    );
};

/** What was done about a pull request, for a person. */
function pullRequestLines({ summary, pushed, pull_request, comment, check, recorded, notes }: PullRequestView): readonly string[] {
  const said = pull_request === null ? [] : [`pull request ${String(pull_request.number)} ${pull_request.action === 'unchanged' ? `is ${pull_request.state}` : pull_request.action}: ${plain(pull_request.url)}`];
  const beside = [...(comment === null ? [] : [`comment ${comment}`]), ...(check === null ? [] : [`check run ${check}`])];
  return [summary, ...said, `  pushed    ${pushed.length === 0 ? 'nothing new' : pushed.map(plain).join(', ')}`, ...(beside.length === 0 ? [] : [`  beside it ${beside.join(', ')}`]), ...(recorded ? ['  recorded  in the ledger'] : []), ...notes.map((note) => `  note      ${plain(note)}`)];
}
