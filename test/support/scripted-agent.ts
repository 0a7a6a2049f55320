// What a pretended agent does, whatever protocol it speaks. The program finds its script in its workspace and its attempt in the environment.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type Move =
  | { readonly do: 'use'; readonly input: number; readonly output: number; readonly cache_read: number; readonly cache_write: number; readonly usd: number }
  /** Writes a file: its own prompt where `text` is absent. */
  | { readonly do: 'write'; readonly path: string; readonly text?: string }
  /** Asks for leave to edit, and writes where it is given. */
  | { readonly do: 'may'; readonly path: string }
  | { readonly do: 'say'; readonly text: string }
  | { readonly do: 'ask'; readonly to: string; readonly text: string }
  /** Its provider takes no more for so many milliseconds. */
  | { readonly do: 'limit'; readonly ms: number }
  | { readonly do: 'hang' }
  | { readonly do: 'die'; readonly code: number };

/** Moves by attempt; the last are those of every later one. */
export type Script = readonly (readonly Move[])[];

export function movesNow(env: Readonly<Record<string, string | undefined>>): readonly Move[] {
  const script = JSON.parse(readFileSync('script.json', 'utf8')) as Script;
  return script[Number(env['COO_ATTEMPT']) - 1] ?? script.at(-1) ?? [];
}

/** Leaves a message for the harness, as `coo ask` does. */
export function leaveQuestion(env: Readonly<Record<string, string | undefined>>, { to, text }: Extract<Move, { do: 'ask' }>): void {
  const { COO_INBOX = '', COO_PLAN, COO_STEP, COO_FENCE } = env;
  writeFileSync(join(COO_INBOX, '1.step.question.json'), JSON.stringify({ type: 'step.question', plan_id: COO_PLAN, step_id: COO_STEP, fence: Number(COO_FENCE), to, text }));
}
