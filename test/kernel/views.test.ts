import { describe, expect, it } from 'vitest';
import { builtOn, explainPlan, explainStep, planView, seatStatus, stepView, tally } from '../../src/kernel/views.ts';
import { isoTime } from '../../src/kernel/iso.ts';
import { BASE, finding, of, org, plan, REASON, seat, step, World } from '../support/state-builder.ts';

/** `CODE who: message -> next` of each blocker. */
function explained(world: World, key: string): readonly string[] {
  const one = world.step(key);
  return explainStep(world.state, world.plan(one.plan_id), one).map(({ code, who, message, next }) => `${code} ${who}: ${message} -> ${next}`);
}
const codes = (world: World, key: string): readonly string[] => explained(world, key).map((line) => line.split(' ')[0] ?? '');

describe('explain a step', () => {
  it('that waits for others', () => {
    const world = World.started().submit(plan('p', ['a', 'b', 'c<-a,b']));
    world.accept(world.assign());
    expect(explained(world, 'p/c')).toEqual(['DEPENDENCY p/b: waits for p/b, which is ready -> coo explain p/b']);
  });

  it('in a pause after a failure', () => {
    const world = World.started().submit(plan('p', ['a']));
    world.fail(world.assign());
    expect(explained(world, 'p/a')).toEqual([`BACKOFF time: attempt 1 ended; the next one starts after a pause -> ${isoTime(world.now + 10_000)}, or coo retry p/a --reason '...'`]);
  });

  it('whose old worker must die first', () => {
    const world = World.started().submit(plan('p', ['a']));
    world.lose(world.assign());
    expect(codes(world, 'p/a')).toEqual(['STOPPING', 'BACKOFF']);
  });

  it('that is ready: who could, and why nobody does', () => {
    const seats = [seat('dev'), seat('you', { harness: 'person', roles: ['approver'] })];
    const world = World.started(org({ seats, limits: { workers: 1 } }));
    world.submit(plan('p', ['a', 'b', step('c', { role: 'approver' }), step('d', { role: 'pilot' }), step('e', { seat: 'me' }), step('f', { role: 'developer' })]));
    expect(explained(world, 'p/a')).toEqual(['UNASSIGNED the manager: ready, and a seat is free -> coo run']);
    expect(explained(world, 'p/c')).toEqual(['UNCLAIMED you: waits to be claimed by you -> coo claim p/c --seat you']);
    expect(explained(world, 'p/d')).toEqual(['NO_SEAT a person: no seat can do it: it needs role pilot -> add a seat in _plans/coo.yaml']);
    expect(explained(world, 'p/e')).toEqual(['NO_SEAT a person: no seat can do it: it needs seat me -> add a seat in _plans/coo.yaml']);
    world.assign();
    expect(codes(world, 'p/b')).toEqual(['WORKERS_FULL']);
    world.organise(org({ seats }));
    expect(explained(world, 'p/f')).toEqual(['SEATS_BUSY time: its seats are busy: dev -> when one of them is free']);
  });

  it('that a worker process shall take: it is started, not claimed', () => {
    const seats = [seat('far', { starts: 'worker' }), seat('you', { harness: 'person', roles: ['approver'] })];
    const world = World.started(org({ seats })).submit(plan('p', [step('a', { seat: 'far' }), 'b']));
    expect(explained(world, 'p/a')).toEqual(['UNCLAIMED far: waits to be claimed by far -> coo work --seat far']);
    expect(explained(world, 'p/b')).toEqual(['UNCLAIMED far, you: waits to be claimed by far, you -> coo work --seat far, or coo claim p/b --seat you']);
  });

  it('that somebody holds', () => {
    const world = World.started().submit(plan('p', ['a', 'b']));
    const held = world.claim('p/a');
    world.assign();
    expect(explained(world, 'p/a')).toEqual([`HELD you: held by you under fence 1 -> renewed by any message with the fence; first lease to ${isoTime(world.now + 28_800_000)}; a person takes it: coo take p/a --seat <yours> --reason '...'`]);
    expect(explained(world, 'p/b')).toEqual(["HELD dev-1: held by dev-1 under fence 1 -> lost when four beats are missed; a person takes it: coo take p/b --seat <yours> --reason '...'"]);
    world.yes({ type: 'ran_out', ...of(held), renewals: 0 });
    expect(explained(world, 'p/a')[0]).toContain('it is asked whether it goes on');
    world.yes({ type: 'done', ...of(held), commit: BASE });
    world.judge(held, { kind: 'refused', findings: [{ ...finding('OUTPUT_MISSING', 'is not there'), path: 'x.ts' }] });
    expect(codes(world, 'p/a')).toEqual(['OUTPUT_MISSING', 'HELD']);
    expect(explained(world, 'p/a')[0]).toContain('x.ts: is not there');
  });

  it('that was given back to its holder: what to type, by what is wrong', () => {
    const given = (code: string): string => {
      const world = World.started().submit(plan('p', ['a']));
      const held = world.claim('p/a');
      world.yes({ type: 'done', ...of(held), commit: BASE });
      world.judge(held, { kind: 'refused', findings: [finding(code, 'it is wrong')] });
      return explained(world, 'p/a')[0] ?? '';
    };
    expect(given('OUTPUT_MISSING')).toBe('OUTPUT_MISSING you: it is wrong -> mend it, then: coo done p/a --fence 1');
    expect(given('MERGE_CONFLICT')).toContain('git merge coo/p; settle what it names, git commit -a, then: coo done p/a --fence 1 --commit HEAD');
    expect(given('COMMIT_UNRELATED')).toMatch(/git switch --detach [0-9a-f]{40} && git cherry-pick <your commits>; then: coo done p\/a --fence 1 --commit HEAD$/);
  });

  it('that a worker tries again: what its last attempt lacked is not said of this one', () => {
    const world = World.started().submit(plan('p', ['a']));
    world.fail(world.assign(), 'CHECK_FAILED');
    world.wait(20_000);
    world.assign();
    expect(world.step('p/a').findings).toHaveLength(1);
    expect(codes(world, 'p/a')).toEqual(['HELD']);
  });

  it('that is judged, or waits for it', () => {
    const world = World.started().submit(plan('p', ['a', 'b']));
    const [a, b] = [world.assign(), world.assign()];
    world.finish(b, 'passed');
    world.finish(a, 'passed');
    expect(explained(world, 'p/b')).toEqual(['CHECKING the manager: its merge candidate is being judged -> coo run']);
    expect(explained(world, 'p/a')).toEqual(['CHECKING the manager: waits for the judgement of b -> coo run']);
  });

  it('that has ended', () => {
    const world = World.started().submit(plan('p', ['a', step('b', { retry: { max: 0 } }), 'c', 'd']));
    world.accept(world.assign());
    world.fail(world.assign(), 'CHECK_FAILED');
    world.finish(world.assign(), 'blocked', [finding('KEY', 'no key')]);
    expect(codes(world, 'p/a')).toEqual([]);
    expect(codes(world, 'p/b')).toEqual(['CHECK_FAILED', 'FAILED']);
    expect(explained(world, 'p/b')[1]).toBe("FAILED a person: its attempt failed, and there is no other -> coo retry p/b --reason '...', or do it yourself: coo claim p/b --seat you");
    expect(explained(world, 'p/c')[1]).toBe("BLOCKED a person: no key -> coo retry p/c --reason '...', or do it yourself: coo claim p/c --seat you");
    world.yes({ type: 'cancel', plan_id: 'p', ...REASON });
    expect(codes(world, 'p/d')).toEqual([]);
  });

  it('that a stop keeps back: whose, and what ends it', () => {
    const world = World.started().submit(plan('p', ['a', 'b<-a']));
    world.yes({ type: 'pause', scope: 'p', ...REASON });
    expect(explained(world, 'p/a')).toEqual(["PAUSED a person: paused by op: because -> coo resume --plan p --reason '...'"]);
    expect(codes(world, 'p/b')).toEqual(['DEPENDENCY', 'PAUSED']);
    world.yes({ type: 'breaker', scope: 'all', action: 'open', ...REASON });
    expect(explained(world, 'p/a')).toEqual(["BREAKER_OPEN a person: STOPPED (breaker open): because -> coo breaker close --reason '...'"]);
  });
});

describe('explain a step that is done', () => {
  it('by hand: nothing of it was merged, and it can be opened again', () => {
    const world = World.started().submit(plan('p', ['a', 'b']));
    world.yes({ type: 'skip', plan_id: 'p', step_id: 'a', ...REASON });
    expect(explained(world, 'p/a')).toEqual(["BY_HAND a person: ended by hand (skipped by op: because): nothing of it was merged -> to have it done after all: coo retry p/a --reason '...'"]);
  });

  it('and is taken back; what was built on it is named', () => {
    const world = World.started().submit(plan('p', [step('a', { rollback: ['true'] }), 'b<-a', 'c<-a', 'd<-a', 'e']));
    for (const key of ['p/a', 'p/b'] as const) world.accept(world.claim(key));
    world.yes({ type: 'skip', plan_id: 'p', step_id: 'c', ...REASON });
    expect(explained(world, 'p/a')).toEqual([]);
    world.yes({ type: 'undo', plan_id: 'p', step_id: 'a', ...REASON });
    expect(explained(world, 'p/a')).toEqual(['UNDONE p/undo-a: what it merged is taken back by p/undo-a, which is ready -> coo explain p/undo-a']);
    expect(builtOn(world.plan('p'), 'a')).toEqual(['p/b']);
  });
});

describe('explain a plan', () => {
  const finished = (integrate: 'merge' | 'pull_request'): World => {
    const world = World.started().submit(plan('p', ['a'], { integrate }));
    world.accept(world.assign());
    return world;
  };
  const all = (world: World): readonly string[] => explainPlan(world.state, world.plan('p')).map(({ code }) => code);

  it('on its way into the target', () => {
    const world = finished('merge');
    expect(all(world)).toEqual(['integrating']);
    world.yes({ type: 'integration_blocked', plan_id: 'p', code: 'DIRTY', message: 'x', paths: ['x'] });
    expect(all(world)).toEqual(['DIRTY']);
    world.integrate('p');
    expect(all(world)).toEqual([]);
  });

  it('that is merged elsewhere', () => {
    const world = finished('pull_request');
    world.yes({ type: 'awaiting_merge', plan_id: 'p' });
    expect(all(world)).toEqual(['awaiting_merge']);
  });
});

describe('the state of a plan', () => {
  it('active while something can still move, else what stands in the way', () => {
    const world = World.started().submit(plan('p', [step('a', { retry: { max: 1 } }), 'b<-a', 'c']));
    expect(world.status('p')).toBe('active');
    world.accept(world.claim('p/c'));
    world.fail(world.assign());
    expect(world.status('p')).toBe('active');
    world.waitForTimer();
    world.fail(world.assign());
    expect(world.status('p')).toBe('failed');
    world.yes({ type: 'override', plan_id: 'p', step_id: 'a', to: 'blocked', ...REASON });
    expect(world.status('p')).toBe('blocked');
    world.yes({ type: 'override', plan_id: 'p', step_id: 'a', to: 'done', ...REASON });
    expect(world.status('p')).toBe('active');
    world.accept(world.assign());
    world.integrate('p');
    expect(world.status('p')).toBe('done');
  });

  it('failed before blocked', () => {
    const world = World.started().submit(plan('p', ['a', 'b']));
    world.yes({ type: 'override', plan_id: 'p', step_id: 'a', to: 'failed', ...REASON });
    expect(world.status('p')).toBe('active');
    world.yes({ type: 'override', plan_id: 'p', step_id: 'b', to: 'blocked', ...REASON });
    expect(world.status('p')).toBe('failed');
  });
});

it('a seat: idle, analyzing, executing, handoff', () => {
  const world = World.started().submit(plan('p', ['a', 'b']));
  const states: string[] = [seatStatus(world.state, 'dev-1')];
  const claim = world.assign();
  states.push(seatStatus(world.state, 'dev-1'));
  world.started(claim);
  states.push(seatStatus(world.state, 'dev-1'));
  world.finish(claim, 'passed');
  states.push(seatStatus(world.state, 'dev-1'));
  expect(states).toEqual(['idle', 'analyzing', 'executing', 'handoff']);
  world.claim('p/b');
  expect(seatStatus(world.state, 'you')).toBe('executing');
  expect(seatStatus(world.state, 'nobody')).toBe('idle');
});

it('views say what is there', () => {
  const world = World.started().submit(plan('p', ['a', 'b']));
  world.accept(world.assign());
  world.assign();
  expect(planView(world.state, world.plan('p'))).toMatchObject({ plan_id: 'p', state: 'active', done: 1, of: 2, blockers: [] });
  expect(stepView(world.state, world.step('p/b'))).toEqual({ step_id: 'b', state: 'claimed', seat: 'dev-2', attempt: 1, fence: 1, why: null });
  expect(tally(world.state)).toEqual({ ready: 0, running: 1, owed: 1, next_timer_ms: null });
});
