import { expect, it } from 'vitest';
import { renderFile } from '../../src/format/file.ts';
import { LedgerSession } from '../../src/app/ledger/session.ts';
import { checkpointOffer } from '../../src/app/manager/checkpoint.ts';
import { byHand } from '../../src/app/operations/by-hand.ts';
import { step } from '../../src/app/step.ts';
import { verify } from '../../src/app/verify/verify.ts';
import { FakeRepo } from '../support/fake-world.ts';
import { org, REASON } from '../support/state-builder.ts';

async function pause(repo: FakeRepo, scope: string): Promise<void> {
  const done = await byHand(repo.process(), { type: 'pause', scope, ...REASON, at_ms: repo.clock.now() });
  if (!done.ok) throw new Error(done.rejection.message);
}

/** A checkpoint that was made, and whose entry then came after somebody else's. `forged`: with something else in its views. */
async function overtaken(forged: boolean): Promise<FakeRepo> {
  const repo = await FakeRepo.founded(org());
  await pause(repo, 'all');
  const session = await LedgerSession.open(repo.process(), 'all');
  const { input, files } = checkpointOffer(session, repo.clock.now());
  await byHand(repo.process(), { type: 'resume', scope: 'all', ...REASON, at_ms: repo.clock.now() });
  const shown = forged ? files?.map((file) => ({ ...file, bytes: renderFile({ ...(JSON.parse(new TextDecoder().decode(file.bytes)) as object), ...(file.path.endsWith('state.json') ? { paused: [] } : {}) }) })) : files;
  await step(session, () => [{ input, ...(shown === undefined ? {} : { files: shown }) }], { writer: 'test', withinMs: 1_000 });
  const { state, seq } = await LedgerSession.open(repo.process(), 'all');
  expect([state.checkpoint, state.paused.size]).toEqual([seq - 2, 0]);
  return repo;
}

it('views of an entry that another one came after are what that entry gives', async () => {
  expect((await verify((await overtaken(false)).process())).findings).toEqual([]);
});

it('and are found where they are not: what they say fits the entry after it', async () => {
  expect((await verify((await overtaken(true)).process())).findings.map(({ code, path }) => `${code} ${path}`)).toEqual(['VIEW_OTHER _report/agent/coo/state.json']);
});
