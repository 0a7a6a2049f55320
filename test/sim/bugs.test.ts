// What the simulator found, each as the smallest thing that shows it.
import { expect, it } from 'vitest';
import { failureMark } from '../../src/app/failure-mark.ts';
import { cooPaths } from '../../src/app/layout.ts';
import { baseOf } from '../../src/app/judge/base.ts';
import { LedgerSession } from '../../src/app/ledger/session.ts';
import { LedgerTree } from '../../src/app/ledger/tree.ts';
import { STATE_PATH } from '../../src/app/manager/checkpoint.ts';
import { Manager } from '../../src/app/manager/manager.ts';
import { Spool } from '../../src/app/manager/spool.ts';
import { openBreaker } from '../../src/app/operations/manage.ts';
import { readToken } from '../../src/app/operations/tokens.ts';
import { step } from '../../src/app/step.ts';
import type { Stepped } from '../../src/app/step.ts';
import type { Finding } from '../../src/kernel/event.ts';
import type { GitStore } from '../../src/ports/git-store.ts';
import { bytesOf, textOf } from '../contracts/files.contract.ts';
import { fakeFiles } from '../support/fake-files.ts';
import { fakeGitStore } from '../support/fake-git-store.ts';
import { fakeGitWork } from '../support/fake-git-work.ts';
import { FakeRepo } from '../support/fake-world.ts';
import { planText } from '../support/plans.ts';
import { claimOf, finding, finishedOf, org, plan, REASON, seat } from '../support/state-builder.ts';
import type { Told } from '../support/state-builder.ts';

const HERE = { boot: 'b', host: 'h', pidns: 'n', pid: 1, started: '1', nonce: 'n1' };
const NEVER = new AbortController().signal;

it('nothing is started of a claim whose publish failed', async () => {
  const repo = await FakeRepo.founded(org());
  await repo.files.create('/repo/_plans/p.plan.json', bytesOf(planText({ plan_id: 'p', steps: [{ step_id: 'a', commands: ['true'] }] })));
  const world = repo.process();
  const started: unknown[] = [];
  const processes = { ...world.processes, detach: async (program: unknown) => Promise.resolve(started.push(program)), spare: async () => Promise.reject(new Error('none')) };
  const stop = new AbortController();
  const git: GitStore = { ...world.git, swap: async (changes) => (changes.length > 2 ? Promise.reject(new Error('git was killed')) : world.git.swap(changes)) };
  await repo.git.write([{ type: 'blob', bytes: bytesOf('x') }]);
  const [main = ''] = await repo.git.write([{ type: 'commit', bytes: bytesOf(`tree ${'0'.repeat(40)}\nauthor a <a> 0 +0000\n\nm`) }]);
  await repo.git.swap([{ ref: 'refs/heads/main', before: null, after: main }]);
  let turns = 0;
  const watch = { folders: async () => Promise.resolve({ add: () => undefined, close: async () => Promise.resolve() }) };
  const onTurn = (session: LedgerSession): void => {
    turns += 1;
    expect(session.state.claims.size).toBe(0);
    stop.abort();
  };
  await Manager.run({ ...world, git, processes }, watch, { until: 'stopped', worktrees: async () => Promise.resolve(['/repo']), version: '0', drain: NEVER, stop: stop.signal, onTurn });
  expect([turns, started]).toEqual([1, []]);
});

it('who looks into the tree of the ledger while an entry is put into it takes nothing out', async () => {
  const store = fakeGitStore();
  const first = await new LedgerTree(store, null).put([{ path: 'a/one', bytes: bytesOf('1') }]);
  await store.write(first.objects);
  const held = Promise.withResolvers<void>();
  let slowReads = 1;
  const slow: GitStore = { ...store, read: async (id) => (slowReads-- > 0 ? held.promise.then(() => store.read(id)) : store.read(id)) };
  const tree = new LedgerTree(slow, first.root);
  const looks = tree.find('a/one');
  await tree.put([{ path: 'a/two', bytes: bytesOf('2') }]).then(({ objects }) => store.write(objects));
  held.resolve();
  await looks;
  const { root, objects } = await tree.put([{ path: 'a/three', bytes: bytesOf('3') }]);
  await store.write(objects);
  expect((await new LedgerTree(store, root).list('a')).map(({ name }) => name)).toEqual(['one', 'three', 'two']);
});

it('a message that was taken although its rename failed is not forgotten with the next one', async () => {
  const repo = await FakeRepo.founded(org());
  const spool = new Spool(repo.process(), 1);
  await spool.open();
  await repo.files.create('/repo/_bus/in/m.json', bytesOf('{}'));
  repo.files.failNext({ op: 'rename', cause: 'EIO', done: true });
  expect(await spool.takeMessage('/repo/_bus/in/m.json', 'm.json')).toMatchObject({ name: 'm.json', mark: { epoch: 1, number: 1 } });
});

it('a token that a power cut emptied is none, and not a wrong one', async () => {
  const repo = await FakeRepo.founded(org());
  const world = repo.process();
  await repo.files.folder(cooPaths.tokens(world.layout));
  await repo.files.replaceView(cooPaths.token(world.layout, 'p.a.1'), bytesOf(''));
  expect(await readToken(world, 'p.a.1')).toBeUndefined();
});

it('a session that folds again shows what it folded before until it is done', async () => {
  const repo = await FakeRepo.founded(org());
  const session = await LedgerSession.open(repo.process(), 'all');
  const seen = new Set<string | null>();
  const looks = repo.git.hooks;
  repo.git.hooks = { before: () => void seen.add(session.state.ledger) };
  await session.reload();
  repo.git.hooks = looks;
  expect([...seen]).toEqual(['ledger-1']);
});

it('a manager that begins writes views anew that the one before could not show any more', async () => {
  const repo = await FakeRepo.founded(org());
  const session = await LedgerSession.open(repo.process(), 'all');
  await step(session, () => [{ input: { type: 'checkpoint', as_of: 5, at_ms: 1 }, files: [{ path: STATE_PATH, bytes: bytesOf('{"new":1}') }] }], { writer: 'test', withinMs: 1_000 });
  await repo.files.folder('/repo/_report/agent/coo');
  await repo.files.replaceView(`/repo/${STATE_PATH}`, bytesOf('{"old":1}'));
  await repo.manage();
  expect(textOf(await repo.files.read(`/repo/${STATE_PATH}`, 99))).toBe('{"new":1}');
});

it('a breaker of all that stops what is at work knows the plans that its session took from the cache', async () => {
  const repo = await FakeRepo.founded(org({ seats: [seat('ada', { harness: 'bus' })] }));
  const session = await LedgerSession.open(repo.process(), 'all');
  const told = async (input: Told): Promise<Stepped> => step(session, () => [{ input: { ...input, at_ms: 1 } }], { writer: 'test', withinMs: 1_000 });
  await told({ type: 'submit', plan: plan('p', ['a']), digest: 'd', base: null, by: 'op' });
  await told(claimOf('p/a', 'ada'));
  await session.cache();
  const opened = await openBreaker(repo.process(), 'all', REASON, true);
  expect(opened.ok && opened.events.map(({ type }) => type)).toEqual(['breaker.opened', 'claim.revoked']);
});

it('the mark of a failure at many paths fits into an entry, and still tells failures apart', () => {
  const at = (many: number): Finding[] => Array.from({ length: many }, (_, n) => ({ code: 'OUT_OF_SCOPE', message: 'is outside', path: `src/a/long/folder/${String(n)}.txt` }));
  expect(failureMark(at(20)).length).toBeLessThanOrEqual(200);
  expect(new Set([failureMark(at(20)), failureMark(at(19)), failureMark(at(20))]).size).toBe(2);
});

it('the mark of a failure is the same whatever log it names', () => {
  const at = (sha256: string): Finding[] => [{ code: 'COMMAND_FAILED', message: `command 1 (make) exited with 2: no rule; its log: coo/logs/${sha256.slice(0, 2)}/${sha256.slice(2)} in the git folder` }];
  expect(failureMark(at('ab'.repeat(32)))).toBe(failureMark(at('cd'.repeat(32))));
});

it('work on top of a step that changed nothing is held against that step, whose receipt is not its doing', async () => {
  const store = fakeGitStore();
  const work = fakeGitWork({ store, files: fakeFiles(), self: HERE });
  const commit = async (path: string, parents: readonly string[], from: string | null): Promise<string> => work.commit({ tree: await work.withFiles(from, [{ path, bytes: bytesOf(path) }]), parents, message: path, at_ms: 0 });
  const start = await commit('src/a', [], null);
  const tip = await commit('_report/run.json', [start], start);
  const change = await commit('src/b', [tip], tip);
  expect(await baseOf(work, { start, tip, commit: change })).toBe(tip);
  expect(await baseOf(work, { start, tip, commit: await commit('src/c', [start], start) })).toBe(start);
});

it('a breaker of all that closes clears the counts of plans that its session did not hold', async () => {
  const repo = await FakeRepo.founded(org({ seats: [seat('dev')] }));
  const first = await LedgerSession.open(repo.process(), 'all');
  const told = async (session: LedgerSession, input: Told): Promise<Stepped> => step(session, () => [{ input: { ...input, at_ms: 1 } }], { writer: 'test', withinMs: 1_000 });
  await told(first, { type: 'submit', plan: plan('p', ['a']), digest: 'd', base: null, by: 'op' });
  await told(first, claimOf('p/a', 'dev', 'beating'));
  await told(first, finishedOf({ plan_id: 'p', step_id: 'a', fence: 1 }, 'failed', [finding()]));
  await told(first, { type: 'breaker', scope: 'all', action: 'open', ...REASON });
  await first.cache();
  const second = await LedgerSession.open(repo.process(), 'asked');
  await told(second, { type: 'breaker', scope: 'all', action: 'close', ...REASON });
  await second.cache();
  const third = await LedgerSession.open(repo.process(), 'all');
  expect([first.state.charges.size, third.state.charges.size]).toEqual([1, 0]);
});
