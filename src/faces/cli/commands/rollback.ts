import { rollBack } from '../../../app/operations/rollback.ts';
import type { RolledBack } from '../../../app/operations/rollback.ts';
import { examples } from '../command.ts';
import type { Define } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { plain } from '../plain.ts';
import { needsReason } from '../reasoned.ts';
import type { Reasoned } from '../reasoned.ts';
import { lineTeller } from '../run/teller.ts';
import type { Style } from '../style.ts';

const ABOUT = `
Nothing is rewritten: each plan's branch that differs gets one commit on top, with the files that it had at the snapshot (receipts stay), in one
transaction with the entry. Steps that were done since are open again, plans that came since are cancelled, plans cancelled since live again.
What is in a target stays there; the output says how to take it back. Best done while coo freeze holds everything still.
`;

/** `coo rollback`: plans as they stood at a snapshot. */
export const defineRollback: Define = (program, act) => {
  needsReason(program.command('rollback').description('bring plans back to where they stood at a snapshot, by new entries and commits'))
    .requiredOption('--to <snapshot>', 'its name')
    .option('--dry-run', 'only say what would be done')
    .addHelpText('after', ABOUT + examples("coo rollback --to before-release --reason 'the parser was wrong' --dry-run", "coo rollback --to before-release --reason 'the parser was wrong'"))
    .action(async ({ reason, to, dryRun = false }: Reasoned & { to: string; dryRun?: boolean }) =>
      act(async ({ host, folder, out }) => {
        const world = await host.world(folder, out.json ? { say: () => undefined } : lineTeller(out).log);
        try {
          const done = await rollBack(world, to, { by: host.user, reason }, dryRun);
          out.show(done, () => rolledBackLines(done, out.style));
          return EXIT.ok;
        } finally {
          await world.work.close();
          await world.git.close();
        }
      }),
    );
};

const SHORT = 12;

function rolledBackLines({ to, signed_by, dry_run, plans, left }: RolledBack, style: Style): readonly string[] {
  const would = dry_run ? 'would be ' : '';
  return [
    style.dim(`snapshot ${to}, ${signed_by === null ? 'signed by nobody who is listed' : `signed by ${plain(signed_by)}`}`),
    ...(plans.length === 0 ? ['no plan differs: nothing to do'] : []),
    ...plans.flatMap(({ plan_id, action, from, to: tip, reopened, dropped }) => [
      `${plan_id}  ${would}${action === 'cancelled' ? 'cancelled: it came later' : 'rolled back'}`,
      ...(from === tip ? [] : [`  branch     ${dry_run ? `would have the files of ${(tip ?? 'nothing').slice(0, SHORT)}` : `one more commit, ${(tip ?? '').slice(0, SHORT)}, on ${(from ?? '').slice(0, SHORT)}`}`]),
      ...(reopened.length === 0 ? [] : [`  open again ${reopened.join(', ')}`]),
      ...(dropped.length === 0 ? [] : [`  dropped    ${dropped.join(', ')}`]),
    ]),
    ...left.flatMap(({ subject, message, next }) => [style.yellow(`not done: ${plain(subject)} ${plain(message)}`), `  next:  ${plain(next)}`]),
  ];
}
