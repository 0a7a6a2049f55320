import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { due, nextTimer } from '../../src/kernel/due.ts';
import type { Command } from '../../src/kernel/state.ts';
import { BASE, finding, finishedOf, judgedOf, of, org, REASON, seat, World } from '../support/state-builder.ts';
import type { Told } from '../support/state-builder.ts';
import { plans } from './schedule.ts';

/** Each attempt's fate, and which of the owed effects comes next, by chance; but no step goes wrong more often than it may. */
const LUCK = fc.array(fc.nat(99), { minLength: 40, maxLength: 200 });
const RETRIES = 3;
const LOSSES = 3;

const made = org({
  seats: [seat('dev-1', { group: 'dev' }), seat('dev-2', { group: 'dev' }), seat('ba', { roles: ['ba', 'developer'] }), seat('you', { harness: 'person' })],
  limits: { workers: 2, retries: RETRIES, losses: LOSSES, backoff_ms: 1_000 },
  breaker: { failures: 2, cooldown_ms: 60_000 },
});

/** A manager, its workers and one person, in 60 lines: does what is owed until nothing is. */
class Driver {
  readonly world: World;
  private readonly luck: readonly number[];
  private drawn = 0;

  constructor(world: World, luck: readonly number[]) {
    this.world = world;
    this.luck = luck;
  }

  run(): void {
    for (let turn = 0; turn < 5_000; turn++) {
      this.world.tell({ type: 'take', seat: 'you', nonce: 'n', token_sha256: 't', kind: 'held' });
      const granted = !('code' in this.world.tell(this.world.assignment()));
      const owed = due(this.world.state);
      const held = [...this.world.state.claims.values()].filter(({ kind, reported }) => kind === 'held' && reported === null);
      const working = [...this.world.state.claims.values()].filter(({ kind, reported, worker }) => kind === 'beating' && reported === null && worker !== null);
      const next: readonly (() => void)[] = [
        ...owed.map((command) => () => this.perform(command)),
        ...held.map((claim) => () => this.world.yes({ type: 'done', ...of(claim), commit: BASE })),
        ...working.map((claim) => () => this.world.yes(this.outcome(claim.plan_id, claim.step_id, claim.fence))),
      ];
      const todo = next[this.draw() % Math.max(1, next.length)];
      if (todo !== undefined) todo();
      else if (nextTimer(this.world.state) !== null) this.world.waitForTimer();
      else if (!granted) return;
    }
    throw new Error('it never came to rest');
  }

  private draw(): number {
    this.drawn += 1;
    return this.luck[this.drawn % this.luck.length] ?? 0;
  }

  private perform(command: Command): void {
    const { world } = this;
    switch (command.kind) {
      case 'start':
        world.started(command);
        return;
      case 'stop':
        world.stopped(command);
        return;
      case 'judge': {
        const one = world.step(`${command.plan_id}/${command.step_id}`);
        const bad = this.draw() < 20 && one.failures < RETRIES;
        world.yes(judgedOf(command, command.plan_tip, bad ? { kind: 'refused', findings: [finding()] } : { kind: 'accepted', plan_after: world.commit() }));
        return;
      }
      case 'integrate':
        if (this.draw() < 30) world.tell({ type: 'integration_blocked', plan_id: command.plan_id, code: 'DIRTY', message: 'm', paths: [] });
        else if (command.how === 'pull_request' && this.draw() < 50) world.yes({ type: 'awaiting_merge', plan_id: command.plan_id });
        else world.integrate(command.plan_id);
        return;
      default:
        command satisfies never;
    }
  }

  private outcome(plan_id: string, step_id: string, fence: number): Told {
    const at = { plan_id, step_id, fence };
    const one = this.world.step(`${plan_id}/${step_id}`);
    const luck = this.draw();
    if (luck < 15 && one.losses + 1 < LOSSES) return { type: 'lost', ...at, why: 'gone', receipt: 'r' };
    if (luck < 20) return { type: 'release', ...at, reason: 'r' };
    if (luck < 25) return finishedOf(at, 'cancelled');
    if (luck < 45 && one.failures < RETRIES) return finishedOf(at, luck % 2 === 0 ? 'failed' : 'timed_out', [finding()]);
    return finishedOf(at, 'passed');
  }
}

it('a plan whose steps all succeed in the end is done in the end, whatever happens on the way', () => {
  let trips = 0;
  const property = fc.property(plans, LUCK, (all, luck) => {
    const world = World.started(made).submit(...all);
    new Driver(world, luck).run();
    for (const [plan_id, { integration }] of world.state.plans) if (integration.kind === 'awaiting_merge') world.integrate(plan_id);
    expect(all.map(({ plan_id }) => `${plan_id} ${world.status(plan_id)}`)).toEqual(all.map(({ plan_id }) => `${plan_id} done`));
    expect(due(world.state)).toEqual([]);
    expect([...world.state.seats.values()].filter(({ claim }) => claim !== null)).toEqual([]);
    expect([world.state.claims.size, world.state.workers]).toEqual([0, 0]);
    trips += world.events.filter(({ type }) => type === 'breaker.opened').length;
  });
  fc.assert(property, { seed: 21, numRuns: 800 });
  expect(trips).toBeGreaterThan(20);
});

it('one step that fails for good leaves its plan failed, and the rest of the work done', () => {
  const property = fc.property(plans, LUCK, (all, luck) => {
    const world = World.started(made).submit(...all);
    world.yes({ type: 'override', plan_id: 'p0', step_id: 's0', to: 'failed', ...REASON });
    new Driver(world, luck).run();
    expect(world.status('p0')).toBe('failed');
    for (const { plan_id, integrate } of all.slice(1)) if (integrate !== 'pull_request') expect(world.status(plan_id)).toBe('done');
  });
  fc.assert(property, { seed: 22, numRuns: 100 });
});
