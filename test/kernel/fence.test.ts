import { describe, expect, it } from 'vitest';
import { BASE, finishedOf, judgedOf, of, org, plan, seat, TOKEN, World } from '../support/state-builder.ts';
import type { Attempt, Told } from '../support/state-builder.ts';

type Said = (at: Attempt, token?: { readonly token_sha256: string }) => Told;

/** What a holder says; each may show the token of its claim. */
const MESSAGES: Readonly<Record<string, Said>> = {
  renew: (at, token) => ({ type: 'renew', ...of(at), ...token }),
  release: (at, token) => ({ type: 'release', ...of(at), reason: 'r', ...token }),
  block: (at, token) => ({ type: 'block', ...of(at), reason: 'r', ...token }),
  progress: (at, token) => ({ type: 'progress', ...of(at), text: 't', ...token }),
  done: (at, token) => ({ type: 'done', ...of(at), commit: BASE, ...token }),
};
/** What the coordinator sees for itself: no token to show. */
const SIGHTINGS: Readonly<Record<string, Said>> = {
  started: (at) => ({ type: 'started', ...of(at), worker: 'w' }),
  finished: (at) => finishedOf(at, 'passed'),
  lost: (at) => ({ type: 'lost', ...of(at), why: 'w', receipt: 'r' }),
  ran_out: (at) => ({ type: 'ran_out', ...of(at), renewals: 0 }),
  judged: (at) => judgedOf(at, BASE, { kind: 'accepted', plan_after: BASE }),
};
const ALL = Object.entries({ ...MESSAGES, ...SIGHTINGS });

/** A step under its second fence; the first was given back. */
function second(mode: 'dev' | 'governed' = 'dev'): { readonly world: World; readonly old: Attempt; readonly now: Attempt } {
  const world = World.started(org({ mode, seats: [seat('you', { harness: 'person' })] })).submit(plan('p', ['a', 'b<-a']));
  if (mode === 'governed') world.approve('p');
  const old = world.claim('p/a');
  world.yes({ type: 'release', ...of(old), reason: 'later', token_sha256: TOKEN });
  return { world, old, now: world.claim('p/a') };
}

it('a fence grows by one with each grant', () => {
  const { old, now } = second();
  expect([old.fence, now.fence]).toEqual([1, 2]);
});

describe.each(ALL)('%s is refused', (_name, said) => {
  it('FENCE_OLD: of an attempt that is over', () => {
    const { world, old } = second();
    expect(world.no(said(old))).toBe('FENCE_OLD');
  });

  it('FENCE_UNKNOWN: that nobody was ever given', () => {
    const { world, now } = second();
    expect(world.no(said({ ...now, fence: 3 }))).toBe('FENCE_UNKNOWN');
    expect(world.no(said({ ...now, step_id: 'b', fence: 1 }))).toBe('FENCE_UNKNOWN');
  });

  it('CLAIM_NONE: when nobody holds the step', () => {
    const { world, now } = second();
    world.yes({ type: 'release', ...of(now), reason: 'later' });
    expect(world.no(said(now))).toBe('CLAIM_NONE');
  });

  it('STEP_UNKNOWN, PLAN_UNKNOWN', () => {
    const { world, now } = second();
    expect(world.no(said({ ...now, step_id: 'z' }))).toBe('STEP_UNKNOWN');
    expect(world.no(said({ ...now, plan_id: 'z' }))).toBe('PLAN_UNKNOWN');
  });
});

describe.each(Object.entries(MESSAGES))('%s and its token', (_name, said) => {
  it('a wrong one is refused in any mode, none only in governed mode', () => {
    for (const mode of ['dev', 'governed'] as const) {
      const { world, now } = second(mode);
      expect(world.no(said(now, { token_sha256: 'wrong' }))).toBe('HOLDER_OTHER');
      if (mode === 'governed') expect(world.no(said(now))).toBe('HOLDER_OTHER');
      else world.yes(said(now));
    }
  });

  it('the right one is taken', () => {
    const { world, now } = second('governed');
    world.yes(said(now, { token_sha256: TOKEN }));
  });
});

it('the event says whether the holder was authenticated', () => {
  const { world, now } = second();
  world.yes({ type: 'renew', ...of(now) });
  expect(world.last('claim.renewed').authenticated).toBe(false);
  world.yes({ type: 'done', ...of(now), commit: BASE, token_sha256: TOKEN });
  expect(world.last('run.reported').authenticated).toBe(true);
});

it('what the coordinator sees for itself needs no token in governed mode', () => {
  const world = World.started(org({ mode: 'governed' })).submit(plan('p', ['a', 'b'])).approve('p');
  world.accept(world.started(world.assign()));
  world.lose(world.assign());
  expect(world.steps('p')).toBe('a done, b waiting');
});
