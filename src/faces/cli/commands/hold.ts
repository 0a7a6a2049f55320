import type { Command } from 'commander';
import type { LedgerSession } from '../../../app/ledger/session.ts';
import { sayHeld } from '../../../app/operations/hold.ts';
import { isNamed } from '../../../app/operations/inbox.ts';
import type { Word } from '../../../app/operations/hold.ts';
import { stepKey } from '../../../kernel/ids.ts';
import { examples, words } from '../command.ts';
import type { Act, Call, Define } from '../command.ts';
import { heldStep, wordOfDone } from '../held.ts';
import type { HeldOptions } from '../held.ts';
import { forHarness, sendToInbox } from '../inbox.ts';
import { plain } from '../plain.ts';

/** The step and the claim that a holder speaks about, the same for every such command. */
function holder(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .argument('[step]', '<plan_id>/<step_id> (default: $COO_PLAN/$COO_STEP)')
    .option('--fence <n>', 'the fence of the claim, as the grant said it (default: $COO_FENCE, which an attempt has)')
    .option('--token <token>', 'the token of the claim (default: $COO_TOKEN, else the stored one)');
}

/** Says it to the ledger; inside an attempt's workspace the harness speaks for it, so it goes to the attempt's inbox. */
async function speak(call: Call, step: string | undefined, options: HeldOptions, word: Word, said: string | ((session: LedgerSession) => string)): Promise<number> {
  const held = heldStep(call.host.env, step, options);
  if (forHarness(call.host.env, word)) return sendToInbox(call, held, word);
  const done = await sayHeld(await call.ledger(), held, word);
  if (!done.ok) return call.out.refuse(done.rejection);
  return call.out.done(done.events, () => [`${plain(stepKey(held.plan_id, held.step_id))}: ${typeof said === 'string' ? said : said(done.session)}`]);
}

export const defineRenew: Define = (program, act) => {
  holder(program, 'renew', 'keep a claim for another lease')
    .addHelpText('after', examples('coo renew hello/greet --fence 1'))
    .action(async (step: string | undefined, options: HeldOptions) => act(async (call) => speak(call, step, options, { kind: 'renew' }, 'the claim is renewed')));
};

export const defineRelease: Define = (program, act) => {
  reasoned(program, act, 'release', 'give a step back: somebody else can take it', (reason) => ({ kind: 'release', reason }), 'given back', 'released by hand');
};

export const defineBlock: Define = (program, act) => {
  reasoned(program, act, 'block', 'say why a step cannot go on; a person is asked', (reason) => ({ kind: 'block', reason }), 'blocked; to go on later: coo retry');
};

/** `reason` is asked for where there is no default. */
function reasoned(program: Command, act: Act, name: string, description: string, word: (reason: string) => Word, said: string, otherwise?: string): void {
  const command = holder(program, name, description);
  if (otherwise === undefined) command.requiredOption('--reason <text>', 'why, for whoever reads it', words);
  else command.option('--reason <text>', 'why, for whoever reads it', words, otherwise);
  command
    .addHelpText('after', examples(`coo ${name} hello/greet --fence 1 --reason 'the specification is missing'`))
    .action(async (step: string | undefined, options: HeldOptions & { reason: string }) => act(async (call) => speak(call, step, options, word(options.reason), said)));
}

export const defineAsk: Define = (program, act) => {
  holder(program, 'ask', 'ask a question and let go of the step: it waits for the answer, which stands in its next order')
    .requiredOption('--to <who>', 'who shall answer: a seat, a role or a name', words)
    .requiredOption('--text <text>', 'the question', words)
    .addHelpText('after', examples("coo ask hello/greet --fence 1 --to you --text 'in which language?'"))
    .action(async (step: string | undefined, options: HeldOptions & { to: string; text: string }) =>
      act(async (call) => speak(call, step, options, { kind: 'question', to: options.to, text: options.text }, ({ state }) => `asked ${plain(options.to)}; it waits for the answer, and coo inbox shows it${isNamed(state, options.to) ? '' : ` to everybody: no seat and no role is called ${plain(options.to)}`}`)),
    );
};

export const defineGive: Define = (program, act) => {
  holder(program, 'give', 'hand a step that you hold to another seat')
    .requiredOption('--to <seat>', 'who shall have it')
    .requiredOption('--reason <text>', 'why: it is recorded', words)
    .addHelpText('after', examples("coo give hello/greet --fence 1 --to ada --reason 'she knows the parser'"))
    .action(async (step: string | undefined, options: HeldOptions & { to: string; reason: string }) =>
      act(async (call) => speak(call, step, options, { kind: 'give', seat: options.to, reason: options.reason }, `given back and kept for ${plain(options.to)}`)),
    );
};

export const defineProgress: Define = (program, act) => {
  holder(program, 'progress', 'say in a line how far a step is; renews the claim')
    .requiredOption('--text <text>', 'what to say', words)
    .addHelpText('after', examples("coo progress hello/greet --fence 1 --text 'two of three files'"))
    .action(async (step: string | undefined, options: HeldOptions & { text: string }) => act(async (call) => speak(call, step, options, { kind: 'progress', text: options.text }, 'noted')));
};

export const defineDone: Define = (program, act) => {
  holder(program, 'done', 'say that a step is done: coo checks the commit and merges it')
    .option('--commit <rev>', 'the commit to judge (default: HEAD of this folder)')
    .addHelpText('after', examples('coo done hello/greet --fence 1', 'coo done hello/greet --fence 1 --commit 3f2a91c'))
    .action(async (step: string | undefined, options: HeldOptions & { commit?: string }) =>
      act(async (call) => {
        const word = await wordOfDone(call, options.commit);
        return speak(call, step, options, word, `reported with ${word.kind === 'done' ? (word.commit ?? 'no commit') : ''}; the manager checks it (coo explain says how that goes)`);
      }),
    );
};

