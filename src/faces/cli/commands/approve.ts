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
needs new signatures. So do a new signers.yaml, and a coo.yaml that loosens what holds (the mode, approvals, what attempts reach); until then the one before goes on. A key with a passphrase, in an agent or elsewhere signs by ssh-keygen:

  coo approve hello --text > approval
  ssh-keygen -Y sign -n approval@git-coo -f ~/.ssh/id_ed25519 approval
  coo approve hello --signature approval.sig
`;

export const defineApprove: Define = (program, act) => {
  program
    .command('approve')
    .argument('<subject>', 'a plan, as coo plan show shows it; or coo.yaml, signers.yaml, as it stands here')
    .description('let a plan start, or coo.yaml or signers.yaml be taken: an approver signs its text')
    .option('--key <file>', "an approver's private key (default: this machine's for the ledger)")
    .option('--signature <file>', 'a signature that ssh-keygen made')
    .option('--as <principal>', 'under which name, where several have the key')
    .option('--text', 'print what is signed, and sign nothing')
    .option('--hidden', 'take a text with characters that are not shown')
    .addHelpText('after', HOW + examples('coo approve hello', 'coo approve hello --key ~/.ssh/id_ed25519', 'coo approve coo.yaml'))
    .action(async (subject: string, { key, signature, as, text, hidden }: Options) =>
      act(async (call) => {
        const world = await call.ledger();
        if (text === true) {
          const signed = await approvalOf(world, subject);
          call.out.show({ schema: 'coo/approval-text.v1', subject, text: signed }, () => signed.trimEnd().split('\n'));
          return EXIT.ok;
        }
        const from = (file: string): string => resolve(call.folder, file);
        const given = { ...(key === undefined ? {} : { key: from(key) }), ...(signature === undefined ? {} : { signature: from(signature) }), ...(as === undefined ? {} : { as }) };
        return showDone(call, await approve(world, { subject, user: call.host.user, hidden: hidden === true, ...given }));
      }),
    );
};

export const defineReject: Define = (program, act) => {
  needsReason(program.command('reject').argument('<plan>').description('refuse a plan: it is cancelled, with the reason'))
    .addHelpText('after', examples("coo reject hello --reason 'it touches billing'"))
    .action(async (plan_id: string, { reason }: Reasoned) => act(async (call) => showDone(call, await cancel(await call.ledger(), plan_id, { by: call.host.user, reason: `not approved: ${reason}` }))));
};
