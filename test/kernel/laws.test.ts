import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { decide } from '../../src/kernel/decide.ts';
import { due } from '../../src/kernel/due.ts';
import { fold } from '../../src/kernel/fold.ts';
import type { Event } from '../../src/kernel/event.ts';
import type { Input } from '../../src/kernel/input.ts';
import { fingerprint, revived } from './fingerprint.ts';
import { Auditor } from './auditor.ts';
import { ORGS, resolve, schedules } from './schedule.ts';
import type { Schedule } from './schedule.ts';
import { org, World } from '../support/state-builder.ts';

/** Plays a schedule; each input is shown before it is told. */
function play({ plans, moves }: Schedule, before: (world: World, input: Input) => void = () => undefined, world = World.started(ORGS[0] ?? org())): World {
  for (const move of moves) {
    world.now += move.ms;
    const input = { ...resolve(world, move, plans), at_ms: world.now };
    before(world, input);
    world.take(input);
  }
  return world;
}

it('whatever is told in whatever order, no event breaks a law, and every kind of event comes up', () => {
  const seen = new Map<string, number>();
  const causes = new Set<string>();
  const property = fc.property(schedules, (schedule) => {
    // Each organisation counts something else.
    const { events } = play(schedule, () => undefined, World.started(ORGS[schedule.plans.length % ORGS.length] ?? org()));
    const auditor = new Auditor();
    for (const event of events) {
      auditor.see(event);
      seen.set(event.type, (seen.get(event.type) ?? 0) + 1);
      if (event.type === 'breaker.opened') causes.add(event.cause ?? 'none');
    }
  });
  fc.assert(property, { seed: 11, numRuns: 2_000 });
  const kinds: readonly Event['type'][] = [
    'epoch.began', 'epoch.ended', 'org.set', 'plan.accepted', 'plan.cancelled', 'plan.integrated', 'plan.awaiting_merge', 'plan.merged_elsewhere', 'plan.merge_closed', 'integration.blocked', 'integration.retried',
    'step.ready', 'step.claimed', 'claim.renewed', 'claim.asked', 'claim.released', 'claim.expired', 'run.started', 'run.progress', 'run.reported', 'run.returned', 'run.accepted', 'run.ended', 'run.lost',
    'worker.stopped', 'step.retried', 'step.overridden', 'paused', 'resumed', 'frozen', 'thawed', 'snapshot.taken', 'plan.rolled_back', 'breaker.opened', 'breaker.half_opened', 'breaker.closed', 'message.taken', 'noted',
    'plan.revised', 'revision.waits', 'step.deferred', 'claim.revoked', 'question.asked', 'question.answered', 'step.skipped', 'step.reassigned', 'step.undone', 'seat.joined', 'seat.unfit', 'seat.fit',
  ];
  expect(kinds.filter((kind) => (seen.get(kind) ?? 0) < 5)).toEqual([]);
  expect([...causes].toSorted()).toEqual(['alike', 'disk', 'empty', 'guard', 'ledger', 'none', 'rate', 'repeats', 'undone']);
  expect(seen.get('run.accepted')).toBeGreaterThan(300);
});

it('decide changes neither state nor input, and says the same twice', () => {
  const property = fc.property(schedules, (schedule) => {
    play(schedule, (world, input) => {
      const state = fingerprint(world.state);
      const told = JSON.stringify(input);
      const first = JSON.stringify(decide(world.state, input));
      expect(JSON.stringify(decide(world.state, input))).toBe(first);
      expect(JSON.stringify(input)).toBe(told);
      expect(fingerprint(world.state)).toBe(state);
    });
  });
  fc.assert(property, { seed: 12, numRuns: 60 });
});

it('same ledger, same state: a fold of the events is the state they left, effects owed in the same order', () => {
  const property = fc.property(schedules, (schedule) => {
    const { events, state } = play(schedule);
    const again = fold(JSON.parse(JSON.stringify(events)) as readonly Event[]);
    expect(fingerprint(again)).toBe(fingerprint(state));
    expect(due(again)).toEqual(due(state));
  });
  fc.assert(property, { seed: 13, numRuns: 150 });
});

it('a state that was put away and brought back goes on as if nothing had been', () => {
  const property = fc.property(schedules, fc.nat(400), (schedule, at) => {
    const world = new World();
    let other: World | undefined;
    let turn = 0;
    const follow = (_world: World, input: Input): void => {
      if (turn === at % schedule.moves.length) {
        other = new World();
        other.state = revived(world.state);
        expect(fingerprint(other.state)).toBe(fingerprint(world.state));
      }
      turn += 1;
      if (other === undefined) return;
      expect(decide(other.state, input)).toEqual(decide(world.state, input));
      other.take(input);
    };
    world.yes({ type: 'start', ledger: 'test', object_format: 'sha1' });
    world.yes({ type: 'organise', digest: 'org-0', org: ORGS[0] ?? org() });
    world.yes({ type: 'begin', manager: 'm1', after: 0 });
    play(schedule, follow, world);
    if (other !== undefined) expect(fingerprint(other.state)).toBe(fingerprint(world.state));
  });
  fc.assert(property, { seed: 14, numRuns: 300 });
});
