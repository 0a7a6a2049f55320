import { InvalidArgumentError } from 'commander';
import { openLedger } from '../../../app/operations/by-hand.ts';
import { findPlan } from '../../../app/operations/find.ts';
import { report } from '../../../app/operations/report.ts';
import { reportMarkdown } from '../../../app/report/markdown.ts';
import { DURATION_FORM, parseDuration } from '../../../format/duration.ts';
import { examples } from '../command.ts';
import type { Define } from '../command.ts';
import { EXIT } from '../exit-codes.ts';

const WEEK = '7d';

/** `coo report`: what happened in a time, as Markdown. */
export const defineReport: Define = (program, act) => {
  program
    .command('report')
    .description('what was done in a time, by whom, on what evidence; what failed, what it took, what people decided; as Markdown')
    .option('--since <duration>', 'so far back', span, span(WEEK))
    .option('--plan <plan_id>', 'of this plan alone')
    .addHelpText('after', examples('coo report', 'coo report --since 24h > report.md', 'coo report --since 7d --plan hello'))
    .action(async (options: { since: number; plan?: string }) =>
      act(async ({ out, ledger }) => {
        const session = await openLedger(await ledger());
        const { plan: plan_id } = options;
        if (plan_id !== undefined) await findPlan(session, plan_id);
        const made = await report(session, { since_ms: session.world.clock.now() - options.since, ...(plan_id === undefined ? {} : { plan_id }) });
        out.show(made, () => reportMarkdown(made));
        return EXIT.ok;
      }),
    );
};

/** Reads an option that is a duration, in milliseconds. */
function span(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms === 0) throw new InvalidArgumentError(`${DURATION_FORM[0]?.toUpperCase() ?? ''}${DURATION_FORM.slice(1)}.`);
  return ms;
}
