// Workspaces on another disk than the repository: they work as on the same, and a command that fills that disk fails with the reason, no more.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { verify } from '../../src/app/verify/verify.ts';
import { once } from '../support/plans.ts';
import { fixture } from '../support/programs.ts';
import { inWorld, stepOf } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';

const MANAGER = fixture('app-manager');
/** In a mount namespace of its own a small disk can be had without harm to anybody. */
const NAMESPACE = ['--map-root-user', '--mount'];
const canMount = spawnSync('unshare', [...NAMESPACE, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;

/** Runs a manager whose workspaces are on a disk of this size until nothing goes on; its exit code and what it printed. */
async function runOnDisk(world: RealWorld, size: string): Promise<{ readonly exit: unknown; readonly output: string }> {
  const script = `mount -t tmpfs -o size=${size} tmpfs '${join(world.scratch, 'state')}' && exec "$0" "$@"`;
  const child = spawn('unshare', [...NAMESPACE, 'sh', '-c', script, process.execPath, MANAGER, world.folder, 'idle'], { cwd: world.scratch, env: { ...world.env }, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exit = await new Promise((resolve) => {
    child.once('close', resolve);
  });
  return { exit, output };
}

/** The disk is small on purpose: it is not for want of room that nothing starts. */
const ROOM = { free_disk_bytes: 0 };

it.skipIf(!canMount).concurrent('steps with outputs, receipts and checks are done and merged', async () => {
  await inWorld({ limits: ROOM }, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('s', 'mkdir out; head -c 300000 /dev/urandom > out/a.bin; echo {} > sum.json', { outputs: ['out/a.bin'], expected_receipts: ['sum.json'], checks: { after: ['test -s out/a.bin'] } }), once('t', 'true', { depends_on: ['s'] })] });
    expect(await runOnDisk(world, '64m')).toMatchObject({ exit: 0 });
    expect(world.tree('main')).toContain('out/a.bin');
  });
});

const FILL = 'dd if=/dev/zero of=big bs=1M count=64';

it.skipIf(!canMount).concurrent.each([
  ['and says so', FILL, 'COMMAND_FAILED', /command 1 \(dd .*\) exited with 1/],
  ['and hides it', `${FILL} 2> /dev/null; echo all is well`, 'WORKSPACE_BROKEN', /could not be sealed: .*no space left on device/i],
] as const)('a command fills the disk %s: its step fails with the reason, manager and ledger live', async (_name, command, code, message) => {
  await inWorld({ limits: ROOM }, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('fill', command)] });
    const { exit, output } = await runOnDisk(world, '6m');
    expect([exit, output.includes('"code":"failed"')]).toEqual([1, false]);
    const session = await world.fresh();
    const step = stepOf(session, 'p/fill');
    expect([step?.status, step?.findings[0]?.code]).toEqual(['failed', code]);
    expect(step?.findings[0]?.message).toMatch(message);
    expect((await verify(world.world)).findings).toEqual([]);
    world.plan({ plan_id: 'q', steps: [once('after', 'echo more > more.txt')] });
    await runOnDisk(world, '6m');
    expect(await world.steps('q')).toBe('after done');
  });
});
