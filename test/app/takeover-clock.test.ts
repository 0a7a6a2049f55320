// That a manager hangs is told by an observer's own monotonic time alone.
import { expect, it } from 'vitest';
import { Beat } from '../../src/app/manager/beat.ts';
import { beginEpoch } from '../../src/app/manager/epoch.ts';
import { LedgerSession } from '../../src/app/ledger/session.ts';
import type { LogLine } from '../../src/ports/log.ts';
import { FakeRepo } from '../support/fake-world.ts';
import { org } from '../support/state-builder.ts';

const LEASE_MS = 80_000;
const DAY_MS = 86_400_000;

/** A repository whose manager beat once and lives, and another that wants to begin, with a monotonic time that a test can move alone. */
async function besideOne(): Promise<{ readonly repo: FakeRepo; readonly beat: Beat; readonly said: LogLine[]; readonly outcome: () => string; readonly pause: (ms: number) => void }> {
  const repo = await FakeRepo.founded(org());
  const first = repo.process();
  const { signal } = new AbortController();
  const epoch = await beginEpoch(await LedgerSession.open(first, 'all'), { log: first.log, signal });
  const beat = new Beat(first, epoch, LEASE_MS);
  await beat.begin();
  repo.clock.jump(DAY_MS);
  let paused = 0;
  const second = repo.process();
  const clock = { ...repo.clock, monotonic: () => repo.clock.monotonic() + paused };
  const said: LogLine[] = [];
  let outcome = 'waits';
  const begun = beginEpoch(await LedgerSession.open({ ...second, clock }, 'all'), { log: { say: (line) => void said.push(line) }, leaseMs: LEASE_MS, signal });
  begun.then(
    (number) => (outcome = `epoch ${String(number)}`),
    (cause: unknown) => (outcome = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)),
  );
  await repo.clock.advance(0);
  return { repo, beat, said, outcome: () => outcome, pause: (ms) => void (paused += ms) };
}

it('a wall clock that jumps a day only makes it look; one beat, and the other is left alone', async () => {
  const { repo, beat, said, outcome } = await besideOne();
  expect(said.map(({ code }) => code)).toEqual(['manager.hangs']);
  await repo.clock.advance(LEASE_MS - 2_000);
  expect(outcome()).toBe('waits');
  await beat.beat();
  await repo.clock.advance(2_000);
  expect(outcome()).toBe('MANAGED');
});

it('a pause of its own counts as a moment; a lease without a beat, and it takes over', async () => {
  const { repo, said, outcome, pause } = await besideOne();
  await repo.clock.advance(LEASE_MS / 2);
  pause(10 * LEASE_MS);
  await repo.clock.advance(LEASE_MS / 2 - 4_000);
  expect(outcome()).toBe('waits');
  await repo.clock.advance(4_000);
  expect(outcome()).toBe('epoch 2');
  expect(said.map(({ code }) => code)).toEqual(['manager.hangs', 'manager.replaced']);
});
