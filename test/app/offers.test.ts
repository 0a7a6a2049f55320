// What `_bus/out` shows: offers and the manager's report. Views, made of the ledger alone.
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pause, resume } from '../../src/app/operations/manage.ts';
import { shapeErrors } from '../../tools/generate.ts';
import { byHand, once } from '../support/plans.ts';
import { eventually } from '../support/processes.ts';
import { inWorld } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';

const ME = { by: 'me', reason: 'because' } as const;
const at = (step_id: string): object => ({ plan_id: 'p', step_id, fence: 1 });

/** `folder/name` of every offer, sorted. */
function offers(folder: string): readonly string[] {
  const out = join(folder, '_bus/out');
  const audiences = existsSync(out) ? readdirSync(out).filter((name) => /^(?:roles|seats)\./.test(name)) : [];
  return audiences.flatMap((name) => readdirSync(join(out, name)).flatMap((file) => (file.startsWith('.') ? [] : [`${name}/${file}`]))).sort();
}

async function untilOffers(world: RealWorld, ...expected: readonly string[]): Promise<void> {
  await eventually(() => `offers ${expected.join(', ')}; there are ${offers(world.folder).join(', ')}`, () => offers(world.folder).join() === expected.join() || undefined);
}

type Document = { readonly schema: string; readonly as_of: number } & Readonly<Record<string, unknown>>;

function document(folder: string, path: string): Document {
  return JSON.parse(readFileSync(join(folder, '_bus/out', path), 'utf8')) as Document;
}

const REPORTS = ['assignments', 'incidents', 'waiting'].map((name) => `manager-report/${name}.json`);

/** Every document of `_bus/out` by path, whatever entry it was written at. Each has the shape of its schema. */
function shown(folder: string): Readonly<Record<string, unknown>> {
  const found = [...offers(folder), ...REPORTS].map((path) => [path, document(folder, path)] as const);
  expect(found.flatMap(([, value]) => shapeErrors(value.schema, value))).toEqual([]);
  return Object.fromEntries(found.map(([path, value]) => [path, { ...value, as_of: 0 }]));
}

/** Waits until a report says it. */
async function untilReport(world: RealWorld, name: string, probe: (report: Document) => boolean): Promise<Document> {
  // Offers are shown before it.
  await world.untilFile(join(world.folder, `_bus/out/manager-report/${name}.json`));
  return eventually(
    () => `a report: ${JSON.stringify(document(world.folder, `manager-report/${name}.json`))}`,
    () => {
      const report = document(world.folder, `manager-report/${name}.json`);
      return probe(report) ? report : undefined;
    },
  );
}

it.concurrent('a ready step is offered to its role, to all, or to its seat; no more once it is claimed, blocked, paused or in the way of another', async () => {
  await inWorld({ seats: 1 }, async (world) => {
    const steps = [byHand('think', { role: 'thinker', scope: ['a/**'] }), byHand('also', { role: 'thinker', scope: ['a/b.txt'] }), byHand('any'), byHand('mine', { seat: 'me-3' }), byHand('group', { seat: 'me' }), byHand('later', { depends_on: ['any'] })];
    world.plan({ plan_id: 'p', priority: 'high', steps });
    const manager = world.manager('stopped');
    await untilOffers(world, 'roles.any/p.any.json', 'roles.thinker/p.also.json', 'roles.thinker/p.think.json', 'seats.me-3/p.mine.json', 'seats.me/p.group.json');
    const accepted = (await world.untilPlan('p', () => true)).accepted_at_ms;
    const offer = document(world.folder, 'roles.thinker/p.think.json');
    expect(offer).toEqual({ schema: 'coo/offer.v1', as_of: offer.as_of, plan_id: 'p', step_id: 'think', objective: 'do think', role: 'thinker', scope: ['a/**'], priority: 'high', since: new Date(accepted).toISOString() });
    world.ask('p', 'think', 'me-1');
    await untilOffers(world, 'roles.any/p.any.json', 'seats.me-3/p.mine.json', 'seats.me/p.group.json');
    world.message('stuck', { type: 'step.blocked', ...at('think'), reason: 'no key' });
    await untilOffers(world, 'roles.any/p.any.json', 'roles.thinker/p.also.json', 'seats.me-3/p.mine.json', 'seats.me/p.group.json');
    expect((await pause(await world.another(), 'p', ME)).ok).toBe(true);
    await untilOffers(world);
    expect((await resume(await world.another(), 'p', ME)).ok).toBe(true);
    await untilOffers(world, 'roles.any/p.any.json', 'roles.thinker/p.also.json', 'seats.me-3/p.mine.json', 'seats.me/p.group.json');
    await manager.drain();
  });
});

it.concurrent('what only the manager itself can do is offered to nobody', async () => {
  await inWorld({ seats: 1 }, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('own', 'sleep 1', { seat: 'dev' }), once('next', 'true', { seat: 'dev' })] });
    const manager = world.manager('idle');
    await world.untilStep('p/own', 'running');
    await untilReport(world, 'assignments', ({ assignments }) => JSON.stringify(assignments).includes('p.own.1'));
    expect(offers(world.folder)).toEqual([]);
    expect(await manager.ended).toBe(0);
  });
});

it.concurrent('the report: who holds what, what waits for a person, what was refused or went wrong, the newest first', async () => {
  await inWorld({ seats: 1 }, async (world) => {
    world.plan({ plan_id: 'p', steps: [byHand('asks'), byHand('stuck'), once('fails', 'exit 3', { seat: 'dev' }), byHand('held')] });
    const manager = world.manager('stopped');
    await world.untilStep('p/fails', 'failed');
    for (const [step_id, seat] of [['asks', 'me-1'], ['stuck', 'me-2'], ['held', 'me-3']] as const) {
      world.ask('p', step_id, seat);
      await world.untilClaim(`p/${step_id}`);
    }
    world.message('stuck', { type: 'step.blocked', ...at('stuck'), reason: 'no key' });
    await world.untilStep('p/stuck', 'blocked');
    world.message('asks', { type: 'step.question', ...at('asks'), to: 'you', text: 'red or blue?' });
    await world.untilStep('p/asks', 'blocked');
    world.message('wrong', { type: 'step.progress', plan_id: 'p', step_id: 'held', fence: 7, text: 'x' });
    const incidents = await untilReport(world, 'incidents', (report) => JSON.stringify(report).includes('FENCE_UNKNOWN'));
    expect((incidents['incidents'] as { type: string }[]).map(({ type }) => type)).toEqual(['message.refused', 'claim.released', 'run.ended']);
    expect((incidents['incidents'] as { message: string }[])[0]?.message).toContain('message wrong.json is refused, FENCE_UNKNOWN: ');
    expect(document(world.folder, REPORTS[2] ?? '')).toMatchObject({
      waiting: [
        { code: 'FAILED', step_id: 'fails' },
        { code: 'BLOCKED', step_id: 'stuck', message: 'no key', who: 'a person', next: "coo retry p/stuck --reason '...', or do it yourself: coo claim p/stuck --seat me-1" },
        { code: 'QUESTION', step_id: 'asks', message: 'me-1 asks you: red or blue?', who: 'you', next: "coo answer p/asks --text '...'" },
      ],
      more: 0,
    });
    expect(document(world.folder, REPORTS[0] ?? '')).toMatchObject({ assignments: [{ order_id: 'p.held.1', seat: 'me-3', kind: 'held', state: 'executing', asked: false }], offers: [] });
    const before = shown(world.folder);
    await manager.kill();
    // Gone, all of it: the next manager finds the same again.
    rmSync(join(world.folder, '_bus/out'), { recursive: true });
    const second = world.manager('idle');
    expect(await second.ended).toBe(4);
    expect(shown(world.folder)).toEqual(before);
  });
});

it.concurrent('of two thousand ready steps the best two hundred are offered, and it is said how many more there are', async () => {
  await inWorld({ seats: 1 }, async (world) => {
    world.plan({ plan_id: 'p', steps: Array.from({ length: 2_000 }, (_, number) => byHand(`s${String(number)}`, { role: 'thinker' })) });
    const manager = world.manager('stopped');
    await eventually(() => 'many offers', () => offers(world.folder).length === 200 || undefined);
    expect(await untilReport(world, 'assignments', (report) => JSON.stringify(report['offers']) !== '[]')).toMatchObject({ offers: [{ to: 'roles.thinker', shown: 200, more: 1_800 }] });
    const folder = join(world.folder, '_bus/out/roles.thinker');
    const written = (): readonly string[] => readdirSync(folder).map((name) => `${name} ${String(statSync(join(folder, name)).ino)}`).sort();
    const before = new Set(written());
    world.ask('p', 's0', 'me-1');
    await eventually(() => 'the next best', () => existsSync(join(folder, 'p.s200.json')) || undefined);
    // One went, one came: no other was written.
    expect(written().filter((one) => !before.has(one)).map((one) => one.split(' ')[0])).toEqual(['p.s200.json']);
    expect(existsSync(join(folder, 'p.s0.json'))).toBe(false);
    await manager.drain();
  });
});

it.concurrent('whoever writes in it changes nothing: an edited, a forged, a removed offer and a link are as they were in the next look; a stranger’s other files stay', async () => {
  await inWorld({ seats: 1 }, async (world) => {
    world.plan({ plan_id: 'p', steps: [byHand('edited'), byHand('removed'), byHand('linked'), byHand('taken')] });
    const manager = world.manager('stopped');
    const all = ['edited', 'linked', 'removed', 'taken'].map((id) => `roles.any/p.${id}.json`);
    await untilOffers(world, ...all);
    await world.untilFile(join(world.folder, '_bus/out', REPORTS[2] ?? ''));
    const before = shown(world.folder);
    const folder = join(world.folder, '_bus/out/roles.any');
    const outside = join(world.scratch, 'outside');
    writeFileSync(outside, 'not ours\n');
    writeFileSync(join(folder, 'p.edited.json'), '{"objective": "rm -rf /"}\n');
    rmSync(join(folder, 'p.removed.json'));
    rmSync(join(folder, 'p.linked.json'));
    symlinkSync(outside, join(folder, 'p.linked.json'));
    writeFileSync(join(folder, 'p.forged.json'), '{"plan_id": "p"}\n');
    mkdirSync(join(world.folder, '_bus/out/roles.forged'));
    symlinkSync(outside, join(world.folder, '_bus/out/roles.forged/p.edited.json'));
    mkdirSync(join(world.folder, '_bus/out/theirs'));
    writeFileSync(join(world.folder, '_bus/out/theirs/p.x.json'), 'theirs\n');
    await untilOffers(world, ...all);
    await eventually(() => 'what was edited', () => (readFileSync(join(folder, 'p.edited.json'), 'utf8').includes('do edited') && lstatSync(join(folder, 'p.linked.json')).isFile()) || undefined);
    expect(shown(world.folder)).toEqual(before);
    expect(readFileSync(outside, 'utf8')).toBe('not ours\n');
    expect(readFileSync(join(world.folder, '_bus/out/theirs/p.x.json'), 'utf8')).toBe('theirs\n');
    await manager.drain();
  });
});

it.concurrent('every worktree that shows the bus shows them; where a link stands in the place of the folder nothing is written behind it', async () => {
  await inWorld({ seats: 1 }, async (world) => {
    const other = join(world.scratch, 'other');
    world.repo.git('worktree', 'add', '-q', '-b', 'other', other);
    mkdirSync(join(other, '_bus'));
    const elsewhere = join(world.scratch, 'elsewhere');
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, join(world.folder, '_bus/out'));
    world.plan({ plan_id: 'p', steps: [byHand('a')] });
    const manager = world.manager('stopped', {}, [other]);
    await eventually(() => 'the offer', () => offers(other).join() === 'roles.any/p.a.json' || undefined);
    expect(readdirSync(elsewhere)).toEqual([]);
    const said = await eventually(() => 'a word about the link', () => manager.said('folder.wrong')[0]?.['message']);
    expect(String(said)).toContain(`${world.folder}/_bus/out is a symlink, not a folder: it shows nothing new\n`);
    rmSync(join(world.folder, '_bus/out'));
    await untilOffers(world, 'roles.any/p.a.json');
    await eventually(() => 'a word that it is back', () => manager.said('folder.back')[0]);
    expect([manager.said('folder.wrong').length, manager.said('folder.back').length]).toEqual([1, 1]);
    await manager.drain();
  });
});
