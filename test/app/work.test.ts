// A worker process for one seat says what keeps it from work: whom it waits for, and that a seat is not for processes.
import { expect, it } from 'vitest';
import { byHand } from '../../src/app/operations/by-hand.ts';
import { startPlan } from '../../src/app/operations/plans.ts';
import { work } from '../../src/app/operations/work.ts';
import { wireWorld } from '../../src/bin/wire.ts';
import type { LogLine } from '../../src/ports/log.ts';
import { once } from '../support/plans.ts';
import { inWorld } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';

/** Works as a seat until so many lines are said; returns them. */
async function heard(world: RealWorld, seat: string, lines: number): Promise<readonly LogLine[]> {
  const said: LogLine[] = [];
  const leave = new AbortController();
  const whole = await wireWorld(world.folder, world.env, { say: (line) => void (said.push(line) >= lines && leave.abort()) }, [process.execPath]);
  try {
    await work(whole, { seat, version: 'test', once: false, signal: leave.signal, onResult: () => undefined });
    return said;
  } finally {
    await whole.work.close();
    await whole.git.close();
  }
}

it.each(['you', 'me-1'])('a person\'s seat (%s) is refused, and the command for people is named', async (seat) => {
  await inWorld({}, async (world) => {
    await expect(heard(world, seat, 1)).rejects.toMatchObject({ code: 'SEAT_UNFIT', exit: 3, fix: `coo next --seat ${seat}` });
  });
});

it('says that it waits, and for want of a manager', async () => {
  await inWorld({}, async (world) => {
    expect(await heard(world, 'dev-1', 1)).toMatchObject([{ level: 'warn', code: 'work.waits', message: expect.stringMatching(/nothing is ready for dev-1, and no manager is at work.*\n {2}fix: .*coo run/) as string }]);
  });
});

it('says that another works as its seat', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('a', 'true')] });
    expect(await startPlan(await world.another(), 'p', 'test')).toMatchObject({ ok: true });
    await byHand(await world.another(), { type: 'claim', plan_id: 'p', step_id: 'a', seat: 'dev-1', nonce: 'other', token_sha256: '0'.repeat(64), kind: 'held', at_ms: Date.now() });
    expect(await heard(world, 'dev-1', 1)).toMatchObject([{ level: 'warn', code: 'work.waits', message: expect.stringContaining('dev-1 holds p/a') as string }]);
  });
});
