import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { fixture } from '../support/programs.ts';
import { blob, commitOf, EMPTY_TREE, openRealStore, scratchFolder, type TestRepo, testRepo } from '../support/repo.ts';

const scratch = scratchFolder('git-store-kill');
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const LEDGER = 'refs/heads/coo/ledger';
const SEEN = 'refs/coo/seen';
const appender = fixture('git-store-appender');

interface Ran {
  readonly output: string;
  readonly code: number | null;
}

/** As many blobs with each commit as make it a pack. */
const FOR_A_PACK = 60;

/** Runs an appender; `kill` is called once with its pid, when it has acknowledged `acks` and `spins` more turns of our loop have passed. */
function append(repo: TestRepo, count: number, kill?: { readonly acks: number; readonly spins: number; readonly how: (pid: number) => void }, blobs = 1): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [appender, repo.folder, String(count), String(blobs)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    let begun = false;
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (kill === undefined || begun || output.split('\n').length <= kill.acks) return;
      begun = true;
      let left = kill.spins;
      const turn = (): void => void (left-- > 0 ? setImmediate(turn) : kill.how(child.pid ?? 0));
      turn();
    });
    child.once('close', (code) => resolve({ output, code }));
  });
}

/** The ids that an appender said were done. */
function acknowledged({ output }: Ran): readonly string[] {
  return output.split('\n').flatMap((line) => (/^done ([0-9a-f]{40})$/.exec(line) ?? []).slice(1));
}

/** Kills the process, then every git child that works on the repository: at once, as a dying machine would. */
function killAll(repo: TestRepo, pid: number): void {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(`GIT_DIR=${repo.gitDir}\0`));
  for (const one of [...children.map(Number), pid]) {
    try {
      process.kill(one, 'SIGKILL');
    } catch (error) {
      // It may have ended by itself in between.
      expect((error as NodeJS.ErrnoException).code).toBe('ESRCH');
    }
  }
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch (error) {
    return error instanceof Error ? '' : String(error);
  }
}

/** Everything acknowledged is in the chain, the objects are whole, and the next swap works. */
async function checkWhole(repo: TestRepo, done: readonly string[]): Promise<readonly string[]> {
  const store = await openRealStore(repo.folder);
  const next = async (): Promise<unknown> => {
    const ledger = await store.ref(LEDGER);
    const seen = await store.ref(SEEN);
    const [, id = ''] = await store.write([EMPTY_TREE, commitOf(store, `after ${ledger ?? ''}`, ledger), blob('x')]);
    return store.swap([{ ref: LEDGER, before: ledger, after: id }, { ref: SEEN, before: seen, after: id }]);
  };
  const first = await next();
  // The git child of who was killed outlives it for a moment, and may move the refs in between.
  expect(isDeepStrictEqual(first, { kind: 'lost' }) ? await next() : first).toEqual({ kind: 'done' });
  expect(repo.git('fsck', '--full', '--strict', '--no-dangling')).not.toMatch(/missing|broken|error/);
  const chain = new Set(repo.git('rev-list', LEDGER).split('\n'));
  expect(done.filter((one) => !chain.has(one))).toEqual([]);
  const mended = store.mended();
  await store.close();
  return mended;
}

describe('appenders that race', () => {
  it('each value is left by exactly one of eight processes', async () => {
    const repo = testRepo(scratch);
    const done = (await Promise.all(Array.from({ length: 8 }, () => append(repo, 15)))).flatMap((ran) => acknowledged(ran));
    expect(done).toHaveLength(8 * 15);
    expect(new Set(repo.git('rev-list', LEDGER).split('\n'))).toEqual(new Set(done));
  });

  it('and pack at the same time, losing nothing', async () => {
    const repo = testRepo(scratch);
    const packer = await openRealStore(repo.folder);
    const runs = Array.from({ length: 3 }, () => append(repo, 60));
    let going = true;
    const all = Promise.all(runs).finally(() => (going = false));
    while (going) {
      await packer.pack(20);
      repo.git('pack-refs', '--all');
    }
    const done = (await all).flatMap((ran) => acknowledged(ran));
    expect(done).toHaveLength(180);
    await packer.close();
    await checkWhole(repo, done);
  });
});

describe.runIf(process.platform === 'linux')('a kill at any moment', () => {
  const ROUNDS = 60;

  it('of the process: refs and objects are whole, the next swap works', async () => {
    const repo = testRepo(scratch);
    const done: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      done.push(...acknowledged(await append(repo, 1000, { acks: 1 + (round % 3), spins: round * 53, how: (pid) => process.kill(pid, 'SIGKILL') })));
      await checkWhole(repo, done);
    }
    expect(done.length).toBeGreaterThanOrEqual(ROUNDS);
  });

  it('of a process that writes packs: the same, and every pack that git sees is whole', async () => {
    const repo = testRepo(scratch);
    const done: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      done.push(...acknowledged(await append(repo, 1000, { acks: round % 3, spins: round * 53, how: (pid) => process.kill(pid, 'SIGKILL') }, FOR_A_PACK)));
      await checkWhole(repo, done);
    }
    const indices = readdirSync(join(repo.gitDir, 'objects/pack')).filter((name) => name.endsWith('.idx'));
    expect(indices.length).toBeGreaterThanOrEqual(done.length);
    repo.git('verify-pack', ...indices.map((name) => join(repo.gitDir, 'objects/pack', name)));
  });

  it('of the process and its git: the same, and the locks left are removed', async () => {
    const repo = testRepo(scratch);
    const done: string[] = [];
    const mended: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      done.push(...acknowledged(await append(repo, 1000, { acks: 1 + (round % 3), spins: round * 53, how: (pid) => killAll(repo, pid) })));
      mended.push(...(await checkWhole(repo, done)));
    }
    expect(done.length).toBeGreaterThanOrEqual(ROUNDS);
    expect(mended.filter((ref) => ref !== LEDGER && ref !== SEEN)).toEqual([]);
    expect(readdirSync(join(repo.gitDir, 'coo/appenders'))).toEqual([]);
  });
});
