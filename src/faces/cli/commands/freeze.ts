import { freeze, thaw } from '../../../app/operations/freeze.ts';
import { examples } from '../command.ts';
import type { Define } from '../command.ts';
import { needsReason, showDone } from '../reasoned.ts';
import type { Reasoned } from '../reasoned.ts';

const DIFFERENCE = `
A pause stops new assignments alone: what is reported meanwhile is judged, merged and brought into its target.
A freeze stops every effect: no claim is granted, no worker started, nothing judged, merged or sent, by whichever manager,
until coo thaw. Workers that are at work go on, and what they and people report is taken, recorded, and waits. The end of a
worker is the one effect left: coo cancel still stops what runs; and people are told (notify). It lasts over restarts: it
stands in the ledger.
`;

export const defineFreeze: Define = (program, act) => {
  needsReason(program.command('freeze').description('stop every effect: no claim, no start, no judgement, no merge, until coo thaw'))
    .addHelpText('after', DIFFERENCE + examples("coo freeze --reason 'something is wrong with the tests'"))
    .action(async ({ reason }: Reasoned) => act(async (call) => showDone(call, await freeze(await call.ledger(), { by: call.host.user, reason }))));
};

export const defineThaw: Define = (program, act) => {
  needsReason(program.command('thaw').description('end a freeze: what waited goes on'))
    .addHelpText('after', examples("coo thaw --reason 'they were right'"))
    .action(async ({ reason }: Reasoned) => act(async (call) => showDone(call, await thaw(await call.ledger(), { by: call.host.user, reason }))));
};
