import { readMessage } from '../../format/messages.ts';
import type { World } from '../world.ts';
import { redact } from './excerpt.ts';

const MESSAGE_CAP = 65_536;
const MAX_MESSAGES = 1_000;
const NARRATION_CAP = 8_192;

/** What the worker said in its own inbox: a reason why it is blocked, and narration. Broken messages are narration too. */
export async function readInbox(world: Pick<World, 'files'>, folder: string, secrets: readonly string[]): Promise<{ readonly blocked: string | null; readonly narration: string | null }> {
  let blocked: string | null = null;
  const lines: string[] = [];
  for (const name of (await world.files.list(folder)).slice(0, MAX_MESSAGES)) {
    if (name.startsWith('.')) continue;
    const info = await world.files.info(`${folder}/${name}`);
    if (info?.kind !== 'file' || info.size > MESSAGE_CAP) continue;
    const read = readMessage(await world.files.read(`${folder}/${name}`, MESSAGE_CAP), name);
    if (!read.ok) {
      lines.push(`(unreadable message ${name})`);
      continue;
    }
    const { message } = read;
    if (message.type === 'step.blocked') blocked = redact(message.reason, secrets);
    if (message.type === 'step.progress' || message.type === 'note') lines.push(redact(message.text, secrets));
  }
  return { blocked, narration: lines.length === 0 ? null : lines.join('\n').slice(0, NARRATION_CAP) };
}
