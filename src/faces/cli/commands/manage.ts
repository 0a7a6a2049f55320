import { Option } from 'commander';
import type { Command } from 'commander';
import { Failure } from '../../../app/failure.ts';
import { openLedger } from '../../../app/operations/by-hand.ts';
import { closeBreaker, openBreaker, override, pause, resume, retry } from '../../../app/operations/manage.ts';
import type { Scope } from '../../../kernel/event.ts';
import { breakerViews } from '../../../kernel/breaker-views.ts';
import { harnessScope, seatScope } from '../../../kernel/scope.ts';
import { breakerLines } from '../breaker-lines.ts';
import { examples } from '../command.ts';
import type { Define } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { needsReason, showDone } from '../reasoned.ts';
import type { Reasoned } from '../reasoned.ts';

interface Scoped extends Reasoned {
  readonly plan?: string;
  readonly seat?: string;
  readonly harness?: string;
}

const scoped = (command: Command): Command =>
  needsReason(command.option('--plan <plan_id>', 'only this plan (default: everything)').option('--seat <seat>', 'only this seat, as coo.yaml names it').option('--harness <kind>', 'only seats with this harness'));

/** What was named; all where nothing was. */
function scopeOf({ plan, seat, harness }: Scoped): Scope {
  const named = [plan, seat === undefined ? undefined : seatScope(seat), harness === undefined ? undefined : harnessScope(harness)].filter((scope) => scope !== undefined);
  if (named.length > 1) throw new Failure({ code: 'USAGE', message: 'more than one of --plan, --seat and --harness is named', fix: 'stop one at a time', exit: EXIT.usage });
  return named[0] ?? 'all';
}

export const defineRetry: Define = (program, act) => {
  needsReason(program.command('retry').description('try a failed or blocked step again; for a plan, its merge into the target'))
    .argument('<subject>', '<plan_id>/<step_id>, or a plan_id')
    .addHelpText('after', examples("coo retry hello/greet --reason 'the disk was full'"))
    .action(async (subject: string, { reason }: Reasoned) => act(async (call) => showDone(call, await retry(await call.ledger(), subject, { by: call.host.user, reason }))));
};

const TO = ['done', 'failed', 'blocked'] as const;

export const defineOverride: Define = (program, act) => {
  needsReason(program.command('override').description("put a person's word over what was decided about a step"))
    .argument('<step>', '<plan_id>/<step_id>')
    .requiredOption('--to <state>', `the state it shall have: ${TO.join(', ')}`)
    .addHelpText('after', examples("coo override hello/greet --to done --reason 'checked by eye'"))
    .action(async (step: string, { reason, to }: Reasoned & { to: string }) =>
      act(async (call) => {
        const state = TO.find((one) => one === to);
        if (state === undefined) throw new Failure({ code: 'USAGE', message: `--to ${to} is no state that a step can be put into`, fix: `write --to ${TO.join(', --to ')}`, exit: EXIT.usage });
        return showDone(call, await override(await call.ledger(), step, state, { by: call.host.user, reason }));
      }),
    );
};

export const definePause: Define = (program, act) => {
  scoped(program.command('pause').description('stop new assignments; what runs goes on, and is judged and merged (coo freeze stops that too)'))
    .addHelpText('after', examples("coo pause --reason 'release day'", "coo pause --plan hello --reason 'the brief changes'"))
    .action(async (asked: Scoped) => act(async (call) => showDone(call, await pause(await call.ledger(), scopeOf(asked), { by: call.host.user, reason: asked.reason }))));
};

export const defineResume: Define = (program, act) => {
  scoped(program.command('resume').description('go on with new assignments'))
    .addHelpText('after', examples("coo resume --reason 'released'"))
    .action(async (asked: Scoped) => act(async (call) => showDone(call, await resume(await call.ledger(), scopeOf(asked), { by: call.host.user, reason: asked.reason }))));
};

export const defineBreaker: Define = (program, act) => {
  const command = program.command('breaker').description('the circuit breaker: open = no new assignments');
  command.addHelpText('after', examples('coo breaker', "coo breaker close --reason 'the network is back'"));
  command
    .command('show', { isDefault: true })
    .description('what is stopped, why, and until when')
    .addHelpText('after', examples('coo breaker show'))
    .action(async () =>
      act(async ({ out, ledger }) => {
        const world = await ledger();
        const { state } = await openLedger(world);
        const breakers = breakerViews(state);
        out.show({ schema: 'coo/breaker.v1', breakers }, () => breakerLines(breakers, out.style, world.clock.now()));
        return EXIT.ok;
      }),
    );
  scoped(command.command('open').description('stop new assignments as if too much had failed'))
    .addOption(new Option('--drain', 'what runs goes on to its end (the default)').conflicts('stop'))
    .option('--stop', 'what runs ends too, and no retry is charged')
    .addHelpText('after', examples("coo breaker open --reason '...'", "coo breaker open --harness shell --stop --reason 'the host is sick'"))
    .action(async (asked: Scoped & { readonly stop?: true }) => act(async (call) => showDone(call, await openBreaker(await call.ledger(), scopeOf(asked), { by: call.host.user, reason: asked.reason }, asked.stop === true))));
  scoped(command.command('close').description('go on with new assignments'))
    .addHelpText('after', examples("coo breaker close --reason '...'"))
    .action(async (asked: Scoped) => act(async (call) => showDone(call, await closeBreaker(await call.ledger(), scopeOf(asked), { by: call.host.user, reason: asked.reason }))));
};
