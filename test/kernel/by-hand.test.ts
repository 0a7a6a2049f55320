import { describe, expect, it } from 'vitest';
import { workOrder } from '../../src/kernel/work-order.ts';
import { of, org, plan, REASON, seat, step, TOKEN, World } from '../support/state-builder.ts';
import { revived } from './fingerprint.ts';
import type { Told } from '../support/state-builder.ts';

const seats = [seat('dev-1'), seat('ba', { roles: ['ba'] }), seat('you', { harness: 'person' }), seat('ada', { harness: 'bus' })];
const started = (...steps: Parameters<typeof plan>[1]): World => World.started(org({ seats })).submit(plan('p', steps));
const A = { plan_id: 'p', step_id: 'a' } as const;
const seize = (by: string): Told => ({ type: 'seize', ...A, seat: by, nonce: 'n', token_sha256: TOKEN, ...REASON });

describe('a question', () => {
  it('lets go of the step, which waits for the answer; the answer stands in the next order', () => {
    const world = started('a');
    const claim = world.claim('p/a', 'ada');
    world.yes({ type: 'question', ...of(claim), to: 'you', text: 'red or blue?' });
    expect(world.step('p/a')).toMatchObject({ status: 'blocked', why: 'asks you: red or blue?', question: { seat: 'ada', to: 'you', text: 'red or blue?', fence: 1 }, failures: 0 });
    expect(world.state.seats.get('ada')?.claim).toBe(null);
    world.yes({ type: 'answer', ...A, text: 'blue', by: 'op' });
    expect(world.step('p/a')).toMatchObject({ status: 'ready', question: null, why: null });
    const next = world.claim('p/a', 'ada');
    expect(workOrder(world.state, world.step('p/a'), next).answers).toEqual([{ question: 'red or blue?', answer: 'blue', by: 'op' }]);
    expect(world.no({ type: 'answer', ...A, text: 'again', by: 'op' })).toBe('QUESTION_NONE');
  });

  it('of a harness ends its run, uncharged', () => {
    const world = started('a');
    const claim = world.assign();
    world.yes({ type: 'finished', ...of(claim), result: 'blocked', commit: null, findings: [], receipt: 'r', fingerprint: '', question: { to: 'you', text: 'why?' } });
    expect(world.step('p/a')).toMatchObject({ status: 'blocked', failures: 0, question: { text: 'why?', seat: 'ba' } });
    expect(world.state.workers).toBe(0);
  });

  it('is dropped by whoever tries the step again, skips it or ends it', () => {
    for (const told of [{ type: 'retry', ...A, ...REASON }, { type: 'skip', ...A, ...REASON }, { type: 'cancel', plan_id: 'p', ...REASON }] as const) {
      const world = started('a');
      world.yes({ type: 'question', ...of(world.claim('p/a', 'ada')), to: 'you', text: '?' });
      world.yes(told);
      expect(world.step('p/a').question).toBe(null);
    }
  });
});

describe('skip', () => {
  it('lets those behind go on, merges nothing, and stops a worker', () => {
    const world = started('a', 'b<-a');
    const claim = world.assign();
    world.yes({ type: 'skip', ...A, ...REASON });
    expect(world.steps('p')).toBe('a done, b ready');
    expect(world.step('p/a')).toMatchObject({ why: 'skipped by op: because', accepted: null });
    expect(world.owed()).toEqual([`stop p.a.${String(claim.fence)}`]);
    expect(world.no({ type: 'skip', ...A, ...REASON })).toBe('STEP_ENDED');
  });
});

describe('reassign', () => {
  it('keeps an open step for one seat, whatever its plan says, until it is left to the plan again', () => {
    const world = started(step('a', { role: 'ba' }));
    world.yes({ type: 'reassign', ...A, seat: 'dev-1', ...REASON });
    expect(world.no({ type: 'claim', ...A, seat: 'ba', nonce: 'n', token_sha256: TOKEN, kind: 'held' })).toBe('SEAT_UNFIT');
    world.yes({ type: 'reassign', ...A, seat: null, ...REASON });
    expect(world.assign().seat).toBe('ba');
  });

  it('is refused for a seat that is not there or cannot, a step that is held or over', () => {
    const world = started('a', step('think', { prompt: 'think' }));
    expect(world.no({ type: 'reassign', ...A, seat: 'nobody', ...REASON })).toBe('SEAT_UNKNOWN');
    expect(world.no({ type: 'reassign', plan_id: 'p', step_id: 'think', seat: 'dev-1', ...REASON })).toBe('HARNESS_UNFIT');
    const claim = world.assign();
    expect(world.no({ type: 'reassign', ...A, seat: 'you', ...REASON })).toBe('CLAIM_HELD');
    world.accept(claim);
    expect(world.no({ type: 'reassign', ...A, seat: 'you', ...REASON })).toBe('STEP_ENDED');
  });
});

describe('take', () => {
  it('from a hand is granted at once under a higher fence; the old holder is fenced off', () => {
    const world = started('a');
    const old = world.claim('p/a', 'ada');
    world.yes(seize('you'));
    expect(world.state.claims.get('p/a')).toMatchObject({ seat: 'you', fence: 2, kind: 'held' });
    expect(world.no({ type: 'done', ...of(old), commit: null })).toBe('FENCE_OLD');
  });

  it('from a worker waits until it is seen dead, and keeps the step so long', () => {
    const world = started('a');
    const old = world.assign();
    world.yes(seize('you'));
    expect(world.step('p/a')).toMatchObject({ status: 'waiting', stopping: old.fence, assigned: 'you' });
    world.stopped(old);
    expect(world.no(world.assignment())).toBe('NOTHING_TO_DO');
    expect(world.claim('p/a', 'you').fence).toBe(2);
  });

  it('is refused where nobody holds it, for a busy seat, for oneself', () => {
    const world = started('a', 'b');
    expect(world.no(seize('you'))).toBe('CLAIM_NONE');
    world.claim('p/a', 'ada');
    expect(world.no(seize('ada'))).toBe('UNCHANGED');
    world.claim('p/b', 'you');
    expect(world.no(seize('you'))).toBe('SEAT_BUSY');
  });
});

it('give: the holder hands it to another seat, uncharged; nobody else gets it', () => {
  const world = started('a');
  const claim = world.claim('p/a', 'you');
  world.yes({ type: 'give', ...of(claim), seat: 'ada', reason: 'lunch' });
  expect(world.no(world.assignment())).toBe('NOTHING_TO_DO');
  expect(world.claim('p/a', 'ada').fence).toBe(2);
  expect(world.no({ type: 'give', ...of(claim), seat: 'you', reason: 'r' })).toBe('FENCE_OLD');
});

describe('undo', () => {
  const undo: Told = { type: 'undo', ...A, ...REASON };
  const undoable = step('a', { rollback: ['git rm a.txt'], scope: ['*.txt'], role: 'ba' });

  it('adds a step that runs the rollback within the same scope, by the same role', () => {
    const world = started(undoable, 'b<-a');
    world.accept(world.assign());
    world.yes(undo);
    expect(world.steps('p')).toBe('a done, b ready, undo-a ready');
    expect(world.step('p/undo-a')).toMatchObject({ undoes: 'a', spec: { commands: ['git rm a.txt'], scope: ['*.txt'], role: 'ba', objective: 'take back p/a: because' } });
    expect(world.step('p/a').undone_by).toBe('undo-a');
    expect(world.no(undo)).toBe('UNCHANGED');
  });

  it('opens a plan that was about to be merged, and no revision removes it', () => {
    const world = started(undoable);
    world.accept(world.assign());
    expect(world.owed()).toEqual(['integrate p']);
    world.yes(undo);
    expect(world.owed()).toEqual([]);
    world.yes({ type: 'submit', plan: plan('p', [undoable, 'b']), digest: 'new', base: null, by: 'op' });
    expect(world.steps('p')).toBe('a done, b ready, undo-a ready');
  });

  it('is refused before it is done, without a way back, after the merge', () => {
    const world = started(undoable, 'b');
    expect(world.no(undo)).toBe('STEP_NOT_DONE');
    world.accept(world.assign());
    const b = { plan_id: 'p', step_id: 'b' };
    world.accept(world.assign());
    expect(world.no({ type: 'undo', ...b, ...REASON })).toBe('ROLLBACK_NONE');
    world.integrate('p');
    expect(world.no(undo)).toBe('PLAN_ENDED');
  });

  it('of what was only said to be done takes nothing back', () => {
    const world = started(undoable);
    world.yes({ type: 'skip', ...A, ...REASON });
    expect(world.no(undo)).toBe('STEP_NOT_DONE');
  });
});

describe('join', () => {
  const join: Told = { type: 'join', seat: 'eve', roles: ['developer'] };

  it('is closed unless the organisation says otherwise', () => {
    expect(started('a').no(join)).toBe('SEATS_CLOSED');
  });

  it('makes a guest, who does steps of role guest until a person lists him', () => {
    const world = World.started(org({ seats, seats_open: true })).submit(plan('p', ['a', step('g', { role: 'guest' })]));
    world.yes(join);
    expect(world.no(join)).toBe('UNCHANGED');
    expect(world.no({ type: 'join', seat: 'DEV-1', roles: [] })).toBe('SEAT_EXISTS');
    expect(world.no({ type: 'claim', ...A, seat: 'eve', nonce: 'n', token_sha256: TOKEN, kind: 'held' })).toBe('SEAT_UNFIT');
    expect(world.claim('p/g', 'eve').fence).toBe(1);
    world.organise(org({ seats: [...seats, seat('eve', { harness: 'bus' })] }));
    expect(world.state.seats.get('eve')).toMatchObject({ claim: 'p/g', seat: { roles: ['developer'] } });
    world.yes({ type: 'release', plan_id: 'p', step_id: 'g', fence: 1, reason: 'r' });
    expect(world.claim('p/a', 'eve').seat).toBe('eve');
  });

  it('a guest stays one when the organisation changes without him', () => {
    const world = World.started(org({ seats, seats_open: true }));
    world.yes(join);
    world.organise(org({ seats }));
    expect(world.state.seats.get('eve')?.seat.guest).toBe(true);
  });
});

it('a home that is lost is not asked what is at work there: its claims and its epoch stand', () => {
  const world = started('a');
  world.assign();
  expect(world.yes({ type: 'adopt_home', to: '/there', ...REASON })).toEqual([{ type: 'home.moved', to: '/there', ...REASON }]);
  expect([world.state.home, world.state.claims.size, world.state.epoch?.ended]).toEqual(['/there', 1, false]);
});

it('the home does not move while anything is at work or a manager is there', () => {
  const move: Told = { type: 'move_home', to: '/there', ...REASON };
  const world = started('a');
  const claim = world.assign();
  expect(world.no(move)).toBe('CLAIM_BEATING');
  world.accept(claim);
  expect(world.no(move)).toBe('EPOCH_OLD');
  world.yes({ type: 'end', epoch: 1 });
  expect(world.state.home).toBeNull();
  expect(world.yes(move)).toEqual([{ type: 'home.moved', to: '/there', ...REASON }]);
  expect([world.state.home, revived(world.state).home]).toEqual(['/there', '/there']);
});
