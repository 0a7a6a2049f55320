import { expect, it } from 'vitest';
import type { LedgerSession } from '../../src/app/ledger/session.ts';
import { awaitMerge } from '../../src/app/pull-request/pr.ts';
import type { Doors, PullRequestView } from '../../src/app/pull-request/pr.ts';
import type { Asked, Forge, PullRequest, PullState } from '../../src/ports/forge.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { plan, World } from '../support/state-builder.ts';

const VIEW = { schema: 'coo/pr.v1', plan_id: 'p', target: 'main', recorded: false, pull_request: { number: 7, url: 'u', state: 'open', action: 'opened' } } as unknown as PullRequestView;

/** Waits over these states of the pull request, one an answer; gives what came of it and how long it took, in milliseconds. */
async function waitOver(answers: readonly (PullState | Asked<PullRequest>)[]): Promise<{ readonly view?: PullRequestView; readonly error?: unknown; readonly ms: number }> {
  const world = World.started().submit(plan('p', ['a']));
  const clock = fakeClock();
  const left = [...answers];
  const forge = {
    pull: (number: number) => {
      const next = left.shift() ?? { kind: 'open' };
      return Promise.resolve('ok' in next ? next : { ok: true, value: { number, url: 'u', title: '', body: '', head: '', base: 'main', state: next } });
    },
  } as unknown as Forge;
  const doors: Doors = { remote: { nameFor: () => Promise.resolve('origin'), url: () => Promise.resolve('git@github.com:acme/widget.git'), push: () => Promise.resolve([]), fetch: () => Promise.reject(new Error('not asked for')) }, forge: () => Promise.resolve(forge) };
  const session = { world: { clock }, state: world.state, refresh: () => Promise.resolve(), ensure: () => Promise.resolve() } as unknown as LedgerSession;
  const from = clock.monotonic();
  let end: { readonly view?: PullRequestView; readonly error?: unknown } | undefined;
  awaitMerge(session, VIEW, doors).then(
    (view) => (end = { view }),
    (error: unknown) => (end = { error }),
  );
  while (end === undefined) await clock.advance(clock.sleeping() > 0 ? 1_000 : 0);
  return { ...end, ms: clock.monotonic() - from };
}

it('asks every half minute until it is merged or closed', async () => {
  expect(await waitOver([{ kind: 'open' }, { kind: 'open' }, { kind: 'merged', commit: 'd', how: null }])).toMatchObject({ view: { pull_request: { state: 'merged', number: 7 }, recorded: false }, ms: 60_000 });
  expect(await waitOver([{ kind: 'closed' }])).toMatchObject({ view: { pull_request: { state: 'closed' } }, ms: 0 });
});

it('ends with what the forge says when that does not answer', async () => {
  expect(await waitOver([{ kind: 'open' }, { ok: false, fault: { code: 'FORGE_DOWN', message: 'broken' } }])).toMatchObject({ error: { code: 'FORGE_DOWN', exit: 75 }, ms: 30_000 });
});
