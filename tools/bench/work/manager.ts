import { mkdirSync, renameSync, linkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LedgerSession } from '../../../src/app/ledger/session.ts';
import type { LedgerWorld } from '../../../src/app/world.ts';
import { openWorld } from './home.ts';
import { BIN, cleanEnv, coo, gitIn, going, packedRepo, until } from './scratch.ts';
import type { Going } from './scratch.ts';

/** A repository with a manager at work in it. */
export interface Managed {
  readonly repo: string;
  readonly world: LedgerWorld;
  readonly session: LedgerSession;
  readonly pid: number;
  /** Drops a plan into `_plans`, whole and at once: linked in. */
  readonly drop: (plan: Readonly<Record<string, unknown>> & { readonly plan_id: string }) => void;
  /** Waits until the ledger says that a plan ended. */
  readonly done: (plan_id: string) => Promise<void>;
  /** SIGKILL for the manager, and another in its place at once. */
  readonly replace: () => void;
}

/** Gives `use` a repository of `files` files, set up by `coo init`, with `coo run` going; stops it afterwards. */
export async function managed<T>(folder: string, files: number, use: (at: Managed) => Promise<T>, path?: string): Promise<T> {
  const repo = join(folder, 'repo');
  packedRepo(repo, files);
  const env = cleanEnv(folder, path);
  mkdirSync(env['XDG_STATE_HOME'] ?? '', { recursive: true });
  coo(repo, env, ['init', '--yes']);
  gitIn(repo, ['repack', '-a', '-d', '-q']);
  const start = (): Going => going(process.execPath, [BIN, 'run', '--json'], repo, env);
  let manager = start();
  const world = await openWorld(repo);
  try {
    const session = await LedgerSession.open(world, 'all');
    await until('a manager', async () => {
      await session.refresh();
      return session.state.epoch === null ? undefined : true;
    });
    return await use({
      repo,
      world,
      session,
      pid: manager.pid,
      replace() {
        manager.kill();
        manager = start();
      },
      drop(plan) {
        const made = join(folder, `${plan.plan_id}.json`);
        writeFileSync(made, JSON.stringify(plan));
        const whole = join(repo, '_plans', `.${plan.plan_id}`);
        renameSync(made, whole);
        linkSync(whole, join(repo, '_plans', `${plan.plan_id}.plan.json`));
        unlinkSync(whole);
      },
      async done(plan_id) {
        await until(`the end of ${plan_id}`, async () => {
          await session.refresh();
          const made = session.state.plans.get(plan_id);
          return made !== undefined && made.counts.done === made.steps.size ? true : undefined;
        });
      },
    });
  } finally {
    await world.git.close();
    await manager.stop();
  }
}
