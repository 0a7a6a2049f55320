import { resolve } from 'node:path';
import { approvalOf, approve } from '../../../app/operations/approve.ts';
import { cancel } from '../../../app/operations/manage.ts';
import { examples } from '../command.ts';
import type { Define } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { needsReason, showDone } from '../reasoned.ts';
import type { Reasoned } from '../reasoned.ts';

interface Options {
  readonly key?: string;
  readonly signature?: string;
  readonly as?: string;
  readonly text?: true;
  readonly hidden?: true;
}

const HOW = `
In governed mode a plan starts when as many different approvers as coo.yaml says (approvals: 1 by default) have signed its text; a new text of it
needs new signatures. A key with a passphrase, in an agent or elsewhere signs by ssh-keygen:

  coo approve hello --text > approval
  ssh-keygen -Y sign -n approval@git-coo -f ~/.ssh/id_ed25519 approval
  coo approve hello --signature approval.sig
`;

export const defineApprove: Define = (program, act) => {
  program
    .command('approve')
    .argument('<plan>', 'the plan, as coo plan show shows it')
    .description('let a plan start: an approver signs its text')
    .option('--key <file>', "an approver's private key (default: this machine's for the ledger)")
    .option('--signature <file>', 'a signature that ssh-keygen made')
    .option('--as <principal>', 'under which name, where several have the key')
    .option('--text', 'print what is signed, and sign nothing')
    .option('--hidden', 'take a text with characters that are not shown')
    .addHelpText('after', HOW + examples('coo approve hello', 'coo approve hello --key ~/.ssh/id_ed25519'))
    .action(async (plan_id: string, { key, signature, as, text, hidden }: Options) =>
      act(async (call) => {
        const world = await call.ledger();
        if (text === true) {
          const signed = await approvalOf(world, plan_id);
          call.out.show({ schema: 'coo/approval-text.v1', plan_id, text: signed }, () => signed.trimEnd().split('\n'));
          return EXIT.ok;
        }
        const from = (file: string): string => resolve(call.folder, file);
        const given = { ...(key === undefined ? {} : { key: from(key) }), ...(signature === undefined ? {} : { signature: from(signature) }), ...(as === undefined ? {} : { as }) };
        return showDone(call, await approve(world, { plan_id, user: call.host.user, hidden: hidden === true, ...given }));
      }),
    );
};

export const defineReject: Define = (program, act) => {
  needsReason(program.command('reject').argument('<plan>').description('refuse a plan: it is cancelled, with the reason'))
    .addHelpText('after', examples("coo reject hello --reason 'it touches billing'"))
    .action(async (plan_id: string, { reason }: Reasoned) => act(async (call) => showDone(call, await cancel(await call.ledger(), plan_id, { by: call.host.user, reason: `not approved: ${reason}` }))));
};
