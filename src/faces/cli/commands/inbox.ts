import { Failure } from '../../../app/failure.ts';
import { openLedger } from '../../../app/operations/by-hand.ts';
import { checkNames } from '../../../app/operations/find.ts';
import { inbox } from '../../../app/operations/inbox.ts';
import type { Inbox, Reader } from '../../../app/operations/inbox.ts';
import { count, examples } from '../command.ts';
import type { Define } from '../command.ts';
import { duration } from '../duration.ts';
import { EXIT } from '../exit-codes.ts';
import { plain } from '../plain.ts';
import type { Style } from '../style.ts';

const SHOWN = 50;

/** `coo inbox`: what waits for people. */
export const defineInbox: Define = (program, act) => {
  program
    .command('inbox')
    .description('what waits for a person, the most urgent and oldest first, each with the command to type')
    .option('--seat <seat>', 'only what this seat can answer or do')
    .option('--role <role>', 'only what seats of this role can answer or do')
    .option('--limit <n>', 'so many at most', count, SHOWN)
    .addHelpText('after', examples('coo inbox', 'coo inbox --seat you --json'))
    .action(async (options: { seat?: string; role?: string; limit: number }) =>
      act(async ({ out, ledger }) => {
        const world = await ledger();
        const session = await openLedger(world, 'open');
        if (options.seat !== undefined) await checkNames(session, { seat: options.seat });
        const found = await inbox(session, readerOf(options), options.limit);
        out.show(found, () => inboxLines(found, out.style, world.clock.now()));
        return EXIT.ok;
      }),
    );
};

function readerOf({ seat, role }: { readonly seat?: string; readonly role?: string }): Reader {
  if (seat !== undefined && role !== undefined) throw new Failure({ code: 'USAGE', message: '--seat and --role exclude each other', fix: `coo inbox --seat ${seat}`, exit: EXIT.usage });
  return seat !== undefined ? { kind: 'seat', seat } : role !== undefined ? { kind: 'role', role } : { kind: 'anybody' };
}

/** An inbox for a person. */
export function inboxLines({ waiting, more }: Inbox, style: Style, now_ms: number): readonly string[] {
  if (waiting.length === 0) return ['nothing waits for you'];
  const lines = waiting.flatMap(({ plan_id, step_id, priority, since, message, code, next }) => {
    const subject = plan_id === null ? '' : `${style.bold(step_id === null ? plan_id : `${plan_id}/${step_id}`)}${urgency(priority, style)}  `;
    return [`${subject}${plain(message)} ${style.dim(`[${code}] for ${duration(now_ms - Date.parse(since))}`)}`, `  next:  ${plain(next)}`];
  });
  return more === 0 ? lines : [...lines, `and ${String(more)} more: coo inbox --limit ${String(waiting.length + more)}`];
}

function urgency(priority: Inbox['waiting'][number]['priority'], style: Style): string {
  return priority === 'urgent' || priority === 'high' ? `  ${style.red(priority)}` : '';
}
