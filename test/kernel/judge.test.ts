import { describe, expect, it } from 'vitest';
import { failingOf } from '../../src/kernel/charges.ts';
import { due } from '../../src/kernel/due.ts';
import { BASE, finding, finishedOf, judgedOf, of, plan, World } from '../support/state-builder.ts';

const REFUSED = { kind: 'refused', findings: [finding('OUTPUT_MISSING', 'greeting.txt is not there')] } as const;

describe('accepted', () => {
  it('moves the tip, frees the seat, lets the next ones go, and cannot happen again', () => {
    const world = World.started().submit(plan('p', ['a', 'b<-a']));
    const claim = world.assign();
    world.accept(claim);
    expect(world.last('run.accepted')).toMatchObject({ plan_before: BASE, commit: BASE, fence: 1 });
    expect(world.plan('p').tip).toBe(world.last('run.accepted').plan_after);
    expect(world.step('p/a')).toMatchObject({ status: 'done', findings: [], receipts: ['_report/agent/x/runs/p.a.1.json'] });
    expect(world.steps('p')).toBe('a done, b ready');
    expect(world.state.workers).toBe(0);
    expect(world.no(judgedOf(claim, world.plan('p').tip, { kind: 'accepted', plan_after: BASE }))).toBe('CLAIM_NONE');
    expect(world.no(finishedOf(claim, 'passed'))).toBe('CLAIM_NONE');
  });

  it('the next attempt starts from the new tip', () => {
    const world = World.started().submit(plan('p', ['a', 'b<-a']));
    world.accept(world.assign());
    expect(world.assign().start).toBe(world.plan('p').tip);
  });
});

describe('refused', () => {
  it('a harness\'s attempt has failed and is charged', () => {
    const world = World.started().submit(plan('p', ['a']));
    const claim = world.assign();
    world.finish(claim, 'passed');
    world.judge(claim, REFUSED);
    expect(world.last('run.ended')).toMatchObject({ result: 'failed', next: { kind: 'retry', ready_at_ms: world.now + 10_000 } });
    expect(world.step('p/a')).toMatchObject({ status: 'waiting', failures: 1, findings: REFUSED.findings });
  });

  it('somebody who holds it is told what is missing, keeps the claim, and reports again', () => {
    const world = World.started().submit(plan('p', ['a']));
    const claim = world.claim('p/a');
    world.yes({ type: 'done', ...of(claim), commit: BASE });
    world.judge(claim, REFUSED);
    expect(world.last('run.returned').findings).toEqual(REFUSED.findings);
    expect(world.step('p/a')).toMatchObject({ status: 'claimed', failures: 0, findings: REFUSED.findings, fence: 1 });
    expect(world.owed()).toEqual([]);
    world.yes({ type: 'done', ...of(claim), commit: BASE });
    world.judge(claim, { kind: 'accepted', plan_after: world.commit() });
    expect(world.step('p/a')).toMatchObject({ status: 'done', findings: [] });
  });
});

it('blocked (a merge conflict): for a person, charged to nobody and no sign of a breaker\'s', () => {
  const world = World.started().submit(plan('p', ['a', 'b', 'c']));
  const findings = [{ code: 'MERGE_CONFLICT', message: 'both sides changed it', path: 'x.ts' }];
  for (let turn = 0; turn < 3; turn++) {
    const claim = world.assign();
    world.finish(claim, 'passed');
    world.judge(claim, { kind: 'blocked', reason: 'x.ts conflicts', findings });
  }
  expect(world.steps('p')).toBe('a blocked, b blocked, c blocked');
  expect(world.step('p/a')).toMatchObject({ why: 'x.ts conflicts', failures: 0, findings });
  expect(world.state.breakers.size).toBe(0);
  expect(failingOf(world.state, 'p').size).toBe(0);
});

describe('is itself refused', () => {
  it('NOT_REPORTED: nobody asked for it', () => {
    const world = World.started().submit(plan('p', ['a']));
    expect(world.no(judgedOf(world.assign(), BASE, REFUSED))).toBe('NOT_REPORTED');
  });

  it('JUDGEMENT_STALE: whatever the verdict, when it was made on a tip that is no more', () => {
    const world = World.started().submit(plan('p', ['a', 'b']));
    const [a, b] = [world.assign(), world.assign()];
    world.finish(a, 'passed');
    world.finish(b, 'passed');
    world.accept(a);
    expect(world.no(judgedOf(b, BASE, { kind: 'accepted', plan_after: BASE }))).toBe('JUDGEMENT_STALE');
    expect(world.no(judgedOf(b, BASE, REFUSED))).toBe('JUDGEMENT_STALE');
    expect(world.no(judgedOf(b, null, { kind: 'blocked', reason: '', findings: [] }))).toBe('JUDGEMENT_STALE');
    world.accept(b);
  });

  it('REPORT_LATE: a harness reports once', () => {
    const world = World.started().submit(plan('p', ['a']));
    const claim = world.assign();
    world.finish(claim, 'passed');
    expect(world.no(finishedOf(claim, 'failed'))).toBe('REPORT_LATE');
    expect(world.no({ type: 'lost', ...of(claim), why: 'gone', receipt: 'r' })).toBe('REPORT_LATE');
  });
});

it('candidates of a plan are judged in the order they came, each on the tip the one before left', () => {
  const world = World.started().submit(plan('p', ['a', 'b', 'c']), plan('q', ['a']));
  const [a, b] = [world.assign(), world.assign()];
  const other = world.claim('q/a');
  world.finish(b, 'passed');
  world.finish(a, 'passed');
  world.yes({ type: 'done', ...of(other), commit: null });
  expect(world.owed()).toEqual(['judge p.b.1', 'judge q.a.1']);
  world.accept(b);
  expect(due(world.state).find(({ key }) => key === 'judge p.a.1')).toMatchObject({ plan_tip: world.plan('p').tip });
  world.accept(a);
  expect(world.owed()).toEqual(['judge q.a.1']);
});
