import { openLedger } from '../../../app/operations/by-hand.ts';
import { explain } from '../../../app/operations/explain.ts';
import type { Explanation } from '../../../app/operations/explain.ts';
import { examples } from '../command.ts';
import type { Define } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { historyLines } from '../history-lines.ts';
import { plain } from '../plain.ts';
import type { Style } from '../style.ts';

/** `coo explain`: why something is where it is, and who can move it. */
export const defineExplain: Define = (program, act) => {
  program
    .command('explain')
    .description('why a plan, step or seat is where it is: every unmet criterion, who can meet it, what to type')
    .argument('<subject>', 'a plan_id, <plan_id>/<step_id> or a seat')
    .addHelpText('after', examples('coo explain hello', 'coo explain hello/greet', 'coo explain dev-1'))
    .action(async (subject: string) =>
      act(async ({ out, ledger }) => {
        const explanation = await explain(await openLedger(await ledger()), subject);
        out.show(explanation, () => explanationLines(explanation, out.style));
        return EXIT.ok;
      }),
    );
};

/** An explanation for a person. */
export function explanationLines({ subject, state, blockers, history }: Explanation, style: Style): readonly string[] {
  const lines = [`${style.bold(plain(subject))} is ${state}`];
  if (blockers.length === 0) lines.push('  nothing stands in its way');
  for (const { code, message, who, next } of blockers) lines.push('', `  ${plain(message)} ${style.dim(`[${code}]`)}`, `    who:   ${plain(who)}`, `    next:  ${plain(next)}`);
  if (history.length > 0) lines.push('', 'what happened', ...historyLines(history, style).map((line) => `  ${line}`));
  return lines;
}
