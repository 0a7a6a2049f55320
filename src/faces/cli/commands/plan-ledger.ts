import { resolve } from 'node:path';
import { Option } from 'commander';
import { amend } from '../../../app/operations/amend.ts';
import type { Amended } from '../../../app/operations/amend.ts';
import { narrate } from '../../../app/manager/narrate.ts';
import { managerLife } from '../../../app/manager/epoch.ts';
import { openLedger } from '../../../app/operations/by-hand.ts';
import { findPlan } from '../../../app/operations/find.ts';
import { cancel } from '../../../app/operations/manage.ts';
import { listPlans, startPlan } from '../../../app/operations/plans.ts';
import { isPlanFile } from '../../../format/plan.ts';
import { planView } from '../../../kernel/views.ts';
import { examples, words } from '../command.ts';
import type { Define } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { planLines, planPicture } from '../plan-lines.ts';
import { plain } from '../plain.ts';
import { bar } from '../bar.ts';
import { inState, MARKS } from '../style.ts';
import { table } from '../width.ts';

const BAR_COLUMNS = 12;
const TITLE_COLUMNS = 11;

/** A file is named from where the command runs; a plan id is no path. */
function fileOrId(folder: string, subject: string): string {
  return subject.includes('/') || isPlanFile(subject) ? resolve(folder, subject) : subject;
}

export const definePlanStart: Define = (program, act) => {
  program
    .command('start')
    .description('bring a plan into the ledger now; a draft too')
    .argument('<plan>', 'a plan_id of _plans/, or a file')
    .addHelpText('after', examples('coo plan start hello'))
    .action(async (subject: string) =>
      act(async ({ host, folder, out, ledger }) => {
        const done = await startPlan(await ledger(), fileOrId(folder, subject), host.user);
        if (!done.ok) return out.refuse(done.rejection);
        const alive = managerLife(done.session).kind === 'alive';
        return out.done(done.events, () => [...done.events.flatMap(narrate).map(({ message }) => plain(message)), alive ? '  the manager works on it: coo status' : '  no manager lives: coo run']);
      }),
    );
};

export const definePlanAmend: Define = (program, act) => {
  program
    .command('amend')
    .description("take the text that an accepted plan's file has now for its next revision; exit 5 while somebody holds what it changes")
    .argument('<plan>', 'a plan_id of _plans/, or its file')
    .addHelpText('after', examples('coo plan amend hello'))
    .action(async (subject: string) =>
      act(async ({ host, folder, out, ledger }) => {
        const answer = await amend(await ledger(), fileOrId(folder, subject), host.user);
        if (!answer.ok) return out.refuse(answer.rejection);
        const { amended } = answer;
        out.show({ schema: 'coo/amended.v1', ...amended }, () => amendedLines(amended));
        return EXIT.ok;
      }),
    );
};

function amendedLines({ plan_id, revision, added, changed, removed, members }: Amended): readonly string[] {
  const parts = [['added', added], ['changed', changed], ['removed', removed], ['of the plan', members]] as const;
  return [`${plain(plan_id)}  revision ${String(revision)}`, ...parts.filter(([, names]) => names.length > 0).map(([title, names]) => `  ${title.padEnd(TITLE_COLUMNS)}  ${names.map(plain).join(', ')}`)];
}

export const definePlanList: Define = (program, act) => {
  program
    .command('list')
    .description('every plan there ever was, in a line each; drafts last')
    .addHelpText('after', examples('coo plan list'))
    .action(async () =>
      act(async ({ out, ledger }) => {
        const world = await ledger();
        const plans = await listPlans(world, await openLedger(world));
        out.show({ schema: 'coo/plans.v1', plans }, () =>
          plans.length === 0
            ? ['no plans yet: coo plan new <plan_id>']
            : table(plans.map(({ plan_id, title, state, done, of }) => [inState(out.style, state, MARKS[state]), plain(plan_id), inState(out.style, state, state), bar(done, of, BAR_COLUMNS), `${String(done)}/${String(of)}`, plain(title)])),
        );
        return EXIT.ok;
      }),
    );
};

export const definePlanShow: Define = (program, act) => {
  program
    .command('show')
    .description('one plan whole: its steps, what they wait for, where each stands')
    .argument('<plan_id>', 'a plan of the ledger')
    .addOption(new Option('--format <format>', 'how it is written; mermaid: as a picture for forges and editors').choices(['text', 'mermaid']).default('text'))
    .addHelpText('after', examples('coo plan show hello', 'coo plan show hello --format mermaid'))
    .action(async (plan_id: string, { format }: { format: 'text' | 'mermaid' }) =>
      act(async ({ out, ledger }) => {
        const session = await openLedger(await ledger());
        const plan = await findPlan(session, plan_id);
        const view = planView(session.state, plan);
        out.show({ schema: 'coo/plan-show.v1', ...view, revision: plan.revision, by: plan.by, base: plan.base, tip: plan.tip, integration: plan.integration, plan: plan.plan }, () => (format === 'mermaid' ? planPicture(plan, view) : planLines(plan, view, out.style)));
        return EXIT.ok;
      }),
    );
};

export const definePlanCancel: Define = (program, act) => {
  program
    .command('cancel')
    .description('call a plan off: nothing new begins, what runs is stopped, what is merged stays')
    .argument('<plan_id>', 'a plan of the ledger')
    .requiredOption('--reason <text>', 'why: it is recorded', words)
    .addHelpText('after', examples("coo cancel hello --reason 'not wanted any more'", "coo plan cancel hello --reason 'the same'"))
    .action(async (plan_id: string, { reason }: { reason: string }) =>
      act(async ({ host, out, ledger }) => {
        const done = await cancel(await ledger(), plan_id, { by: host.user, reason });
        if (!done.ok) return out.refuse(done.rejection);
        return out.done(done.events, () => done.events.flatMap(narrate).map(({ message }) => plain(message)));
      }),
    );
};
