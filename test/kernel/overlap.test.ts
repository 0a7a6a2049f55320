import { expect, it } from 'vitest';
import { offeredSteps } from '../../src/kernel/offered.ts';
import { overlap } from '../../src/kernel/overlap.ts';
import { explainStep } from '../../src/kernel/views.ts';
import { waitsForPeople } from '../../src/kernel/waits.ts';
import { finding, of, org, plan, seat, step, World } from '../support/state-builder.ts';

it.each([
  ['src/**', 'src/a.ts', true],
  ['src/**', 'test/a.ts', false],
  ['src/a.ts', 'src/b.ts', false],
  ['**/*.ts', 'src/deep/a.ts', true],
  ['**/*.ts', 'src/a.md', false],
  ['src/*/a.ts', 'src/x/y/a.ts', false],
  ['src/**/a.ts', 'src/a.ts', true],
  ['src/', 'src/deep/a.ts', true],
  ['SRC/**', 'src/a.ts', true],
  ['*.md', '*.txt', false],
  ['a*', '*b', true],
  ['a*c', 'ab*', true],
  ['{a,b}.ts', 'b.ts', true],
  ['**', 'anything/at/all', true],
  ['docs/**', 'doc/**', false],
])('%s and %s: %s', (a, b, meets) => {
  expect([overlap([a], [b]), overlap([b], [a])]).toEqual([meets, meets]);
});

const both = (): World => World.started(org({ seats: [seat('dev-1'), seat('dev-2'), seat('you', { harness: 'person' })] })).submit(plan('p', [step('a', { scope: ['src/**'] }), step('b', { scope: ['src/b.ts'] }), step('c', { outputs: ['docs/c.md'] })]));

it('steps that may write the same files do not run together; the others do', () => {
  const world = both();
  const first = world.assign();
  expect(first.step_id).toBe('a');
  expect(world.yes(world.assignment())).toEqual([{ type: 'step.deferred', plan_id: 'p', step_id: 'b', behind: 'p/a' }]);
  expect(world.step('p/b')).toMatchObject({ status: 'ready', behind: 'p/a' });
  expect(world.assign().step_id).toBe('c');
  expect(world.no({ type: 'claim', plan_id: 'p', step_id: 'b', seat: 'you', nonce: 'n', token_sha256: 'x', kind: 'held' })).toBe('OVERLAP');
  world.accept(first);
  expect(world.step('p/b').behind).toBe(null);
  expect(world.assign().step_id).toBe('b');
});

it('where only people and bus agents fit: explain says which waits for which, and nobody is offered what he would be refused', () => {
  const people = [seat('you', { harness: 'person', roles: ['pilot'] }), seat('ada', { harness: 'person', roles: ['pilot'] })];
  const world = World.started(org({ seats: people })).submit(plan('p', [step('a', { scope: ['src/**'] }), step('b', { scope: ['src/b.ts'] }), step('c', { scope: ['docs/**'] })]));
  const claim = world.claim('p/a', 'ada');
  const told = (): readonly string[] => explainStep(world.state, world.plan('p'), world.step('p/b')).map(({ code, who, next }) => `${code} ${who}: ${next}`);
  const shown = (): readonly (readonly string[])[] => [offeredSteps(world.state, 9).flatMap(({ steps }) => steps.map(({ step: one }) => one.key)), waitsForPeople(world.state, 9, ({ accepted_at_ms }) => accepted_at_ms).waits.map(({ plan_id, step_id }) => `${plan_id}/${step_id ?? ''}`)];
  expect(told()).toEqual(['OVERLAP p/a: coo explain p/a']);
  expect(shown()).toEqual([['p/c'], ['p/c']]);
  world.yes({ type: 'release', ...of(claim), reason: 'r' });
  expect(told()).toEqual(['UNCLAIMED you, ada: coo claim p/b --seat you']);
  expect(shown()).toEqual([['p/a', 'p/b', 'p/c'], ['p/a', 'p/b', 'p/c']]);
});

it('what stands behind a step comes forward however its claim ends', () => {
  const ends: readonly ((world: World) => void)[] = [
    (world) => void world.yes({ type: 'skip', plan_id: 'p', step_id: 'a', by: 'op', reason: 'r' }),
    (world) => void world.yes({ type: 'override', plan_id: 'p', step_id: 'a', to: 'blocked', by: 'op', reason: 'r' }),
  ];
  for (const end of ends) {
    const world = both();
    world.assign();
    world.yes(world.assignment());
    end(world);
    expect(world.step('p/b')).toMatchObject({ behind: null, status: 'ready' });
    expect(world.step('p/b').queued).not.toBe(null);
  }
});

it('a seat that asks for the best is given the next best, in two turns', () => {
  const world = both();
  world.claim('p/a', 'dev-1', 'beating');
  expect(world.yes({ type: 'take', seat: 'dev-2', nonce: 'n', token_sha256: 't', kind: 'beating' })[0]).toMatchObject({ type: 'step.deferred', step_id: 'b' });
  expect(world.yes({ type: 'take', seat: 'dev-2', nonce: 'n', token_sha256: 't', kind: 'beating' })[0]).toMatchObject({ type: 'step.claimed', step_id: 'c' });
});

it('another plan is in nobody\'s way: it has a branch of its own', () => {
  const world = World.started().submit(plan('p', [step('a', { scope: ['src/**'] })]), plan('q', [step('a', { scope: ['src/**'] })]));
  world.assign();
  expect(world.assign().plan_id).toBe('q');
});

const conflict = { paths: ['src/a.ts'], ours: ['src/a.ts', 'src/b.ts'], theirs: ['src/a.ts'] };
const verdict = { kind: 'conflict', reason: 'does not merge', findings: [finding('MERGE_CONFLICT')], conflict } as const;

it('a conflict gets one new attempt, uncharged and from the new tip, with both sides in its order; then a person', () => {
  const world = World.started().submit(plan('p', ['a']));
  const first = world.assign();
  world.finish(first, 'passed');
  world.judge(first, verdict);
  expect(world.step('p/a')).toMatchObject({ status: 'ready', failures: 0, conflict });
  const second = world.assign();
  expect(second.fence).toBe(2);
  world.finish(second, 'passed');
  world.judge(second, verdict);
  expect(world.step('p/a')).toMatchObject({ status: 'blocked', why: 'does not merge' });
});

it('by hand a conflict is told and mended under the same claim', () => {
  const world = World.started().submit(plan('p', ['a']));
  const claim = world.claim('p/a');
  world.yes({ type: 'done', ...of(claim), commit: world.commit() });
  world.judge(claim, verdict);
  expect(world.step('p/a')).toMatchObject({ status: 'claimed', findings: verdict.findings });
});
