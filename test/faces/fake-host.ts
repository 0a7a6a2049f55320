import type { Host } from '../../src/faces/cli/host.ts';

/** A host that keeps what is said, and opens no repository. */
export interface FakeHost extends Host {
  out: string;
  err: string;
  /** Folders that commands asked for. */
  readonly asked: string[];
}

export interface FakeHostOptions {
  readonly tty?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** What opening a repository throws. */
  readonly fault?: Error;
}

export class NoRepository extends Error {
  readonly code = 'GIT_NOT_A_REPOSITORY';
  readonly fault = { code: 'GIT_NOT_A_REPOSITORY', message: 'this is not a git repository' };
}

export function fakeHost({ tty = false, env = {}, fault = new NoRepository('x') }: FakeHostOptions = {}): FakeHost {
  const refuse = (folder: string): Promise<never> => {
    host.asked.push(folder);
    return Promise.reject(fault);
  };
  const host: FakeHost = {
    out: '',
    err: '',
    asked: [],
    version: '1.2.3',
    cwd: '/repo',
    env,
    program: ['/usr/bin/node', '/opt/coo.js'],
    user: 'op',
    stdin: { isTTY: tty, read: async () => Promise.resolve(''), ask: async () => Promise.resolve('') },
    stdout: { isTTY: tty, columns: 80, rows: 24, write: (text) => void (host.out += text) },
    stderr: { isTTY: tty, write: (text) => void (host.err += text) },
    ledger: refuse,
    world: refuse,
    guard: refuse,
    save: async () => Promise.resolve(),
    watch: async () => refuse('watch'),
    machine: async () => refuse('machine'),
    operator: refuse,
    doors: refuse,
    handover: refuse,
    worktrees: async () => Promise.resolve(['/repo']),
    assets: async () => Promise.resolve(new Map()),
    revision: async (_folder, rev) => (rev === 'HEAD' ? Promise.resolve('a'.repeat(40)) : Promise.reject(new Error(`no ${rev}`))),
    interrupts: () => () => undefined,
    demo: async () => Promise.resolve(0),
  };
  return host;
}
