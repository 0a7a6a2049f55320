// Many processes, one ledger: nothing is lost, nothing is granted twice, and whoever cannot get through says so.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { Failure } from '../../src/app/failure.ts';
import { LedgerSession } from '../../src/app/ledger/session.ts';
import { beginEpoch } from '../../src/app/manager/epoch.ts';
import { applyByHand, byHand } from '../../src/app/operations/by-hand.ts';
import { claim } from '../../src/app/operations/claim.ts';
import { startPlan } from '../../src/app/operations/plans.ts';
import { verify } from '../../src/app/verify/verify.ts';
import { step } from '../../src/app/step.ts';
import type { LedgerWorld } from '../../src/app/world.ts';
import type { GitStore } from '../../src/ports/git-store.ts';
import { byHand as handStep, once } from '../support/plans.ts';
import { judgeRace, saidBy, startClaimer, untilEnded } from '../support/race.ts';
import { inWorld } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';

const SILENT = { say: () => undefined };
const NOTE = { type: 'note', by: 'test', text: 'hello', at_ms: 1 } as const;

/** The world with its git swapped for one that does something first. */
function withSwap(world: LedgerWorld, swap: (real: GitStore) => GitStore['swap']): LedgerWorld {
  const git: GitStore = Object.create(world.git, { swap: { value: swap(world.git) } }) as GitStore;
  return { ...world, git };
}

async function failureOf(act: Promise<unknown>): Promise<Failure> {
  try {
    await act;
  } catch (cause) {
    if (cause instanceof Failure) return cause;
    throw cause;
  }
  throw new Error('it did not fail');
}

async function withHandPlan(world: RealWorld, steps: readonly string[]): Promise<void> {
  world.plan({ plan_id: 'crowd', steps: steps.map((id) => handStep(id)) });
  expect(await startPlan(world.world, 'crowd', 'test')).toMatchObject({ ok: true });
}

it('a manager at work and ten claimers at once: no lost entry, no double grant', async () => {
  await inWorld({ limits: { workers: 2 } }, async (world) => {
    await withHandPlan(world, ['a', 'b', 'c']);
    world.plan({ plan_id: 'shell', steps: Array.from({ length: 6 }, (_, at) => once(`s${String(at)}`, `echo $COO_ORDER >> '${world.out('ran')}'`)) });
    const manager = world.manager('stopped');
    const claimers = Array.from({ length: 10 }, (_, at) => startClaimer(world, `me-${String(at + 1)}`, 'crowd', ['a', 'b', 'c'], 6));
    await untilEnded(claimers);
    await world.untilPlan('shell', (plan) => plan.integration.kind === 'done');
    await manager.drain();
    expect(claimers.map((child) => child.exitCode)).toEqual(claimers.map(() => 0));
    const { grants, refusals } = await judgeRace(world, claimers.flatMap((child) => saidBy(child)), []);
    expect(grants + refusals).toBe(60);
    expect(world.lines('ran')).toHaveLength(6);
    const session = await world.fresh();
    expect(world.repo.git('rev-list', '--count', 'coo/ledger')).toBe(String(session.seq));
    expect((await verify(world.world)).findings).toEqual([]);
  });
});

it('a lost swap is decided anew: refused where another was faster, granted where the other did something else', async () => {
  await inWorld({}, async (world) => {
    await withHandPlan(world, ['a', 'b']);
    const other = await world.another();
    const races = async (first: () => Promise<unknown>): Promise<LedgerWorld> => {
      let raced = false;
      return Promise.resolve(
        withSwap(await world.another(), (real) => async (changes) => {
          if (!raced) await first();
          raced = true;
          return real.swap(changes);
        }),
      );
    };
    const beaten = await races(() => claim(other, { plan_id: 'crowd', step_id: 'a', seat: 'me-1', nonce: 'nonce-of-me-1' }));
    expect(await claim(beaten, { plan_id: 'crowd', step_id: 'a', seat: 'me-2', nonce: 'nonce-of-me-2' })).toMatchObject({ ok: false, rejection: { code: 'CLAIM_HELD' } });
    const beside = await races(() => byHand(other, NOTE));
    expect(await claim(beside, { plan_id: 'crowd', step_id: 'b', seat: 'me-2', nonce: 'nonce-of-me-2' })).toMatchObject({ ok: true, claimed: { fence: 1 } });
    expect((await world.events()).slice(-2).map(({ type }) => type)).toEqual(['noted', 'step.claimed']);
  });
});

it('a ref that stays locked by a stranger, and swaps that are always lost, end in exit 75 with nothing appended', async () => {
  await inWorld({}, async (world) => {
    const { seq } = await world.session();
    const lock = join(world.repo.gitDir, 'refs/heads/coo/ledger.lock');
    writeFileSync(lock, '');
    expect(await failureOf(byHand(await world.another(), NOTE))).toMatchObject({ code: 'REF_LOCKED', exit: 75 });
    expect(readFileSync(lock, 'utf8')).toBe('');
    rmSync(lock);
    const never = withSwap(await world.another(), () => () => Promise.resolve({ kind: 'lost' }));
    const session = await LedgerSession.open(never, 'all');
    expect(await failureOf(step(session, () => [{ input: NOTE }], { writer: 'test', withinMs: 0 }))).toMatchObject({ code: 'TRY_AGAIN', exit: 75 });
    expect((await world.session()).seq).toBe(seq);
    expect(await byHand(await world.another(), NOTE)).toMatchObject({ ok: true });
    expect((await world.session()).seq).toBe(seq + 1);
  });
});

it('what was lost is not in the state of who lost it', async () => {
  await inWorld({}, async (world) => {
    await withHandPlan(world, ['a']);
    let left = 1;
    const slow = withSwap(await world.another(), (real) => async (changes) => (left-- > 0 ? { kind: 'lost' } : real.swap(changes)));
    const session = await LedgerSession.open(slow, 'all');
    const ask = { type: 'claim', plan_id: 'crowd', step_id: 'a', seat: 'me-1', nonce: 'nonce-of-me-1', token_sha256: 'ab'.repeat(32), kind: 'held', at_ms: 1 } as const;
    expect(await applyByHand(session, ask)).toMatchObject({ ok: true, events: [{ type: 'step.claimed', fence: 1 }] });
    expect(session.seq).toBe((await world.session()).seq);
  });
});

it('a branch of a plan that somebody else moved stops what would build on it, and the ledger stays', async () => {
  await inWorld({}, async (world) => {
    const { head } = await world.session();
    const file = join(world.folder, '_plans/x.plan.json');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify({ plan_id: 'x', title: 'x', steps: [{ step_id: 'a', objective: 'a', commands: ['true'] }] }));
    const strange = world.repo.git('commit-tree', '-m', 'strange', 'HEAD^{tree}');
    const raced = withSwap(await world.another(), (real) => async (changes) => {
      if (changes.some(({ ref }) => ref.endsWith('/x'))) world.repo.git('update-ref', 'refs/heads/coo/x', strange);
      return real.swap(changes);
    });
    expect(await failureOf(startPlan(raced, 'x', 'test'))).toMatchObject({ code: 'BRANCH_MOVED' });
    expect(world.repo.git('rev-parse', 'coo/x', 'coo/ledger')).toBe(`${strange}\n${head ?? ''}`);
    expect(await startPlan(world.world, 'x', 'test')).toMatchObject({ ok: false, rejection: { code: 'PLAN_ID_TAKEN' } });
  });
});

it('a publish that was lost because somebody took over is told so, also where they moved its branch', async () => {
  await inWorld({}, async (world) => {
    const main = { ref: 'refs/heads/main', before: world.repo.git('rev-parse', 'main') };
    const next = world.repo.git('commit-tree', '-p', main.before, '-m', 'theirs', `${main.before}^{tree}`);
    const mine = withSwap(await world.another(), (real) => async (changes) => {
      const taken = await beginEpoch(await LedgerSession.open(other, 'all'), { log: SILENT, takeover: true, signal: new AbortController().signal });
      expect([taken, await other.git.swap([{ ...main, after: next }])]).toEqual([2, { kind: 'done' }]);
      return real.swap(changes);
    });
    const other = await world.another();
    const session = await LedgerSession.open(mine, 'all');
    const begun = await beginEpoch(await LedgerSession.open(other, 'all'), { log: SILENT, signal: new AbortController().signal });
    await session.refresh();
    const offer = { input: NOTE, refs: [{ ...main, after: world.repo.git('commit-tree', '-p', main.before, '-m', 'mine', `${main.before}^{tree}`) }] };
    expect(await failureOf(step(session, () => [offer], { writer: 'manager', withinMs: 5_000, epoch: begun }))).toMatchObject({ code: 'EPOCH_OLD', exit: 75 });
    expect((await world.events()).filter(({ type }) => type === 'noted')).toEqual([]);
  });
});
