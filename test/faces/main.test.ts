import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/faces/cli/commands/table.ts';
import { HELP } from '../../src/faces/cli/help.ts';
import { main } from '../../src/faces/cli/main.ts';
import { fakeHost } from './fake-host.ts';
import type { FakeHostOptions } from './fake-host.ts';

async function type(line: readonly string[], options?: FakeHostOptions): Promise<{ readonly exit: number; readonly out: string; readonly err: string; readonly asked: readonly string[] }> {
  const host = fakeHost(options);
  const exit = await main(line, host);
  return { exit, out: host.out, err: host.err, asked: host.asked };
}

describe('a command line', () => {
  it('prints the help where no command is named', async () => {
    expect(await type([])).toMatchObject({ exit: 0, out: HELP, err: '' });
    expect(await type(['-C', '/x', '--help'])).toMatchObject({ exit: 0, out: HELP });
    expect(await type(['-C', '/x', '--version'])).toMatchObject({ exit: 0, out: '1.2.3\n' });
  });

  it.each([
    [['stauts'], 'did you mean status?', 'next:  coo status --help'],
    [['frobnicate'], "no command 'frobnicate'", 'next:  coo --help'],
    [['--frob', 'status'], 'no option --frob', 'next:  coo --help'],
    [['status', '--frob'], "unknown option '--frob'", 'next:  coo status --help'],
    [['status', '--jsn'], '--json', 'next:  coo status --help'],
    [['status', 'extra'], 'too many arguments', 'next:  coo status --help'],
    [['status', '--limit', 'three'], 'whole number', 'next:  coo status --help'],
    [['explain'], "missing required argument 'subject'", 'next:  coo explain --help'],
    [['claim', 'hello/greet'], '--seat', 'next:  coo claim --help'],
    [['claim', 'hello', '--seat', 'you'], 'hello does not name a step', 'next:'],
    [['plan', 'frob'], 'frob', 'next:  coo plan --help'],
    [['plan', 'lint', '--frob'], '--frob', 'next:  coo plan --help'],
    [['plan'], 'plan needs one of its commands', 'next:  coo plan --help'],
    [['pause'], '--reason', 'next:  coo pause --help'],
    [['override', 'hello/greet', '--to', 'heaven', '--reason', 'x'], '--to heaven', 'next:  write --to done'],
    [['run', '--once', '--dry-run'], 'exclude each other', 'next:  coo run --help'],
    [['renew'], 'no step was named', 'next:'],
    [['renew', 'hello/greet', '--fence', 'x'], '--fence x', 'next:  coo explain hello/greet'],
    [['renew', 'hello/greet', '--fence', '0'], '--fence 0', 'next:  coo explain hello/greet'],
  ])('that is wrong says so and what to type, exit 2: %j', async (line, said, next) => {
    const { exit, out, err } = await type(line);
    expect({ exit, out }).toEqual({ exit: 2, out: '' });
    expect(err).toContain(said);
    expect(err).toContain(next);
    expect(err).not.toContain('\u001b');
  });

  it('gives its errors as one document where --json stands, wherever it stands', async () => {
    for (const line of [['--json', 'stauts'], ['stauts', '--json']]) {
      const { exit, out, err } = await type(line);
      expect({ exit, err }).toEqual({ exit: 2, err: '' });
      expect(JSON.parse(out)).toEqual({ schema: 'coo/error.v1', code: 'USAGE', message: "no command 'stauts'; did you mean status?", fix: 'coo status --help' });
      expect(out.trim().split('\n')).toHaveLength(1);
    }
  });

  it.each([
    [['-C', 'sub', 'status'], '/repo/sub'],
    [['status', '-C', 'sub'], '/repo/sub'],
    [['-C/elsewhere', 'status'], '/elsewhere'],
    [['plan', 'list', '-C', '/elsewhere'], '/elsewhere'],
    [['status'], '/repo'],
  ])('takes -C anywhere: %j', async (line, folder) => {
    const { exit, asked, err } = await type(line);
    expect({ exit, asked }).toEqual({ exit: 1, asked: [folder] });
    expect(err).toContain('this is not a git repository');
    expect(err).toContain('[GIT_NOT_A_REPOSITORY]');
    expect(err).toContain('next:  go into a repository');
  });

  it('indents a document on a terminal and colours errors there, unless NO_COLOR is set', async () => {
    const document = await type(['stauts', '--json'], { tty: true });
    expect(document.out.split('\n')[1]).toBe('  "schema": "coo/error.v1",');
    expect((await type(['stauts'], { tty: true })).err).toContain('\u001b[31m');
    expect((await type(['stauts'], { tty: true, env: { NO_COLOR: '1' } })).err).not.toContain('\u001b');
    expect((await type(['stauts'], { tty: true, env: { TERM: 'dumb' } })).err).not.toContain('\u001b');
  });

  it('escapes what was typed', async () => {
    expect((await type(['\u001b[2Jx'])).err).toContain("no command '\\u{1b}[2Jx'");
  });

  it.each(Object.keys(COMMANDS))('%s has a help with an example', async (name) => {
    const { exit, out, err } = await type([name, '--help']);
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(out).toContain(`Usage: coo ${name}`);
    expect(out).toMatch(new RegExp(`Examples?:\n.*coo (?:-C \\S+ )?${name}`));
    expect(out).toContain('-C <dir>');
    expect(HELP).toMatch(new RegExp(`^ {2}${name} {2,}`, 'm'));
  });

  it('gives a fault of coo itself to its caller, and as a document with --json', async () => {
    const fault = new TypeError('x is not a function');
    await expect(main(['status'], fakeHost({ fault }))).rejects.toBe(fault);
    const { exit, out } = await type(['status', '--json'], { fault });
    expect({ exit, document: JSON.parse(out) as unknown }).toMatchObject({ exit: 1, document: { schema: 'coo/error.v1', code: 'INTERNAL' } });
  });
});
