import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LedgerSession } from '../../../src/app/ledger/session.ts';
import { DEFAULT_LIMITS } from '../../../src/kernel/limits.ts';
import type { Row } from '../row.ts';
import { shareOfCore, sleep } from '../work/cpu.ts';
import { openWorld, orgOf, publish, submitOf } from '../work/home.ts';
import { BIN, cleanEnv, coo, gitIn, going, inScratch, packedRepo, until } from '../work/scratch.ts';

const FILES = 50;
const BEAT_MS = 20_000;
/** Taking over, showing all claims, packing and the checkpoint come first. */
const COME_TO_REST_MS = 15_000;

export const row: Row = {
  name: 'manager.1000',
  unit: '% of a core',
  reach: 'report',
  run: (quick) =>
    inScratch('manager-1000', async (folder) => {
      const workers = quick ? 20 : 1_000;
      const repo = join(folder, 'repo');
      packedRepo(repo, FILES);
      const env = cleanEnv(folder);
      mkdirSync(env['XDG_STATE_HOME'] ?? '', { recursive: true });
      coo(repo, env, ['init', '--yes']);
      await grant(repo, workers);
      writeFileSync(join(repo, '_plans/coo.yaml'), JSON.stringify({ version: 1, seats: [{ seat: 'dev', count: workers, roles: ['developer'], harness: 'shell' }], limits: { workers } }));
      const beater = spawn(process.execPath, [join(import.meta.dirname, '../work/beater.ts'), repo, 'wide', String(workers), String(BEAT_MS)], { stdio: ['ignore', 'pipe', 'inherit'], env });
      const manager = going(process.execPath, [BIN, 'run', '--json'], repo, env);
      try {
        await new Promise((resolve) => beater.stdout.once('data', resolve));
        const world = await openWorld(repo);
        const session = await LedgerSession.open(world, 'all');
        await until('every worker to be known', async () => {
          await session.refresh();
          return [...session.state.claims.values()].filter(({ worker }) => worker !== null).length === workers ? true : undefined;
        });
        await world.git.close();
        if (!quick) await sleep(COME_TO_REST_MS);
        const value = await shareOfCore(manager.pid, quick ? 1_000 : 30_000);
        const [begun, now] = [session.seq, Number(gitIn(repo, ['rev-list', '--count', 'coo/ledger']))];
        return { value, note: `${String(workers)} claims, a beat every ${String(BEAT_MS / 1_000)} s each; ${String(now - begun)} entries meanwhile` };
      } finally {
        await manager.stop();
        beater.kill('SIGKILL');
      }
    }),
};

/** A plan all of whose steps were granted under a manager that left. */
async function grant(repo: string, workers: number): Promise<void> {
  const world = await openWorld(repo);
  const session = await LedgerSession.open(world, 'all');
  const at_ms = world.clock.now();
  const hex = (bytes: number): string => world.random.hex(bytes);
  const seats = Array.from({ length: workers }, (_, at) => ({ seat: `dev-${String(at + 1)}`, group: 'dev', roles: ['developer'], harness: 'shell' as const }));
  const steps = Array.from({ length: workers }, (_, at) => ({ step_id: `step-${String(at)}`, objective: `do part ${String(at)}`, commands: ['true'], outputs: [`out/${String(at)}.txt`] }));
  await publish(session, [
    { input: { type: 'organise', digest: hex(32), org: { ...orgOf(seats), limits: { ...DEFAULT_LIMITS, workers } }, at_ms } },
    submitOf({ plan_id: 'wide', title: 'Many at once', target: 'main', integrate: 'none', steps }, gitIn(repo, ['rev-parse', 'main']), at_ms),
    { input: { type: 'begin', manager: 'bench', after: 0, at_ms } },
  ]);
  await publish(session, steps.map(() => ({ input: { type: 'assign' as const, epoch: 1, nonce: hex(16), token_sha256: hex(32), at_ms } })));
  await publish(session, [{ input: { type: 'end', epoch: 1, at_ms } }]);
  await world.git.close();
}
