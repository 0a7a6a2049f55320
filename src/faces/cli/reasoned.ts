import type { Command } from 'commander';
import type { Done } from '../../app/operations/by-hand.ts';
import { textOf } from '../../app/operations/log.ts';
import { words } from './command.ts';
import type { Call } from './command.ts';
import { plain } from './plain.ts';

/** What every act of a person comes with. */
export interface Reasoned {
  readonly reason: string;
}

export const needsReason = (command: Command): Command => command.requiredOption('--reason <text>', 'why: it is recorded', words);

/** Shows what a person's word became, and what more a person has to know of it. */
export function showDone({ out }: Call, done: Done, more: (done: Done & { readonly ok: true }) => readonly string[] = () => []): number {
  if (!done.ok) return out.refuse(done.rejection);
  return out.done(done.events, () => [...done.events.map((event) => plain(textOf(event))), ...more(done).map(plain)]);
}
