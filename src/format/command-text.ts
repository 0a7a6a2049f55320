import type { Cmd } from '../kernel/plan.ts';
import { plain } from './plain.ts';

/** A step's command as one would type it. */
export function commandText(command: Cmd): string {
  return plain(typeof command === 'string' ? command : command.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word))).join(' '));
}
