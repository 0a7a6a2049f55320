// Which paths an attempt gets, and how confined work of several seats is checked.
import { describe, expect, it } from 'vitest';
import { strictest } from '../../src/app/integrate/order.ts';
import { confinementOf } from '../../src/app/worker/confinement.ts';
import type { Grounds } from '../../src/app/worker/confinement.ts';

const GROUNDS: Grounds = {
  common: '/home/op/project/.git',
  worktrees: ['/home/op/project', '/srv/tree'],
  stateHome: '/home/op/.local/state/coo',
  objects: ['/home/op/project/.git/objects', '/srv/other/objects'],
  agent: [],
  programs: ['/home/op/.nvm/versions/node/v24/bin/node', '/home/op/.npm/lib/node_modules/git-coo/dist/bin/worker.js'],
  env: { HOME: '/home/op', PATH: '/home/op/.cargo/bin:/home/op/.nvm/versions/node/v24/bin:/srv/tree/node_modules/.bin:/usr/bin' },
};
const at = '/home/op/.local/state/coo/l/p.s.1';
const ATTEMPT = { workspace: at, inbox: `${at}.inbox`, home: undefined, orderFile: '/home/op/project/.git/coo/orders/p.s.1.json', cell: `${at}.cell` };
const made = (over: Partial<Grounds> = {}, home?: string): ReturnType<typeof confinementOf> => confinementOf({ ...GROUNDS, ...over }, { ...ATTEMPT, home }, []);

describe('what an attempt reaches', () => {
  it('is its workspace, its inbox and an agent’s home to write, and nothing else', () => {
    expect(made().writable).toEqual([at, `${at}.inbox`]);
    expect(made({}, `${at}.home`).writable).toEqual([at, `${at}.inbox`, `${at}.home`]);
  });

  it('hides the home, every worktree, the git folder and the other attempts', () => {
    expect(made({ env: { ...GROUNDS.env, XDG_CONFIG_HOME: '/etc/op' } }).hidden).toEqual(['/home/op/project/.git', '/home/op/project/.git/coo', '/home/op/.local/state/coo', '/home/op/project', '/srv/tree', '/home/op', '/etc/op']);
  });

  it('shows objects, its order, programs, and of tools on the PATH never a folder that may hold keys', () => {
    expect(made().readable).toEqual([
      '/home/op/project/.git/objects',
      '/srv/other/objects',
      '/home/op/project/.git/coo/bin',
      ATTEMPT.orderFile,
      '/home/op/.nvm/versions/node/v24',
      '/home/op/.npm/lib/node_modules',
      '/home/op/.cargo/bin',
      '/home/op/.nvm/versions/node/v24',
      '/srv/tree/node_modules/.bin',
    ]);
  });

  it.each([
    ['/home/op/bin/node', '/home/op/bin'],
    ['/home/bin/node', '/home/bin'],
    ['/bin/node', '/bin'],
    ['/opt/node/bin/node', '/opt/node'],
    ['/home/op/project/src/bin/worker.ts', '/home/op/project/src/bin'],
  ])('of %s shows %s', (program, shown) => {
    expect(made({ programs: [program], env: { HOME: '/home/op' } }).readable.at(-1)).toBe(shown);
  });

  it.each([
    ['installed by npm', ['/home/op/.npm/lib/node_modules/.bin/claude', '/home/op/.npm/lib/node_modules/@anthropic-ai/claude-code/cli.js'], ['/home/op/.npm/lib/node_modules']],
    ['one file behind a link', ['/home/op/.local/bin/claude', '/home/op/.local/share/claude/versions/2.1.197'], ['/home/op/.local/bin/claude', '/home/op/.local/bin', '/home/op/.local/share/claude/versions/2.1.197']],
    ['in an environment of its own', ['/home/op/.local/share/pipx/venvs/agent/bin/agent'], ['/home/op/.local/share/pipx/venvs/agent/bin/agent', '/home/op/.local/share/pipx/venvs/agent']],
    ['beside keys', ['/home/op/.cargo/bin/agent'], ['/home/op/.cargo/bin/agent', '/home/op/.cargo/bin']],
    ['in a temporary folder', ['/tmp/agent'], ['/tmp/agent']],
  ])("shows the agent's program, %s", (_, agent, shown) => {
    const without = new Set(made().readable);
    expect([...new Set(made({ agent }).readable)].filter((path) => !without.has(path))).toEqual(shown.filter((path) => !without.has(path)));
  });

  it.each(['/', '', 'relative'])('never hides everything: HOME=%s', (HOME) => {
    expect(made({ env: { HOME } }).hidden).not.toContain(HOME);
  });
});

it('work of many seats is checked as confined as the most confined of them, with what those may reach', () => {
  const [open, auto, one, two] = [{}, { sandbox: 'auto', network: ['a'] }, { sandbox: 'required', network: ['b', 'c'] }, { sandbox: 'required', network: ['c', 'd'] }] as const;
  expect(strictest([open, { sandbox: 'off' }])).toEqual({});
  expect(strictest([open, auto])).toEqual({ sandbox: 'auto', network: ['a'] });
  expect(strictest([two, auto, one, open])).toEqual({ sandbox: 'required', network: ['c', 'd', 'b'] });
  expect(strictest([{ sandbox: 'required' }])).toEqual({ sandbox: 'required' });
});
