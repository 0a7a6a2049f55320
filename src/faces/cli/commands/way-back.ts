import { Failure } from '../../../app/failure.ts';
import type { Done } from '../../../app/operations/by-hand.ts';
import { answer, builtOnStep, reassign, skip, undo } from '../../../app/operations/manage.ts';
import { examples, words } from '../command.ts';
import type { Define } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { needsReason, showDone } from '../reasoned.ts';
import type { Reasoned } from '../reasoned.ts';

const STEP = ['<step>', '<plan_id>/<step_id>'] as const;

export const defineSkip: Define = (program, act) => {
  needsReason(program.command('skip').description('a step is not needed: what waits for it goes on, and nothing of it is merged'))
    .argument(...STEP)
    .addHelpText('after', examples("coo skip hello/greet --reason 'somebody wrote it already'"))
    .action(async (step: string, { reason }: Reasoned) => act(async (call) => showDone(call, await skip(await call.ledger(), step, { by: call.host.user, reason }))));
};

export const defineReassign: Define = (program, act) => {
  needsReason(program.command('reassign').description('keep a step for one seat, whatever its plan says, or leave it to its plan again'))
    .argument(...STEP)
    .option('--to <seat>', 'who alone shall do it')
    .option('--to-plan', 'whoever its plan says')
    .addHelpText('after', examples("coo reassign hello/greet --to ada --reason 'she knows the parser'", "coo reassign hello/greet --to-plan --reason 'ada is away'"))
    .action(async (step: string, { reason, to, toPlan = false }: Reasoned & { to?: string; toPlan?: boolean }) =>
      act(async (call) => {
        if ((to === undefined) !== toPlan) throw new Failure({ code: 'USAGE', message: 'say who shall have it: either --to or --to-plan', fix: `coo reassign ${step} --to <seat> --reason '...'; all seats: coo status`, exit: EXIT.usage });
        return showDone(call, await reassign(await call.ledger(), step, to ?? null, { by: call.host.user, reason }));
      }),
    );
};

export const defineUndo: Define = (program, act) => {
  needsReason(program.command('undo').description('take back what a done step merged: its rollback runs as a new step, judged like any other'))
    .argument(...STEP)
    .addHelpText('after', examples("coo undo hello/greet --reason 'the wrong greeting'"))
    .action(async (step: string, { reason }: Reasoned) => act(async (call) => showDone(call, await undo(await call.ledger(), step, { by: call.host.user, reason }), stays)));
};

/** What was built on the step is not taken back with it. */
function stays({ events, session }: Done & { readonly ok: true }): readonly string[] {
  return events.flatMap((event) => (event.type === 'step.undone' ? builtOnStep(session, event) : []).map((key) => `${key} was built on it and stays: look whether it still holds, or take it back too: coo undo ${key} --reason '...'`));
}

export const defineAnswer: Define = (program, act) => {
  program
    .command('answer')
    .description('answer what a step asks: it goes on with the answer in its next order')
    .argument(...STEP)
    .requiredOption('--text <text>', 'the answer', words)
    .addHelpText('after', examples("coo answer hello/greet --text 'in English'"))
    .action(async (step: string, { text }: { text: string }) => act(async (call) => showDone(call, await answer(await call.ledger(), step, text, call.host.user))));
};
