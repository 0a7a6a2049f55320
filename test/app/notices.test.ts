// What is worth telling a person, as entries and the state after them say it.
import { describe, expect, it } from 'vitest';
import { noticesOf, standingPlans } from '../../src/app/notify/notices.ts';
import type { Notice, ToldPlans } from '../../src/app/notify/notices.ts';
import type { LoadedEntry } from '../../src/format/entry.ts';
import { isoTime } from '../../src/kernel/iso.ts';
import { finding, of, org, plan, REASON, step, World } from '../support/state-builder.ts';

/** Follows a world as a notifier does: one entry a look. */
class Follower {
  readonly world: World;
  #seen: number;
  #seq = 1;
  #told: ToldPlans;
  #before: LoadedEntry;

  constructor(world: World) {
    this.world = world;
    this.#seen = world.events.length;
    this.#told = standingPlans(world.state);
    this.#before = this.#entry([]);
  }

  /** What the events since the last look are worth. */
  look(): readonly Notice[] {
    const entry = this.#entry(this.world.events.slice(this.#seen));
    const { notices, told } = noticesOf([this.#before, entry], this.world.state, this.#told, '/repo');
    this.#seen = this.world.events.length;
    this.#told = told;
    this.#before = entry;
    return notices.map(({ notice }) => notice);
  }

  kinds(): readonly string[] {
    return this.look().map(({ kind, plan_id }) => (plan_id === undefined ? kind : `${kind} ${plan_id}`));
  }

  #entry(events: World['events']): LoadedEntry {
    this.#seq += 1;
    return { schema: 'coo/entry.v1', ledger: 'test', seq: this.#seq, prev: '', at: isoTime(this.world.now), engine: 5, manager: 'm', epoch: 1, events, files: [] };
  }
}

const started = (): World => World.started(org({ breaker: { failures: 2, cooldown_ms: 1_000 } }));

it('a seat or a plan that gets nothing more is told of, with what to do', () => {
  const follower = new Follower(started().submit(plan('p', ['a'])));
  follower.world.yes({ type: 'fitness', group: 'dev', fault: { code: 'LOGIN_REFUSED', message: 'its provider does not take its log-in', fix: 'log in anew' } });
  expect(follower.look()).toMatchObject([{ kind: 'seat_unfit', seat: 'dev', text: 'seat dev gets nothing: its provider does not take its log-in', next: 'log in anew' }]);
  follower.world.yes({ type: 'target_look', plan_id: 'p', fault: { code: 'TARGET_GONE', message: 'the branch main is gone', fix: 'put it back' } });
  expect(follower.look()).toMatchObject([{ kind: 'target_unfit', plan_id: 'p', text: 'plan p gets nothing: the branch main is gone', next: 'put it back' }]);
});

describe('how a plan stands', () => {
  it('done, failed, blocked: at the last event that touched it, once, and again after it went on', () => {
    const world = started().submit(plan('p', ['a'], { integrate: 'none' }), plan('q', [step('a', { retry: { max: 0 } })]));
    const follower = new Follower(world);
    expect(follower.kinds()).toEqual([]);
    world.yes({ type: 'override', plan_id: 'p', step_id: 'a', to: 'blocked', ...REASON });
    expect(follower.look()).toMatchObject([{ kind: 'plan_blocked', id: 'test.4.0', plan_id: 'p', repository: '/repo', text: 'plan p is blocked: p/a: because', next: 'coo explain p/a' }]);
    world.yes({ type: 'note', by: 'op', text: 't', plan_id: 'p' });
    expect(follower.kinds()).toEqual([]);
    world.yes({ type: 'reassign', plan_id: 'p', step_id: 'a', seat: 'you', ...REASON });
    expect(follower.kinds()).toEqual([]);
    world.yes({ type: 'retry', plan_id: 'p', step_id: 'a', ...REASON });
    expect(follower.kinds(), 'it is kept for you').toEqual(['step_waits p']);
    world.yes({ type: 'override', plan_id: 'p', step_id: 'a', to: 'blocked', ...REASON });
    expect(follower.kinds()).toEqual(['plan_blocked p']);
    world.yes({ type: 'override', plan_id: 'p', step_id: 'a', to: 'done', ...REASON });
    world.finish(world.claim('q/a', 'dev-1', 'beating'), 'failed', [finding()]);
    expect(follower.kinds()).toEqual(['plan_done p', 'plan_failed q']);
  });

  it('that stood so before the first look is not told', () => {
    const world = started().submit(plan('p', ['a']));
    world.yes({ type: 'override', plan_id: 'p', step_id: 'a', to: 'blocked', ...REASON });
    const follower = new Follower(world);
    world.yes({ type: 'pause', scope: 'p', ...REASON });
    expect(follower.kinds()).toEqual([]);
  });

  it('blocked on its way into the target', () => {
    const world = started().submit(plan('p', ['a']));
    const follower = new Follower(world);
    world.accept(world.assign());
    expect(follower.kinds()).toEqual([]);
    world.yes({ type: 'integration_blocked', plan_id: 'p', code: 'DIRTY', message: 'a.txt is in the way', paths: ['a.txt'] });
    expect(follower.look()).toMatchObject([{ kind: 'plan_blocked', text: 'plan p is blocked: a.txt is in the way', next: 'coo explain p' }]);
  });
});

describe('what waits for a person', () => {
  it('a question, with whom it is put to and what to type', () => {
    const world = started().submit(plan('p', ['a', 'b']));
    const follower = new Follower(world);
    const claim = world.claim('p/a');
    world.yes({ type: 'question', ...of(claim), to: 'you', text: 'which one?' });
    expect(follower.look()).toMatchObject([{ kind: 'question', plan_id: 'p', step_id: 'a', seat: 'you', text: 'p/a asks you: which one?', next: "coo answer p/a --text '...'" }]);
  });

  it('an approver, for each text that nobody approved yet', () => {
    const world = World.started(org({ mode: 'governed' })).submit(plan('p', ['a']));
    const follower = new Follower(world);
    world.submit(plan('q', ['a']));
    expect(follower.look()).toMatchObject([{ kind: 'approval_waits', plan_id: 'q', text: 'plan q waits for an approver: q', next: 'coo plan show q; then: coo approve q' }]);
    const dev = started();
    const other = new Follower(dev);
    dev.submit(plan('q', ['a']));
    expect(other.kinds()).toEqual([]);
  });

  it('a step that only people can take, once, and again when it came back to them', () => {
    const mine = step('a', { seat: 'you', objective: 'look at it' });
    const world = started().submit(plan('old', [mine]));
    const follower = new Follower(world);
    world.submit(plan('p', [step('first'), { ...mine, depends_on: ['first'] }, step('b', { seat: 'you', depends_on: ['first'] }), step('c', { depends_on: ['first'] })]), plan('q', [mine]));
    expect(follower.look()).toMatchObject([{ kind: 'step_waits', plan_id: 'q', step_id: 'a', seat: 'you', text: 'q/a waits to be done by you: look at it', next: 'coo claim q/a --seat you' }]);
    world.accept(world.started(world.claim('p/first', 'dev-1', 'beating')));
    expect(follower.look()).toMatchObject([{ kind: 'step_waits', plan_id: 'p', text: 'p/a waits to be done by you, and 1 more of p: look at it', next: 'coo inbox' }]);
    world.claim('p/c', 'dev-1', 'beating');
    world.yes({ type: 'reassign', plan_id: 'old', step_id: 'a', seat: 'you', ...REASON });
    expect(follower.kinds()).toEqual([]);
    const claim = world.claim('q/a');
    expect(follower.kinds()).toEqual([]);
    world.yes({ type: 'release', ...of(claim), reason: 'ill' });
    expect(follower.kinds()).toEqual(['step_waits q']);
  });

  it('a holder who is asked whether it goes on', () => {
    const world = started().submit(plan('p', ['a']));
    const follower = new Follower(world);
    const claim = world.claim('p/a');
    world.yes({ type: 'ran_out', ...of(claim), renewals: 0 });
    expect(follower.look()).toMatchObject([{ kind: 'claim_asked', seat: 'you', next: 'coo renew p/a --fence 1' }]);
  });

  it('a merge elsewhere', () => {
    const world = started().submit(plan('p', ['a'], { integrate: 'pull_request' }));
    const follower = new Follower(world);
    world.accept(world.assign());
    world.yes({ type: 'awaiting_merge', plan_id: 'p' });
    expect(follower.look()).toMatchObject([{ kind: 'merge_waits', plan_id: 'p', next: 'coo pr p' }]);
  });
});

it('a breaker, opened and closed, in the order of the events', () => {
  const world = started().submit(plan('p', ['a', 'b', 'c']));
  const follower = new Follower(world);
  world.fail(world.assign());
  world.fail(world.assign());
  expect(follower.look()).toMatchObject([{ kind: 'breaker_opened', scope: 'p', next: "coo breaker close --plan p --reason '...'" }]);
  world.yes({ type: 'breaker', scope: 'p', action: 'close', ...REASON });
  expect(follower.look()).toMatchObject([{ kind: 'breaker_closed', scope: 'p', text: 'the breaker of plan p is closed by op: because' }]);
});

describe('a manager that begins', () => {
  const begins = (gapMs: number, steps: readonly string[] = ['a']): readonly string[] => {
    const world = started().submit(plan('p', steps, { integrate: 'none' }));
    if (steps.length === 0) return [];
    const follower = new Follower(world);
    world.now += gapMs;
    world.yes({ type: 'begin', manager: 'm2', after: 1 });
    return follower.kinds();
  };

  it('after ten minutes without an entry, with work to do, is told; sooner it is not', () => {
    expect(begins(600_000)).toEqual(['manager_back']);
    expect(begins(599_999)).toEqual([]);
  });

  it('with nothing to do is not', () => {
    const world = started();
    const follower = new Follower(world);
    world.now += 1e9;
    world.yes({ type: 'begin', manager: 'm2', after: 1 });
    expect(follower.kinds()).toEqual([]);
  });
});
