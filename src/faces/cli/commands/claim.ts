import { claim } from '../../../app/operations/claim.ts';
import type { Claimed } from '../../../app/operations/claim.ts';
import { stepOf } from '../../../app/operations/manage.ts';
import { stepKey } from '../../../kernel/ids.ts';
import { examples } from '../command.ts';
import type { Define } from '../command.ts';
import { duration } from '../duration.ts';
import { EXIT } from '../exit-codes.ts';
import { plain } from '../plain.ts';

const NONCE_BYTES = 8;

/** `coo claim`: takes a step for a seat. */
export const defineClaim: Define = (program, act) => {
  program
    .command('claim')
    .description('take a step: nobody else can work on it while the claim lives')
    .argument('<step>', '<plan_id>/<step_id>')
    .requiredOption('--seat <seat>', 'who takes it: a seat of _plans/coo.yaml')
    .option('--session <nonce>', 'what tells two sessions of one seat apart (default: $COO_SESSION, else a new one)')
    .addHelpText('after', examples('coo claim hello/greet --seat you', 'coo claim hello/greet --seat you --json | jq -r .order'))
    .action(async (step: string, options: { seat: string; session?: string }) =>
      act(async ({ host, out, ledger }) => {
        const at = stepOf(step);
        const world = await ledger();
        const nonce = options.session ?? host.env['COO_SESSION'] ?? world.random.hex(NONCE_BYTES);
        const answer = await claim(world, { ...at, seat: options.seat, nonce });
        if (!answer.ok) return out.refuse(answer.rejection);
        const { claimed } = answer;
        out.show({ schema: 'coo/claimed.v1', ...claimed, session: nonce, next: nextOf(claimed) }, () => claimedLines(claimed));
        return EXIT.ok;
      }),
    );
};

/** What to type next, by purpose. */
function nextOf(claimed: Claimed): { readonly worktree: string | null; readonly done: string; readonly block: string; readonly renew: string; readonly release: string } {
  const { plan_id, step_id, fence, start_commit } = claimed;
  const under = `${stepKey(plan_id, step_id)} --fence ${String(fence)}`;
  return {
    worktree: start_commit === null ? null : `git worktree add --detach ../${claimed.order_id} ${start_commit}`,
    done: `coo done ${under} --commit <id>`,
    block: `coo block ${under} --reason '...'`,
    renew: `coo renew ${under}`,
    release: `coo release ${under}`,
  };
}

function claimedLines(claimed: Claimed): readonly string[] {
  const next = nextOf(claimed);
  const start = claimed.start_commit ?? 'nothing: the branch is not born yet';
  return [
    `${stepKey(claimed.plan_id, claimed.step_id)} is yours as ${plain(claimed.seat)}, under fence ${String(claimed.fence)}, for ${duration(claimed.lease_ms)}`,
    `  order     ${claimed.order}`,
    `  start     ${start}`,
    '',
    ...(next.worktree === null ? ['  make a worktree for it    git worktree add --detach ../<folder>, then git switch --orphan work'] : [`  make a worktree for it    ${next.worktree}`]),
    `  when it is committed      ${next.done}`,
    `  to keep it for longer     ${next.renew}`,
    `  when it cannot go on      ${next.block}`,
  ];
}
