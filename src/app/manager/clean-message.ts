import type { Message } from '../../format/messages.ts';
import { redactor } from '../worker/redact.ts';
import type { World } from '../world.ts';

/** A message without what looks like a secret, and without its own token: its text goes into the ledger as it stands. */
export async function cleanMessage({ secrets }: Pick<World, 'secrets'>, message: Message): Promise<Message> {
  const { text: clean } = redactor(secrets, 'token' in message && message.token !== undefined ? [message.token] : []);
  switch (message.type) {
    case 'note':
    case 'step.progress':
    case 'step.question':
      return { ...message, text: await clean(message.text) };
    case 'step.blocked':
      return { ...message, reason: await clean(message.reason) };
    case 'claim.release':
      return message.reason === undefined ? message : { ...message, reason: await clean(message.reason) };
    case 'step.done':
    case 'seat.join':
      return message;
    default:
      return message satisfies never;
  }
}
