// Who is lost is told by an observer's own monotonic time alone.
import { expect, it } from 'vitest';
import { Liveness } from '../../src/app/manager/liveness.ts';
import type { Desk } from '../../src/app/manager/shared.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { plan, World } from '../support/state-builder.ts';

/** A manager's desk with one held claim, over a clock that a test moves. */
function deskWith(kernel: World): { readonly desk: Desk; readonly clock: ReturnType<typeof fakeClock> } {
  const clock = fakeClock();
  const desk = { world: { clock }, session: { state: kernel.state }, epoch: 1, worktrees: [], version: 'test', signal: new AbortController().signal } as unknown as Desk;
  return { desk, clock };
}

const DAY_MS = 86_400_000;

it('a wall clock that jumps a day, either way, takes nothing from anybody; a lease of monotonic time does', async () => {
  const kernel = World.started().submit(plan('p', ['s']));
  const { lease_ms } = kernel.claim('p/s');
  const { desk, clock } = deskWith(kernel);
  const liveness = new Liveness(desk);
  expect(await liveness.scan()).toEqual([]);
  clock.jump(DAY_MS);
  expect(await liveness.scan()).toEqual([]);
  clock.jump(-2 * DAY_MS);
  expect(await liveness.scan()).toEqual([]);
  const slices = Math.ceil(lease_ms / 10_000);
  for (let at = 1; at < slices; at++) {
    await clock.advance(10_000);
    expect(await liveness.scan()).toEqual([]);
  }
  await clock.advance(10_000);
  expect(await liveness.scan()).toMatchObject([{ input: { type: 'ran_out', plan_id: 'p', step_id: 's', fence: 1 } }]);
});

it('a pause of the observer’s own says nothing about others: all timers start again', async () => {
  const kernel = World.started().submit(plan('p', ['s']));
  const { lease_ms } = kernel.claim('p/s');
  const { desk, clock } = deskWith(kernel);
  const liveness = new Liveness(desk);
  await liveness.scan();
  await clock.advance(lease_ms * 2);
  expect(await liveness.scan()).toEqual([]);
});
