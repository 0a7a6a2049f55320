import { spawn } from 'node:child_process';
import { lstatSync, mkdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join, posix } from 'node:path';
import type { Cell, Confinement, Sandbox, Standing } from '../../ports/sandbox.ts';
import { errno } from '../git-store/errors.ts';
import { findProgram } from '../machine/program.ts';
import { look } from '../processes/look.ts';
import { OF_SERVICES, SERVICES, TEMPORARY, bwrapArguments } from './arguments.ts';
import type { Mount } from './arguments.ts';
import { openDoor } from './door.ts';
import type { Door } from './door.ts';
import { whyNot } from './why.ts';

export interface BubblewrapOptions {
  /** PATH on which `bwrap` is looked for: the operator's, never an attempt's. */
  readonly searchPath: string;
  /** How the way to a list of hosts is started inside, in front of the program. */
  readonly bridge: readonly [string, ...string[]];
}

const TRY_MS = 10_000;
const SAID_CAP = 4_096;

/** bubblewrap: name spaces of the kernel, made for each program in some 15 ms. Nothing of it is left when the program ends. */
export function bubblewrap({ searchPath, bridge }: BubblewrapOptions): Sandbox {
  const program = (): string | undefined => findProgram(searchPath, 'bwrap');
  return {
    standing: async () => bubblewrapStanding(searchPath),
    whereabouts(name) {
      const found = findProgram(searchPath, name);
      return found === undefined ? [] : [found, realpathSync(found)];
    },
    async open(confinement) {
      const bwrap = program() ?? 'bwrap';
      for (const [, part] of TEMPORARY) mkdirSync(join(confinement.own, part), { recursive: true });
      const door = confinement.network.length === 0 ? undefined : await openDoor(confinement.network, join(confinement.own, 'door'), bridge);
      return cellOf(bwrap, confinement, door);
    },
  };
}

/** Whether it works here: run with nothing to do. */
export async function bubblewrapStanding(searchPath: string): Promise<Standing> {
  return tried(findProgram(searchPath, 'bwrap'));
}

function cellOf(bwrap: string, confinement: Confinement, door: Door | undefined): Cell {
  return {
    kind: 'bubblewrap',
    wrap({ argv, cwd, env }) {
      // Looked at anew for each program: the one before may have put links where mount points were.
      const mounts = mountsOf(confinement, door);
      clearWay(confinement.own, mounts);
      return { argv: [bwrap, ...bwrapArguments(mounts, realpathSync(cwd)), ...(door?.inside.argv ?? []), ...argv], env: { ...env, ...door?.inside.env, HOME: homeOf(confinement, env['HOME']), TMPDIR: '/tmp' } };
    },
    close: async () => door?.close(),
  };
}

async function tried(bwrap: string | undefined): Promise<Standing> {
  const why = (said: string): Standing => whyNot({ platform: process.platform, found: bwrap !== undefined, said, setting: (path) => look(() => readFileSync(`/proc/sys/${path}`, 'latin1'))?.trim(), systems: systems() });
  if (bwrap === undefined || process.platform !== 'linux') return why('');
  return new Promise((resolve) => {
    const child = spawn(bwrap, [...bwrapArguments([{ kind: 'empty', at: realpathSync(SERVICES) }], '/'), bwrap, '--version'], { env: {}, stdio: ['ignore', 'ignore', 'pipe'], timeout: TRY_MS, killSignal: 'SIGKILL' });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said = `${said}${chunk.toString('latin1')}`.slice(0, SAID_CAP);
    });
    child.once('error', (cause) => resolve(why(cause.message)));
    child.once('close', (code) => resolve(code === 0 ? { ok: true } : why(said)));
  });
}

/** One that the attempt may write stays; any other is the operator's. */
function homeOf({ writable, own }: Confinement, home: string | undefined): string {
  return home !== undefined && writable.includes(home) ? home : join(own, 'home');
}

/** Every path by its real name, since a mount follows no link that leads out of where it is made; what is absent is left out. */
function mountsOf({ writable, hidden, readable, own }: Confinement, door: Door | undefined): readonly Mount[] {
  const mounts = new Map<string, Mount>();
  const put = (kind: Mount['kind'], path: string, from?: string): void => {
    const at = realOf(path);
    if (at !== undefined) mounts.set(at, { kind, at, ...(from === undefined ? {} : { from }) });
  };
  // Of this user, whatever HOME says.
  const home = userInfo().homedir;
  for (const path of [SERVICES, ...(home === '/' ? [] : [home]), ...hidden]) put(isFolder(path) ? 'empty' : 'nothing', path);
  for (const [at, part] of TEMPORARY) put('writable', at, join(realpathSync(own), part));
  for (const path of [...OF_SERVICES, ...readable]) put('readable', path);
  for (const path of [`${own}/home`, ...writable]) put('writable', realpathSync(path));
  if (door !== undefined) mounts.set(door.inside.folder, { kind: 'readable', at: door.inside.folder, from: door.folder });
  return [...mounts.values()];
}

/** Below the attempt's own temporary folder mount points are made in a folder that it can write: no link of its own may lead them elsewhere. */
function clearWay(own: string, mounts: readonly Mount[]): void {
  for (const [top, part] of TEMPORARY) {
    for (const { at } of mounts) {
      if (!at.startsWith(`${top}/`)) continue;
      let inner = join(own, part);
      for (const name of posix.relative(top, at).split('/')) {
        inner = `${inner}/${name}`;
        const kind = lstatSync(inner, { throwIfNoEntry: false });
        if (kind === undefined) break;
        if (!kind.isDirectory()) rmSync(inner, { force: true });
      }
    }
  }
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (error) {
    if (errno(error) === undefined) throw error;
    return undefined;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function systems(): readonly string[] {
  const text = look(() => readFileSync('/etc/os-release', 'utf8')) ?? '';
  return text.split('\n').flatMap((line) => /^ID(?:_LIKE)?="?([^"]*)"?$/.exec(line)?.[1]?.toLowerCase().split(' ') ?? []);
}
