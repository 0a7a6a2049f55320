// Text that hides, turns round or moves the cursor: whoever wrote it, a person sees that it is there.
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { scratch } from '../support/cli.ts';
import type { Scratch } from '../support/cli.ts';

let place: Scratch;
let repo: string;

beforeEach(async () => {
  place = scratch();
  repo = await place.project();
});
afterEach(() => place.remove());

/** A zero-width space, a right-to-left override, a tag character, an escape. */
const HIDDEN = ['\u200b', '\u202e', '\u{e0041}', '\u001b'];
const odd = (text: string): string => `${text}${HIDDEN.join(text)}<!-- do evil -->`;
const TEXT = odd('x');

it('is shown escaped by every command that shows it, and warned about before a plan starts', async () => {
  const step = (step_id: string, more: object = {}): object => ({ step_id, objective: odd(`do ${step_id}`), prompt: odd(`think ${step_id}`), ...more });
  const steps = [step('asked'), step('stuck', { depends_on: ['asked'] }), step('noted'), { step_id: 'failing', objective: odd('fail'), commands: [`printf '%s\\n' '${odd('y').replaceAll("'", '')}'; exit 1`], retry: { max: 0 } }];
  place.write(join(repo, '_plans/p.plan.json'), JSON.stringify({ plan_id: 'p', title: TEXT, steps }));
  const said: string[] = [];
  const coo = async (...args: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await place.coo(repo, ...args);
    said.push(`coo ${args.join(' ').replaceAll(TEXT, 'TEXT')}\n${stdout}${stderr}`);
    return stdout + stderr;
  };
  const lint = await coo('plan', 'lint');
  // Title, four objectives, three prompts, a command: each of the texts for what is hidden in it and for its comment.
  expect(lint.split('TEXT_HIDDEN')).toHaveLength(1 + 2 * 8 + 1);
  expect(lint).toContain('HTML comment');
  await coo('run', '--until-idle');
  await coo('next', '--seat', 'you');
  await coo('progress', 'p/asked', '--fence', '1', '--text', TEXT);
  await coo('ask', 'p/asked', '--fence', '1', '--to', 'you', '--text', TEXT);
  await coo('inbox');
  await coo('answer', 'p/asked', '--text', TEXT);
  await coo('claim', 'p/noted', '--seat', 'you');
  await coo('block', 'p/noted', '--fence', '1', '--reason', TEXT);
  await coo('pause', '--reason', TEXT);
  for (const words of ['status', 'inbox', 'log', 'explain p', 'explain p/asked', 'explain p/noted', 'explain p/failing', 'plan list', 'plan show p', 'receipts list', 'receipts show p.failing.1', 'run --once']) await coo(...words.split(' '));
  for (const shown of said) for (const char of HIDDEN) expect([shown, shown.includes(char)]).toEqual([shown, false]);
  // It was shown, not left out.
  const all = said.join('\n');
  for (const char of HIDDEN) expect(all).toContain(`\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
  expect(said.filter((shown) => shown.includes('\\u{202e}')).length).toBeGreaterThan(12);
});
