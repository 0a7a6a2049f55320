import { Failure } from '../../app/failure.ts';
import type { HeldStep, Word } from '../../app/operations/hold.ts';
import { renderFile } from '../../format/file.ts';
import type { Message } from '../../format/messages.ts';
import { stepKey } from '../../kernel/ids.ts';
import type { Call } from './command.ts';
import { EXIT } from './exit-codes.ts';
import { plain } from './plain.ts';

/** What a harness hears of; a claim itself is the harness's own business. */
type InboxWord = Extract<Word, { readonly kind: 'block' | 'question' | 'progress' | 'done' }>;

const NAME_BYTES = 4;
const STAMP_DIGITS = 15;

/** What a worker may say in its own inbox, as the bus spells it. */
function messageOf(held: HeldStep, word: InboxWord): Message {
  const { plan_id, step_id, fence, token } = held;
  if (fence === undefined) throw new Failure({ code: 'USAGE', message: 'COO_INBOX is set, but COO_FENCE is not: a message names the fence of its claim', fix: `--fence <n>: it stands in the work order (${plan_id}/${step_id})`, exit: EXIT.usage });
  const at = { plan_id, step_id, fence, ...(token === undefined ? {} : { token }) };
  switch (word.kind) {
    case 'block':
      return { type: 'step.blocked', ...at, reason: word.reason };
    case 'question':
      return { type: 'step.question', ...at, to: word.to, text: word.text };
    case 'progress':
      return { type: 'step.progress', ...at, text: word.text };
    case 'done':
      return { type: 'step.done', ...at, commit: word.commit };
    default:
      return word satisfies never;
  }
}

/** Inside an attempt the harness holds the claim: what a worker has to say goes through it, and what is about the claim itself does not. */
export function forHarness(env: Readonly<Record<string, string>>, word: Word): word is InboxWord {
  return (env['COO_INBOX'] ?? '') !== '' && word.kind !== 'renew' && word.kind !== 'release' && word.kind !== 'give';
}

/** Leaves a message in the attempt's inbox (`COO_INBOX`): the harness reads it when the commands are over. */
export async function sendToInbox(call: Call, held: HeldStep, word: InboxWord): Promise<number> {
  const { host, out } = call;
  const inbox = host.env['COO_INBOX'] ?? '';
  // A step's command may stand anywhere; the workspace is a repository for sure.
  const world = await host.ledger(host.env['COO_WORKSPACE'] ?? call.folder);
  const message = messageOf(held, word);
  // Names sort in the order the messages were written.
  const stamp = String(world.clock.now()).padStart(STAMP_DIGITS, '0');
  const name = `${stamp}-${world.random.hex(NAME_BYTES)}.${message.type}.json`;
  await world.files.folder(inbox);
  await world.files.replaceView(`${inbox}/.${name}`, renderFile(message));
  await world.files.rename(`${inbox}/.${name}`, `${inbox}/${name}`, true);
  await world.git.close();
  out.show({ schema: 'coo/sent.v1', name, message }, () => [`${plain(stepKey(held.plan_id, held.step_id))}: told the harness (${message.type})`]);
  return EXIT.ok;
}
