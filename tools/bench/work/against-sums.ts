import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LedgerSession } from '../../../src/app/ledger/session.ts';
import { interleave } from '../interleave.ts';
import type { Measured } from '../row.ts';
import { openWorld } from './home.ts';
import { madeLedger } from './made-ledger.ts';
import type { Shape } from './made-ledger.ts';
import { cleanEnv, coo, gitIn, inScratch } from './scratch.ts';

let measured: Promise<Measured> | undefined;

/** 100,000 receipts in entries of many inputs. `coo verify` has one way to go, so that two rows ask the same and wait for different ratios: measured once. */
export function verifyReceipts(quick: boolean): Promise<Measured> {
  const receipts = quick ? 200 : 100_000;
  measured ??= verifyAgainstSums({ name: `receipts-${String(receipts)}`, receipts, atOnce: 500 }, quick ? 1 : 3);
  return measured;
}

/** `coo verify` of a ledger against `sha256sum` over the same files, in ms. `rounds` of each side count. */
export function verifyAgainstSums(shape: Shape, rounds: number): Promise<Measured> {
  return inScratch('verify', async (folder) => {
    const repo = join(folder, 'repo');
    const made = await madeLedger(shape, repo);
    const world = await openWorld(repo);
    const session = await LedgerSession.open(world, 'all');
    await session.cache();
    await world.git.close();
    // As in a clone: no home, and no mirror in the worktree, so that both sides read each file once.
    rmSync(join(repo, '.git', 'coo', 'home.json'));
    const files = join(folder, 'files');
    mkdirSync(files);
    gitIn(repo, ['--work-tree', files, 'restore', '--source=coo/ledger', '--worktree', '--', ':/']);
    const list = readdirSync(files, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const env = cleanEnv(folder);
    const times = await interleave({ coo: () => coo(repo, env, ['verify']), sums: () => sums(files, `${list.join('\0')}\0`) }, rounds);
    return { value: times.coo.p50, floor: times.sums.p50, ratio: times.coo.p50 / times.sums.p50, note: `${String(list.length)} files: ${String(made.receipts)} receipts, their orders, ${String(made.entries)} entries with ${String(made.events)} events` };
  });
}

function sums(folder: string, names: string): void {
  const { status, stderr } = spawnSync('xargs', ['-0', 'sha256sum', '--'], { cwd: folder, input: names, maxBuffer: 1 << 30 });
  if (status !== 0) throw new Error(`sha256sum: ${String(stderr)}`);
}
