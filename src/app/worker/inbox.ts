import type { World } from '../world.ts';
import type { Redactor } from './redact.ts';

const MESSAGE_CAP = 65_536;
const MAX_MESSAGES = 1_000;
/** Of a receipt, in UTF-16 code units. */
export const NARRATION_CAP = 8_192;

/** What the worker said in its own inbox: a reason why it is blocked, a question, and narration. Broken messages are narration too. */
export async function readInbox(world: Pick<World, 'files'>, folder: string, { text: clean }: Redactor): Promise<{ readonly blocked: string | null; readonly question: { readonly to: string; readonly text: string } | null; readonly narration: string | null }> {
  let blocked: string | null = null;
  let question: { readonly to: string; readonly text: string } | null = null;
  const lines: string[] = [];
  const names = (await world.files.list(folder)).filter((name) => !name.startsWith('.'));
  if (names.length === 0) return { blocked, question, narration: null };
  // Most attempts say nothing, and what reads messages takes a worker as long to load as all the rest of it.
  const { readMessage } = await import('../../format/messages.ts');
  for (const name of names.slice(0, MAX_MESSAGES)) {
    const info = await world.files.info(`${folder}/${name}`);
    if (info?.kind !== 'file' || info.size > MESSAGE_CAP) continue;
    const read = readMessage(await world.files.read(`${folder}/${name}`, MESSAGE_CAP), name);
    if (!read.ok) {
      lines.push(await clean(`(unreadable message ${name})`));
      continue;
    }
    const { message } = read;
    if (message.type === 'step.blocked') blocked = await clean(message.reason);
    if (message.type === 'step.question') question = { to: message.to, text: await clean(message.text) };
    if (message.type === 'step.progress' || message.type === 'note') lines.push(await clean(message.text));
  }
  return { blocked, question, narration: lines.length === 0 ? null : lines.join('\n').slice(0, NARRATION_CAP) };
}
