// How often the forge is asked for a merge that a plan awaits, and what is done where it cannot be asked.
import { expect, it } from 'vitest';
import { Failure } from '../../src/app/failure.ts';
import { MergeWatch } from '../../src/app/integrate/merge-watch.ts';
import type { Desk } from '../../src/app/manager/shared.ts';
import type { Input } from '../../src/kernel/input.ts';
import type { Asked, Forge, PullRequest, PullState } from '../../src/ports/forge.ts';
import type { LogLine } from '../../src/ports/log.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { plan, World } from '../support/state-builder.ts';

const URL = 'https://forge/pull/7';

function setting({ url = 'git@github.com:acme/widget.git', noForge }: { readonly url?: string; readonly noForge?: Failure } = {}) {
  const world = World.started().submit(plan('p', ['a'], { integrate: 'pull_request' }));
  world.accept(world.assign());
  world.yes({ type: 'awaiting_merge', plan_id: 'p' });
  const clock = fakeClock();
  const asked: string[] = [];
  const said: LogLine[] = [];
  let state: PullState = { kind: 'open' };
  let fault: Asked<PullRequest> | undefined;
  const answer = (how: string): Promise<Asked<PullRequest>> => {
    asked.push(how);
    return Promise.resolve(fault ?? { ok: true, value: { number: 7, url: URL, title: 't', body: 'b', head: world.plan('p').tip ?? '', base: 'main', state } });
  };
  const forge = { find: () => answer('find'), pull: () => answer('pull') } as unknown as Forge;
  const desk = {
    signal: new AbortController().signal,
    session: { state: world.state, refs: { plan: (id: string) => `refs/heads/coo/${id}` } },
    world: {
      clock,
      log: { say: (line: LogLine) => said.push(line) },
      git: { ref: () => Promise.resolve(null) },
      elsewhere: () => Promise.resolve({ history: {}, doors: { remote: { nameFor: () => Promise.resolve('origin'), url: () => Promise.resolve(url) }, forge: () => (noForge === undefined ? Promise.resolve(forge) : Promise.reject(noForge)) } }),
    },
  } as unknown as Desk;
  const watch = new MergeWatch(desk);
  const found: Input[] = [];
  return {
    world,
    asked,
    said,
    found,
    becomes: (next: PullState): void => void (state = next),
    fails: (next: Asked<PullRequest> | undefined): void => void (fault = next),
    /** Lets time go by as the manager's loop does: a look at each beat. */
    async pass(seconds: number): Promise<void> {
      for (let at = 0; at < seconds; at += 10) {
        let scanned = watch.scan();
        while (scanned.again) {
          await clock.advance(0);
          found.push(...scanned.offers.map(({ input }) => input));
          scanned = watch.scan();
        }
        found.push(...scanned.offers.map(({ input }) => input));
        await clock.advance(10_000);
      }
    },
  };
}

it('asks once a minute, by number once it is known, and tells what it learnt once', async () => {
  const at = setting();
  await at.pass(300);
  expect(at.asked).toEqual(['find', 'pull', 'pull', 'pull', 'pull']);
  expect(at.found).toEqual([]);
  at.becomes({ kind: 'merged', commit: 'd'.repeat(40), how: 'squash' });
  await at.pass(60);
  expect(at.found).toMatchObject([{ type: 'merged_elsewhere', plan_id: 'p', commit: 'd'.repeat(40), kind: 'squash' }]);
  at.world.yes({ type: 'merged_elsewhere', plan_id: 'p', commit: 'd'.repeat(40), kind: 'squash' });
  at.asked.splice(0);
  await at.pass(300);
  expect(at.asked).toEqual([]);
});

it('tells of a close, and of the opening after it', async () => {
  const at = setting();
  at.becomes({ kind: 'closed' });
  await at.pass(20);
  expect(at.found).toMatchObject([{ type: 'closed_elsewhere', where: URL }]);
  at.world.yes({ type: 'closed_elsewhere', plan_id: 'p', where: URL });
  await at.pass(120);
  expect(at.found).toHaveLength(1);
  at.becomes({ kind: 'open' });
  await at.pass(60);
  expect(at.found).toMatchObject([{ where: URL }, { type: 'closed_elsewhere', where: null }]);
});

it('asks no more until a limit is over, and says so once', async () => {
  const at = setting();
  at.fails({ ok: false, fault: { code: 'FORGE_RATE_LIMITED', message: 'too much', retry_at_ms: Date.UTC(2030, 0, 1, 1) } });
  await at.pass(3_500);
  expect(at.asked).toHaveLength(1);
  await at.pass(200);
  expect(at.asked).toHaveLength(2);
  expect(at.said.map(({ code }) => code)).toEqual(['FORGE_RATE_LIMITED']);
});

it.each([
  ['no token', { noForge: new Failure({ code: 'FORGE_AUTH', message: 'there is no token', fix: 'export it' }) }, 'FORGE_AUTH'],
  ['no forge', { url: '/srv/git/widget.git' }, 'REMOTE_NO_FORGE'],
])('looks in git alone where there is %s, and says it once', async (_, options, code) => {
  const at = setting(options);
  await at.pass(1_000);
  expect(at.asked).toEqual([]);
  expect(at.said.map((line) => [line.level, line.code])).toEqual([['warn', code]]);
});
