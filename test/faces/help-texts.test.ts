// What a newcomer reads first: each command says what it does, shows it, and its examples would be taken as they stand.
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/faces/cli/commands/table.ts';
import { main } from '../../src/faces/cli/main.ts';
import { fakeHost } from './fake-host.ts';

async function help(...command: readonly string[]): Promise<string> {
  const host = fakeHost();
  expect(await main([...command, '--help'], host)).toBe(0);
  return host.out;
}

const inner = (text: string): readonly string[] => Array.from(/\nCommands:\n([\s\S]*?)\n\n/.exec(text)?.[1]?.matchAll(/^ {2}([\w-]+)/gm) ?? [], ([, name = '']) => name);

async function all(): Promise<readonly (readonly string[])[]> {
  const found: (readonly string[])[] = [];
  for (const name of Object.keys(COMMANDS)) {
    found.push([name]);
    for (const more of inner(await help(name))) found.push([name, more]);
  }
  return found;
}

const commands = await all();

describe.each(commands.map((words) => [words.join(' '), words] as const))('coo %s --help', (name, words) => {
  it('says what it does, in a line that is no heading', async () => {
    const [usage = '', blank, first = ''] = (await help(...words)).split('\n');
    expect(usage).toMatch(new RegExp(`^Usage: coo ${name}( |$)`));
    expect(blank).toBe('');
    expect(first.length).toBeGreaterThan(15);
  });

  it('has an example, whose flags there are and which leaves none out that is needed', async () => {
    const text = await help(...words);
    const examples = [.../\nExamples?:\n([\s\S]*?)(?:\n\n|$)/.exec(text)?.[1]?.split('\n') ?? []].map((line) => line.trim().replace(/ \|.*$/, ''));
    expect(examples.filter((line) => line.startsWith('coo ') || line.startsWith('git '))).not.toEqual([]);
    const own = examples.filter((line) => line.replace(/^coo -C \S+ /, 'coo ').startsWith(`coo ${name}`) && !inner(text).some((more) => line.includes(` ${more}`)));
    const flags = new Set([...text.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, flag]) => flag));
    const needed = [...text.matchAll(/^ {2}(--[\w-]+) [^\n]*(?:\n {6,}[^\n]*)*?\(needed\)/gm)].map(([, flag = '']) => flag);
    for (const line of own) {
      expect([...line.matchAll(/(?<= )--[a-z-]+/g)].map(([flag]) => flag).filter((flag) => !flags.has(flag)), line).toEqual([]);
      expect(needed.filter((flag) => !line.includes(flag)), line).toEqual([]);
    }
  });
});

describe('what is needed', () => {
  it('is marked, where leaving it out is a usage error', async () => {
    expect(await help('claim')).toMatch(/--seat <seat> {6}who takes it: a seat of _plans\/coo\.yaml \(needed\)/);
    expect(await help('pause')).toMatch(/--reason <text> {3}why: it is recorded \(needed\)/);
    expect(await help('status')).not.toContain('(needed)');
  });

  it('is the fence too, outside an attempt: its examples say it', async () => {
    for (const name of ['renew', 'release', 'progress', 'done', 'block', 'ask', 'give']) {
      const text = await help(name);
      expect(text, name).toContain(`coo ${name} hello/greet --fence 1`);
      expect(text, name).not.toContain('else the live one');
    }
  });

  it('is not a second way to the help', async () => {
    expect(await help('plan')).not.toContain('help [command]');
  });
});
