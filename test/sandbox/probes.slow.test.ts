// What a worker would do to the machine, to the record and to others: in a sandbox none of it works. Each is tried without one, too, so that it could.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findings } from './runs.ts';
import { CONFINED, OPEN } from './seats.ts';
import { once } from '../support/plans.ts';
import { isAlive, signal } from '../support/processes.ts';
import { inWorld } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';

/** A plan's worth of things outside that an attempt may want. */
interface Bait {
  readonly world: RealWorld;
  readonly home: string;
  readonly git: string;
  readonly states: string;
  readonly port: number;
  readonly listening: number;
  readonly victim: number;
  readonly shm: string;
}

const NODE = JSON.stringify(process.execPath);
const js = (text: string): string => `${NODE} -e ${JSON.stringify(text)}`;
/** Succeeds when it reaches a socket. */
const reach = (at: string): string => js(`const s = require('net').connect(${at}, () => process.exit(0)); s.on('error', () => process.exit(1)); setTimeout(() => process.exit(1), 3000)`);
/** Succeeds when one of the processes that are seen has it on its command line. */
const seen = (what: string, then: string): string => `for p in /proc/[0-9]*; do if tr '\\0' '\\n' < $p/cmdline 2>/dev/null | grep -q '${what}'; then ${then}; fi; done; exit 1`;

/** Each succeeds (exits with 0) where nothing holds it back. */
const PROBES: Readonly<Record<string, (bait: Bait) => string>> = {
  'read an SSH key': ({ home }) => `grep -q KEY ${home}/.ssh/id_ed25519`,
  'read a GnuPG key': ({ home }) => `grep -q KEY ${home}/.gnupg/private-keys-v1.d/a.key`,
  "read the forge's token": ({ home }) => `grep -q KEY ${home}/.config/gh/hosts.yml`,
  "read coo's own key": ({ home }) => `grep -q KEY ${home}/.config/coo/keys/you`,
  'list the home folder': ({ home }) => `ls -A ${home} | grep -q ssh`,
  "write the operator's start-up files": ({ home }) => `echo evil >> ${home}/.bashrc`,
  'move a ref of the repository': ({ git }) => `git --git-dir=${git} update-ref refs/heads/planted $(git --git-dir=${git} rev-parse main)`,
  'move the ledger': ({ git }) => `git --git-dir=${git} update-ref refs/heads/planted-ledger $(git --git-dir=${git} rev-parse coo/ledger)`,
  'plant a hook': ({ git }) => `mkdir -p ${git}/hooks && echo evil > ${git}/hooks/planted`,
  'change the configuration': ({ git }) => `git config -f ${git}/config planted.key evil`,
  'write an object of the repository': ({ git }) => `echo evil > ${git}/objects/planted`,
  'read the tokens of others': ({ git }) => `grep -q KEY ${git}/coo/tokens/other.s.1`,
  "forge another's result": ({ git }) => `echo '{}' > ${git}/coo/results/.planted`,
  'write into the log folder': ({ git }) => `echo evil > ${git}/coo/logs/.planted`,
  "write into the operator's worktree": ({ world }) => `echo evil > ${world.folder}/planted.txt`,
  'speak on the bus': ({ world }) => `echo evil > ${world.folder}/_bus/in/.planted`,
  "read another attempt's files": ({ states }) => `grep -q KEY ${states}/other.s.1/file`,
  "write another attempt's files": ({ states }) => `echo evil >> ${states}/other.s.1/file`,
  'see the manager': () => seen('app-manage[r]', 'exit 0'),
  "read the manager's environment": () => seen('app-manage[r]', 'tr "\\0" "\\n" < $p/environ | grep -q ^XDG_STATE_HOME= && exit 0'),
  "read the manager's memory map": () => seen('app-manage[r]', 'head -c1 $p/maps | grep -q . && exit 0'),
  'kill a process': ({ victim }) => `kill -9 ${String(victim)}`,
  'reach a port of the machine': ({ port }) => reach(`${String(port)}, '127.0.0.1'`),
  'reach a socket that has no file': () => reach("String.fromCharCode(0) + 'coo-probe'"),
  'reach a socket in a temporary folder': ({ world }) => reach(`'${world.out('socket')}'`),
  'be reached by others': ({ listening }) => js(`require('net').createServer(() => process.exit(0)).listen(${String(listening)}, '0.0.0.0'); setTimeout(() => process.exit(1), 5000)`),
  'share memory with others': ({ shm }) => `echo evil >> ${shm}/file`,
  'gain rights by a set-user-ID program': () => 'grep -q "NoNewPrivs:.*0" /proc/self/status',
};
/** Only root could, without. */
const ROOT: Readonly<Record<string, (bait: Bait) => string>> = {
  'change a setting of the kernel': () => ': >> /proc/sys/kernel/core_pattern',
  'keep its capabilities': () => 'grep -q "CapEff:.*[1-9a-f]" /proc/self/status',
};
const ALL = Object.entries({ ...PROBES, ...(process.getuid?.() === 0 ? ROOT : {}) });

/** How each probe ended, by its name: `passed` = it did what it must not. */
async function probed(more: readonly object[]): Promise<Readonly<Record<string, string>>> {
  let ended: Readonly<Record<string, string>> = {};
  await inWorld({ more, limits: { workers: 3 } }, async (world) => {
    const home = world.env['HOME'] ?? '';
    for (const path of ['.ssh/id_ed25519', '.gnupg/private-keys-v1.d/a.key', '.config/gh/hosts.yml', '.config/coo/keys/you']) put(join(home, path));
    const states = join(world.env['XDG_STATE_HOME'] ?? '', 'coo', world.ledger);
    put(join(states, 'other.s.1/file'));
    const git = world.repo.gitDir;
    put(join(git, 'coo/tokens/other.s.1'));
    for (const folder of ['coo/results', 'coo/logs']) mkdirSync(join(git, folder), { recursive: true });
    const shm = mkdtempSync('/dev/shm/coo-probe-');
    const victim = spawn('sleep', ['600'], { stdio: 'ignore' });
    const servers = await Promise.all([listen({ port: 0, host: '127.0.0.1' }), listen('\0coo-probe'), listen(world.out('socket')), listen({ port: 0, host: '127.0.0.1' })]);
    const [first, , , last] = servers;
    const port = portOf(first);
    const listening = portOf(last);
    last.close();
    const knocking = setInterval(() => connect(listening, '127.0.0.1').on('error', () => undefined).unref(), 100);
    try {
      const bait: Bait = { world, home, git, states, port, listening, victim: victim.pid ?? 0, shm };
      world.plan({ plan_id: 'probes', integrate: 'none', steps: ALL.map(([, command], at) => once(`p${String(at)}`, command(bait), { role: 'prober' })) });
      await world.run();
      ended = Object.fromEntries(await Promise.all(ALL.map(async ([name], at) => [name, await findings(world, `probes.p${String(at)}.1`)] as const)));
      expect(isAlive(victim.pid ?? 0)).toBe(ended['kill a process'] !== 'passed');
    } finally {
      clearInterval(knocking);
      for (const server of servers) server.close();
      signal(victim.pid ?? 0, 'SIGKILL');
      rmSync(shm, { recursive: true, force: true });
    }
  });
  return ended;
}

function put(path: string): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, 'KEY\n');
}

async function listen(at: string | { readonly port: number; readonly host: string }): Promise<ReturnType<typeof createServer>> {
  const server = createServer((socket) => socket.end());
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, () => resolve(server));
  });
}

function portOf(server: ReturnType<typeof createServer> | undefined): number {
  const at = server?.address();
  return typeof at === 'object' && at !== null ? at.port : 0;
}

it(`none of ${String(ALL.length)} succeeds in a sandbox`, async () => {
  expect(await probed([CONFINED])).toEqual(Object.fromEntries(ALL.map(([name]) => [name, 'COMMAND_FAILED'])));
});

it('each of them does without', async () => {
  expect(await probed([OPEN])).toEqual(Object.fromEntries(ALL.map(([name]) => [name, 'passed'])));
});
