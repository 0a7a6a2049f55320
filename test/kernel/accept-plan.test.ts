import { describe, expect, it } from 'vitest';
import { MAX_STEPS } from '../../src/kernel/limits.ts';
import { BASE, org, plan, step, World } from '../support/state-builder.ts';
import type { Told } from '../support/state-builder.ts';
import type { Plan } from '../../src/kernel/plan.ts';

const submit = (one: Plan, digest = 'd'): Told => ({ type: 'submit', plan: one, digest, base: BASE, by: 'op' });

it('a plan enters with its roots ready and the rest waiting', () => {
  const world = World.started().submit(plan('p', ['a', 'b<-a', 'c<-a,b', 'd']));
  expect(world.steps('p')).toBe('a ready, b waiting, c waiting, d ready');
  expect(world.plan('p').tip).toBe(BASE);
  expect(world.status('p')).toBe('active');
});

it('a dependency named twice counts once', () => {
  const world = World.started().submit(plan('p', ['a', 'b<-a,a']));
  world.accept(world.assign());
  expect(world.steps('p')).toBe('a done, b ready');
});

describe('is refused', () => {
  const world = World.started().submit(plan('hello', ['a']));
  const many = (count: number): Plan => plan('big', Array.from({ length: count }, (_, at) => `s${String(at)}`));
  it.each([
    ['UNCHANGED', 'the same bytes again', submit(plan('hello', ['a']), 'digest of hello')],
    ['PLAN_ID_TAKEN', 'an id that differs in case only', submit(plan('Hello', ['a']))],
    ['PLAN_ID_TAKEN', 'a reserved id', submit(plan('ledger', ['a']))],
    ['PLAN_ID_TAKEN', 'the name of the scope that means everything', submit(plan('All', ['a']))],
    ['PLAN_EMPTY', 'no step', submit(plan('none', []))],
    ['PLAN_TOO_LARGE', 'more steps than a plan may have', submit(many(MAX_STEPS + 1))],
  ] as const)('%s: %s', (code, _what, input) => {
    expect(world.no(input)).toBe(code);
  });

  it('NO_ORG: before there is an organisation', () => {
    const bare = new World();
    bare.yes({ type: 'start', ledger: 'l', object_format: 'sha256' });
    expect(bare.no(submit(plan('p', ['a'])))).toBe('NO_ORG');
  });

  it('nothing else: the largest plan enters', () => {
    world.yes(submit(many(MAX_STEPS)));
    expect(world.plan('big').counts.ready).toBe(MAX_STEPS);
  });
});

it('an id is never used again after its plan ended', () => {
  const world = World.started(org()).submit(plan('p', [step('a')], { integrate: 'none' }));
  world.accept(world.assign());
  expect(world.status('p')).toBe('done');
  expect(world.no(submit(plan('p', ['b'])))).toBe('PLAN_ENDED');
});
