// A ledger's move to another clone, and what each of them may do then.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { gitHandover } from '../../src/adapters/handover/git-handover.ts';
import { operatorRepo } from '../../src/adapters/operator/operator-repo.ts';
import { requireHome } from '../../src/app/ledger/home.ts';
import { LedgerSession } from '../../src/app/ledger/session.ts';
import { byHand } from '../../src/app/operations/by-hand.ts';
import { moveHome } from '../../src/app/operations/move-home.ts';
import { verify } from '../../src/app/verify/verify.ts';
import type { LedgerWorld } from '../../src/app/world.ts';
import { once } from './plans.ts';
import { fixture } from './programs.ts';
import { inWorld, outputOf } from './real-world.ts';
import type { RealWorld } from './real-world.ts';
import { gitSplittingRefs } from './split-git.ts';

const MOVER = fixture('app-mover');
export const NOTE = { type: 'note', by: 'test', text: 'hello', at_ms: 1 } as const;
/** What only one of the two transactions of a move has: the entry's, in the clone that is left, or the handover's, in the one that takes over. */
export const [ENTRY, HANDOVER] = ['update refs/heads/coo/ledger', 'update refs/heads/coo/p '];
export type Pass = <T extends object>(port: T) => T;

export function cloned(world: RealWorld, name = 'clone'): string {
  const folder = join(world.scratch, name);
  world.repo.git('clone', '-q', '--no-local', world.folder, folder);
  return folder;
}

/** Moves the home from one folder to another, as a process of its own. */
export async function move(world: RealWorld, from: string, to: string, pass: Pass = (port) => port): Promise<Awaited<ReturnType<typeof moveHome>>> {
  const passed = (at: LedgerWorld): LedgerWorld => ({ ...at, files: pass(at.files), git: pass(at.git) });
  const [here, there] = [passed(await world.another(from)), passed(await world.another(to))];
  const handover = pass(gitHandover({ gitDir: there.layout.common, searchPath: world.env['PATH'] ?? '' }));
  try {
    return await moveHome(here, { there, handover, init: { operator: operatorRepo(to, there.layout.common), assets: new Map() }, by: 'op', reason: 'a new machine' });
  } finally {
    for (const { git } of [here, there]) await git.close();
  }
}

/** The code with which an append is refused in a folder; undefined when it is not. */
export async function refusedIn(world: RealWorld, folder: string): Promise<unknown> {
  const at = await world.another(folder);
  try {
    const session = await LedgerSession.open(at, 'asked');
    await requireHome(at, session.home, session.state);
    return undefined;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause) return cause.code;
    throw cause;
  } finally {
    await at.git.close();
  }
}

export async function codeOf(act: Promise<unknown>): Promise<unknown> {
  return act.then((value) => (typeof value === 'object' && value !== null && 'rejection' in value ? (value.rejection as { readonly code: string }).code : undefined), (cause: unknown) => (cause instanceof Error && 'code' in cause ? cause.code : cause));
}

export async function findings(world: RealWorld, folder: string): Promise<unknown> {
  const at = await world.another(folder);
  return (await verify(at)).findings;
}

/** SIGKILL in the transaction that has this line, when so many of its refs are moved: at most one clone can append, and the command again finishes it. */
export async function killedInTheMiddle(match: string, moved: number): Promise<void> {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', integrate: 'none', steps: [once('s', 'echo x > x.txt', { outputs: ['x.txt'] })] });
    expect(await world.run()).toBe(0);
    const folder = cloned(world);
    const git = gitSplittingRefs(join(world.scratch, 'git'), moved, true, match);
    const child = world.start([MOVER, world.folder, folder], { PATH: git.searchPath });
    const signal = await new Promise((resolve) => void child.once('close', (_code, name) => resolve(name)));
    expect([signal, outputOf(child), existsSync(join(git.folder, 'armed'))]).toEqual(['SIGKILL', '', false]);
    const refusals = [await refusedIn(world, world.folder), await refusedIn(world, folder)];
    expect(refusals.filter((code) => code === undefined).length).toBeLessThanOrEqual(1);
    expect(await move(world, world.folder, folder)).toMatchObject({ ok: true });
    expect([await refusedIn(world, world.folder), await refusedIn(world, folder)]).toEqual(['HOME_MOVED', undefined]);
    const refs = (at: string): string => world.repo.git('-C', at, 'for-each-ref', '--format=%(refname) %(objectname)', 'refs/coo', 'refs/heads/coo');
    expect(refs(folder)).toBe(refs(world.folder));
    expect(await findings(world, folder)).toEqual([]);
    expect(await codeOf(byHand(await world.another(folder), NOTE))).toBeUndefined();
    expect((await world.fresh()).state.home).toBe(folder);
  });
}
