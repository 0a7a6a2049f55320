import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import type { LedgerWorld } from '../../app/world.ts';
import type { Host } from './host.ts';
import type { Output } from './output.ts';

/** One call of a command: where, what it may use, and how it answers. */
export interface Call {
  readonly host: Host;
  /** Absolute; the folder that `-C` named, or the one we were started in. */
  readonly folder: string;
  readonly out: Output;
  /** The light world of that folder, closed when the command is over. */
  readonly ledger: () => Promise<LedgerWorld>;
}

/** Runs the body of a command's action; its number is the exit code. */
export type Act = (body: (call: Call) => Promise<number>) => Promise<void>;

/** What each file under `commands/` exports: puts one command onto the program. */
export type Define = (program: Command, act: Act) => void;

/** The examples at the end of a command's help. */
export function examples(...lines: readonly string[]): string {
  return `\nExample${lines.length > 1 ? 's' : ''}:\n${lines.map((line) => `  ${line}`).join('\n')}\n`;
}

/** Reads an option that counts something. */
export function count(text: string): number {
  if (!/^[1-9][0-9]{0,6}$/.test(text)) throw new InvalidArgumentError('Write a whole number from 1.');
  return Number(text);
}

/** Reads an option that is recorded for others to read: nothing is no word. */
export function words(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Say it in words: it is recorded.');
  return text;
}
