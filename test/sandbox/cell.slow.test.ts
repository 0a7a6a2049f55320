// A cell as steps meet it: what it says of itself, what it lets out, and that nothing in it outlives it.
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runOf } from './runs.ts';
import { CONFINED, OPEN } from './seats.ts';
import { once } from '../support/plans.ts';
import { eventually } from '../support/processes.ts';
import { SEARCH_PATH } from '../support/repo.ts';
import { inWorld } from '../support/real-world.ts';

const AUTO = { seat: 'auto', roles: ['auto'], harness: 'shell', sandbox: 'auto' };
const HELD = { seat: 'ada', roles: ['writer'], harness: 'bus', sandbox: 'required' };

/** A search path on which there is no bwrap. */
function withoutBwrap(): string {
  const bin = mkdtempSync(join(realpathSync(tmpdir()), 'coo-bin-'));
  for (const name of ['sh', 'git', 'cat', 'rm']) {
    const at = SEARCH_PATH.split(delimiter).map((folder) => join(folder, name)).find((path) => readdirOf(join(path, '..')).includes(name));
    symlinkSync(at ?? '', join(bin, name));
  }
  return bin;
}

function readdirOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause) return [];
    throw cause;
  }
}

/** Pids of processes with these arguments. */
function running(...argv: readonly string[]): readonly string[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid)).filter((pid) => lineOf(pid) === `${argv.join('\0')}\0`);
}

function lineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause) return '';
    throw cause;
  }
}

describe('where no sandbox stands', () => {
  it('a seat that needs one starts nothing and says what to type; one that would like one works without, and says so', async () => {
    const bin = withoutBwrap();
    try {
      await inWorld({ env: { PATH: bin }, more: [CONFINED, AUTO, HELD] }, async (world) => {
        world.plan({ plan_id: 'p', integrate: 'none', steps: [once('shut', `echo x > '${world.out('ran')}'`, { role: 'prober' }), once('auto', 'echo x > x', { role: 'auto' })] });
        await world.run();
        const shut = await runOf(world, 'p.shut.1');
        expect(shut).toMatchObject({ result: 'blocked', commands: [], who: { sandbox: 'off' }, findings: [{ code: 'SANDBOX_MISSING', message: expect.stringMatching(/^bubblewrap \(bwrap\) is not on the PATH; shut-\d works in a sandbox only; to type: .*install.*bubblewrap$/) as string }] });
        expect([await world.steps('p'), world.lines('ran')]).toEqual(['shut blocked, auto done', []]);
        expect(await runOf(world, 'p.auto.1')).toMatchObject({ result: 'passed', who: { sandbox: 'off' } });
      });
    } finally {
      rmSync(bin, { recursive: true });
    }
  });
});

describe('in a sandbox', () => {
  it('set-up, checks and commands run, in what they may write, and the receipt says in which', async () => {
    const inside = 'test "$HOME" != "$OP_HOME" && test -w "$HOME" && test -w "$TMPDIR" && ! ls /proc | grep -q "^[0-9]\\{3,\\}$"';
    await inWorld({ more: [CONFINED, AUTO], setup: [inside, 'echo kept > /tmp/kept'], checks: [inside], cache: { key: ['README.md'], paths: ['made'] } }, async (world) => {
      const steps = [once('shut', `${inside} && cat /tmp/kept && git config user.name > x`, { role: 'prober', outputs: ['x'], checks: { before: [inside], after: [inside] } }), once('auto', 'echo y > y', { role: 'auto' })];
      world.plan({ plan_id: 'p', integrate: 'merge', steps });
      await world.run();
      for (const step of ['shut', 'auto']) expect(await runOf(world, `p.${step}.1`)).toMatchObject({ result: 'passed', findings: [], who: { sandbox: 'bubblewrap' } });
      expect(world.repo.git('show', 'main:x')).toMatch(/^shut-\d$/);
      // Nothing of it is left.
      const states = join(world.env['XDG_STATE_HOME'] ?? '', 'coo', world.ledger);
      expect(readdirSync(states).filter((name) => !name.startsWith('.'))).toEqual([]);
    });
  });

  it('only listed hosts are reached, by programs that ask for a proxy', async () => {
    const server = createServer((asked, answer) => answer.end(`you are at ${asked.url ?? ''}\n`));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const ask = (url: string): string => `${JSON.stringify(process.execPath)} -e "fetch('${url}').then(async (r) => console.log(r.status, await r.text()), (e) => console.log('none', e.cause && e.cause.code))"`;
    const plainly = (at: number): string => `env -u NODE_USE_ENV_PROXY ${JSON.stringify(process.execPath)} -e "require('http').get({ ...require('url').urlToHttpOptions(new URL(process.env.http_proxy)), path: 'http://127.0.0.1:${String(at)}/plain' }, (r) => r.on('data', (d) => console.log(r.statusCode, String(d))))"`;
    try {
      await inWorld({ more: [{ ...CONFINED, network: [`127.0.0.1:${String(port)}`] }] }, async (world) => {
        const none = expect.stringMatching(/^none/) as string;
        const commands = [ask(`http://127.0.0.1:${String(port)}/here`), ask(`http://127.0.0.1:${String(port + 1)}/`), ask('https://example.org/'), `env -u http_proxy -u HTTP_PROXY -u NODE_USE_ENV_PROXY ${ask(`http://127.0.0.1:${String(port)}/`)}`, plainly(port), plainly(port + 1), 'exit 7'];
        world.plan({ plan_id: 'p', integrate: 'none', steps: [{ ...once('s', 'true', { role: 'prober' }), commands }] });
        await world.run();
        const run = await runOf(world, 'p.s.1');
        expect(run.commands.map(({ head }) => head.split('\n')[0])).toEqual(['200 you are at /here', none, none, 'none ECONNREFUSED', '200 you are at /plain', `403 http://127.0.0.1:${String(port + 1)}/plain is not in the network list of this seat (coo.yaml)`, '']);
        expect(run.commands.at(-1)?.exit).toBe(7);
      });
    } finally {
      server.close();
    }
  });

  it('what a command leaves running dies with it, though it dropped every mark', async () => {
    await inWorld({ more: [CONFINED] }, async (world) => {
      const seconds = String(100_000 + process.pid);
      world.plan({ plan_id: 'p', integrate: 'none', steps: [once('s', `env -i PATH="$PATH" setsid sh -c 'setsid sleep ${seconds} & setsid sleep ${seconds} & exit 0' >/dev/null 2>&1; sleep 0.3; echo x > x`, { role: 'prober' })] });
      const manager = world.manager('idle');
      await eventually(() => 'the daemon', () => (running('sleep', seconds).length === 2 ? true : undefined));
      await manager.ended;
      expect([running('sleep', seconds), (await runOf(world, 'p.s.1')).result]).toEqual([[], 'passed']);
    });
  });

  it('a command is found from outside, asked to end, and may tidy up', async () => {
    await inWorld({ more: [CONFINED] }, async (world) => {
      world.plan({ plan_id: 'p', integrate: 'none', steps: [once('s', "test $COO_FENCE = 1 || exit 0; trap 'sleep 0.3; echo tidied; exit 3' TERM; echo up; while :; do sleep 0.05; done", { role: 'prober' })] });
      const manager = world.manager('stopped');
      const log = join(world.repo.gitDir, 'coo/logs');
      await eventually(() => 'the command', () => (readdirOf(log).some((name) => name.endsWith('.command') && readFileSync(join(log, name), 'utf8') === 'up\n') ? true : undefined));
      process.kill(world.worker('p.s.1') ?? 0, 'SIGTERM');
      await world.untilStep('p/s', 'done');
      await manager.drain();
      expect(await runOf(world, 'p.s.1')).toMatchObject({ result: 'cancelled', commands: [{ ending: 'stopped', head: expect.stringContaining('tidied') as string }] });
    });
  });

  it('a link in the temporary folder does not lead what is mounted for the next command elsewhere', async () => {
    await inWorld({ more: [CONFINED, OPEN] }, async (world) => {
      const top = world.scratch;
      mkdirSync(join(top, 'elsewhere'));
      const commands = [`umount '${top}' 2>/dev/null; mv '${top}' /tmp/aside && ln -s ../../../../../../../../../..${join(top, 'elsewhere')} '${top}'; ls -ld '${top}'; true`, 'echo x > x'];
      world.plan({ plan_id: 'p', integrate: 'none', steps: [{ ...once('s', 'true', { role: 'prober', seat: 'shut-1' }), commands }] });
      await world.run();
      const run = await runOf(world, 'p.s.1');
      expect(run.commands[0]?.head).toMatch(/^l/);
      expect([run.result, readdirSync(join(top, 'elsewhere'))]).toEqual(['passed', []]);
    });
  });
});
