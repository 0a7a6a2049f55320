// Work by files alone: claims and messages that are whole, torn, or no files at all.
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { viewOf } from '../support/claim-view.ts';
import { byHand } from '../support/plans.ts';
import { eventually } from '../support/processes.ts';
import { inWorld, stepOf } from '../support/real-world.ts';

it.concurrent('a step by files alone: claimed, the order read, refused until it is right, then done; another is blocked, another given back', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'hand', steps: ['a', 'b', 'c', 'd'].map((id) => byHand(id, id === 'a' ? { outputs: ['a.txt'] } : {})) });
    const manager = world.manager('stopped');
    await world.untilStep('hand/a', 'ready');
    world.ask('hand', 'a', 'me-1');
    world.ask('hand', 'b', 'me-2');
    world.ask('hand', 'c', 'me-3');
    const a = await viewOf(world, 'hand.a');
    expect(a).toMatchObject({ fence: 1, nonce: 'nonce-of-me-1' });
    expect(JSON.parse(readFileSync(join(world.folder, a.order), 'utf8'))).toMatchObject({ order_id: 'hand.a.1', outputs: ['a.txt'] });
    const at = { plan_id: 'hand', step_id: 'a', fence: 1 };
    world.message('empty-handed', { type: 'step.done', ...at, commit: a.start_commit });
    await world.until('it is told what is missing', (session) => stepOf(session, 'hand/a')?.findings.some(({ code }) => code === 'OUTPUT_MISSING'));
    expect((await world.untilClaim('hand/a', (claim) => claim.reported === null)).fence).toBe(1);
    world.repo.git('worktree', 'add', '-q', '-b', 'mine', join(world.scratch, 'mine'), a.start_commit);
    writeFileSync(join(world.scratch, 'mine/a.txt'), 'by hand\n');
    world.repo.git('-C', join(world.scratch, 'mine'), 'add', 'a.txt');
    world.repo.git('-C', join(world.scratch, 'mine'), 'commit', '-q', '-m', 'by hand');
    world.message('working', { type: 'step.progress', ...at, text: 'half way' });
    world.message('done', { type: 'step.done', ...at, commit: world.repo.git('rev-parse', 'mine') });
    await world.untilStep('hand/a', 'done');
    expect(world.repo.git('show', 'coo/hand:a.txt')).toBe('by hand');
    await viewOf(world, 'hand.b');
    world.message('stuck', { type: 'step.blocked', plan_id: 'hand', step_id: 'b', fence: 1, reason: 'the key is missing' });
    expect((await world.untilStep('hand/b', 'blocked')).why).toContain('the key is missing');
    await viewOf(world, 'hand.c');
    world.message('back', { type: 'claim.release', plan_id: 'hand', step_id: 'c', fence: 1 });
    await world.untilStep('hand/c', 'ready');
    await eventually(() => 'views that go with their claims', () => !existsSync(join(world.folder, '_bus/claims/hand.c.json')) || undefined);
    // A release after the loss takes nothing from whoever came next.
    world.ask('hand', 'c', 'me-4');
    expect(await viewOf(world, 'hand.c')).toMatchObject({ fence: 2 });
    world.message('late-release', { type: 'claim.release', plan_id: 'hand', step_id: 'c', fence: 1 });
    expect((await world.untilRejected('late-release')).codes).toEqual(['FENCE_OLD']);
    expect((await world.untilClaim('hand/c')).nonce).toBe('nonce-of-me-4');
    await manager.drain();
  });
});

it.concurrent('requests that are no good: each set aside with its reason, none taken for free, nothing deleted', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: ['torn', 'empty', 'link', 'pipe', 'folder', 'twice', 'role'].map((id) => (id === 'role' ? byHand(id, { role: 'approver' }) : byHand(id))) });
    const claims = join(world.folder, '_bus/claims');
    const manager = world.manager('stopped');
    await world.untilStep('p/torn', 'ready');
    writeFileSync(join(claims, 'p.torn.json'), '{"plan_id": "p", "step_id": "to');
    writeFileSync(join(claims, 'p.empty.json'), '');
    const secret = join(world.scratch, 'secret');
    writeFileSync(secret, JSON.stringify({ plan_id: 'p', step_id: 'link', seat: 'me-1', nonce: 'nonce-of-me-1' }));
    symlinkSync(secret, join(claims, 'p.link.json'));
    expect(spawnSync('mkfifo', [join(claims, 'p.pipe.json')]).status).toBe(0);
    mkdirSync(join(claims, 'p.folder.json'));
    writeFileSync(join(claims, 'p.folder.json/notes.txt'), 'an afternoon of work');
    world.ask('p', 'twice', 'me-2');
    world.ask('p', 'role', 'me-3');
    for (const [name, code] of [['p.link', 'CLAIM_NOT_FILE'], ['p.pipe', 'CLAIM_NOT_FILE'], ['p.folder', 'CLAIM_NOT_FILE'], ['p.role', 'SEAT_UNFIT']] as const) {
      expect([name, (await world.untilRejected(name)).codes[0]]).toEqual([name, code]);
    }
    const torn = await world.untilRejected('p.torn');
    expect(torn.text).toContain('{"plan_id"');
    await world.untilRejected('p.empty');
    expect(await viewOf(world, 'p.twice')).toMatchObject({ fence: 1, nonce: 'nonce-of-me-2' });
    expect(readFileSync(secret, 'utf8')).toContain('me-1');
    expect(await world.steps('p')).toBe('torn ready, empty ready, link ready, pipe ready, folder ready, twice claimed, role ready');
    await eventually(() => 'an empty folder of claims', () => readdirSync(claims).filter((name) => !name.startsWith('.')).join() === 'p.twice.json' || undefined);
    const pipes = readdirSync(join(world.folder, '_bus/rejected'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFIFO());
    expect(pipes.map(({ name }) => name)).toEqual([]);
    const kept = readdirSync(join(world.folder, '_bus/rejected'), { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('notes.txt'));
    expect(readFileSync(join(world.folder, '_bus/rejected', kept ?? ''), 'utf8')).toBe('an afternoon of work');
    expect((await world.eventsOf('step.claimed')).map(({ step_id }) => step_id)).toEqual(['twice']);
    await manager.drain();
  });
});

it.concurrent('two ask for one step with the same words but for the nonce: one holds it, the other is told who', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [byHand('s')] });
    const manager = world.manager('stopped');
    await world.untilStep('p/s', 'ready');
    world.ask('p', 's', 'me-1', 'nonce-one');
    expect(() => world.ask('p', 's', 'me-1', 'nonce-two')).toThrow(/EEXIST/);
    await viewOf(world, 'p.s');
    world.drop('_bus/claims/p.s.json', `${JSON.stringify({ plan_id: 'p', step_id: 's', seat: 'me-1', nonce: 'nonce-two' })}\n`);
    expect((await world.untilRejected('p.s')).codes).toEqual(['CLAIM_HELD']);
    expect((await world.untilClaim('p/s')).nonce).toBe('nonce-one');
    await manager.drain();
  });
});

it.concurrent('messages that are no good: each refused with its reason, in the record too where it could not be read, none lost', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [byHand('s')] });
    const manager = world.manager('stopped');
    await world.untilStep('p/s', 'ready');
    world.ask('p', 's', 'me-1');
    await viewOf(world, 'p.s');
    const inbox = join(world.folder, '_bus/in');
    const at = { plan_id: 'p', step_id: 's' };
    world.drop('_bus/in/torn.json', '{"type": "step.do');
    world.drop('_bus/in/twice.json', '{"type": "note", "text": "a", "text": "b"}');
    world.drop('_bus/in/proto.json', '{"type": "note", "text": "a", "__proto__": {"x": 1}}');
    world.message('old', { type: 'step.progress', ...at, fence: 2, text: 'x' });
    world.message('nowhere', { type: 'step.progress', plan_id: 'p', step_id: 'none', fence: 1, text: 'x' });
    world.message('noplan', { type: 'step.progress', plan_id: 'none', step_id: 's', fence: 1, text: 'x' });
    world.message('thief', { type: 'step.progress', ...at, fence: 1, text: 'x', token: 'stolen' });
    world.message('ghost', { type: 'step.done', ...at, fence: 1, commit: 'ab'.repeat(20) });
    symlinkSync('/etc/passwd', join(inbox, 'link.json'));
    expect(spawnSync('mkfifo', [join(inbox, 'pipe.json')]).status).toBe(0);
    mkdirSync(join(inbox, 'folder.json'));
    writeFileSync(join(inbox, 'folder.json/inner.txt'), 'kept');
    for (const [name, code] of [['old', 'FENCE_UNKNOWN'], ['nowhere', 'STEP_UNKNOWN'], ['noplan', 'PLAN_UNKNOWN'], ['thief', 'HOLDER_OTHER'], ['link', 'MESSAGE_UNREADABLE'], ['pipe', 'MESSAGE_UNREADABLE'], ['folder', 'MESSAGE_UNREADABLE']] as const) {
      expect([name, (await world.untilRejected(name)).codes[0]]).toEqual([name, code]);
    }
    for (const name of ['torn', 'twice', 'proto']) expect((await world.untilRejected(name)).text).toContain('"type"');
    expect(JSON.stringify(world.rejected())).not.toContain('root:');
    expect((await world.eventsOf('message.refused')).map(({ name }) => name).sort()).toEqual(expect.arrayContaining(['link.json', 'pipe.json', 'proto.json', 'torn.json', 'twice.json']));
    await world.until('the report of a commit that is not there is answered', (session) => stepOf(session, 'p/s')?.findings.length);
    expect((await world.untilClaim('p/s')).fence).toBe(1);
    const inner = readdirSync(join(world.folder, '_bus'), { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('inner.txt'));
    expect(readFileSync(join(world.folder, '_bus', inner ?? ''), 'utf8')).toBe('kept');
    expect(lstatSync(inbox).isDirectory()).toBe(true);
    await manager.drain();
  });
});
