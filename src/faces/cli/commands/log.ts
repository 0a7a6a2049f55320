import { openLedger } from '../../../app/operations/by-hand.ts';
import { checkNames } from '../../../app/operations/find.ts';
import { history } from '../../../app/operations/log.ts';
import { parseStepKey } from '../../../kernel/ids.ts';
import { count, examples } from '../command.ts';
import type { Define } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { historyLines } from '../history-lines.ts';

const NEWEST = 50;

/** `coo log`: what happened, from the ledger. */
export const defineLog: Define = (program, act) => {
  program
    .command('log')
    .description('what happened, newest last: everything, one plan, or one step')
    .argument('[subject]', 'a plan_id or <plan_id>/<step_id>')
    .option('--seat <seat>', 'only what this seat did')
    .option('--limit <n>', 'the newest so many', count, NEWEST)
    .addHelpText('after', examples('coo log', 'coo log hello/greet --limit 5'))
    .action(async (subject: string | undefined, options: { seat?: string; limit: number }) =>
      act(async ({ out, ledger }) => {
        const session = await openLedger(await ledger());
        const about = subject === undefined ? {} : (parseStepKey(subject) ?? { plan_id: subject });
        const wanted = { ...about, ...(options.seat === undefined ? {} : { seat: options.seat }) };
        const entries = await history(session, { ...wanted, limit: options.limit });
        // A seat that left coo.yaml has a history still; only where nothing is found may the name be wrong.
        if (entries.length === 0) await checkNames(session, wanted);
        out.show({ schema: 'coo/history.v1', entries }, () => (entries.length === 0 ? ['nothing happened yet'] : historyLines(entries, out.style)));
        return EXIT.ok;
      }),
    );
};
