// Folders that somebody put a file or a link in the place of: said once, the rest goes on, and what was held up is taken when it is mended.
import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readCacheHead } from '../../src/app/ledger/cache.ts';
import { restoreMirror } from '../../src/app/ledger/mirror.ts';
import { entryPath } from '../../src/format/entry.ts';
import { applyByHand } from '../../src/app/operations/by-hand.ts';
import { claim } from '../../src/app/operations/claim.ts';
import { byHand, once } from '../support/plans.ts';
import { eventually } from '../support/processes.ts';
import { inWorld } from '../support/real-world.ts';
import type { ManagerProcess, RealWorld } from '../support/real-world.ts';

const FOLDERS = ['_bus/in', '_bus/claims', '_bus/orders', '_bus/rejected', '_report', '_plans', '.git/coo/results'];
const KINDS = ['file', 'symlink'] as const;

/** Puts a folder aside and a file, or a link to a folder elsewhere, in its place. Returns how to put it back. */
function spoil(world: RealWorld, name: string, kind: (typeof KINDS)[number]): () => void {
  const folder = join(world.folder, name);
  const there = renamed(folder, `${folder}.aside`);
  if (kind === 'file') writeFileSync(folder, 'not a folder\n');
  else symlinkSync(elsewhere(world), folder);
  return () => {
    rmSync(folder);
    if (there) renameSync(`${folder}.aside`, folder);
  };
}

/** False where there was nothing. */
function renamed(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch {
    return false;
  }
}

function elsewhere(world: RealWorld): string {
  const folder = join(world.scratch, 'elsewhere');
  mkdirSync(folder, { recursive: true });
  return folder;
}

async function note(world: RealWorld): Promise<unknown> {
  return applyByHand(await world.session(), { type: 'note', by: 'me', text: 'meanwhile', at_ms: 1 });
}

async function untilSaid(manager: ManagerProcess, code: string, folder: string): Promise<Record<string, unknown>> {
  return eventually(
    () => `${code} about ${folder}\n${manager.output()}`,
    () => manager.said(code).find(({ message }) => String(message).startsWith(`${folder} `)),
  );
}

it.concurrent.each(KINDS.flatMap((kind) => FOLDERS.map((name) => [name, kind] as const)))('%s becomes a %s under a running manager', async (name, kind) => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [byHand('s')] });
    const manager = world.manager('stopped');
    await world.untilStep('p/s', 'ready');
    // Not in the middle of what is being written there.
    await world.untilFile(join(world.folder, entryPath((await world.session()).seq)));
    const mend = spoil(world, name, kind);
    // What is decided is shown, and what comes in by another folder is taken.
    if (name === '_bus/in') world.ask('p', 's', 'me-1');
    else for (const type of ['note', 'unheard-of']) world.message(type, { type, by: 'me', text: 'meanwhile' });
    await world.until('it goes on', (session) => (name === '_bus/in' ? session.state.claims.has('p/s') : manager.said('noted').length > 0));
    if (name === '_bus/orders') world.ask('p', 's', 'me-1');
    const said = await untilSaid(manager, 'folder.wrong', join(world.folder, name));
    expect(said['level']).toBe('error');
    expect(said['message']).toContain(`is a ${kind}, not a folder: `);
    expect(said['message']).toContain('\n  fix: move it away; then: mkdir ');
    mend();
    if (name === '_bus/rejected') world.message('again', { type: 'unheard-of' });
    await untilSaid(manager, 'folder.back', join(world.folder, name));
    world.plan({ plan_id: 'q', steps: [once('t', 'true')] });
    await world.untilStep('q/t', 'done');
    world.message('after', { type: 'note', by: 'me', text: 'afterwards' });
    await world.until('a message', () => manager.said('noted').some(({ message }) => String(message).includes('afterwards')));
    expect(manager.said('folder.wrong')).toHaveLength(1);
    expect(readdirSync(elsewhere(world))).toEqual([]);
    const { seq } = await world.session();
    expect(await manager.drain()).toBe(0);
    const missing = await restoreMirror(world.world, await world.session(), world.folder, false);
    // A manager that leaves writes entries that it no longer shows.
    expect(missing.filter((path) => !path.startsWith('_report/ledger/') || Number(path.replaceAll(/\D/g, '')) <= seq)).toEqual([]);
  });
});

it.concurrent.each(KINDS)('each of them is a %s before the manager starts: it starts, and takes up what comes back', async (kind) => {
  await inWorld({}, async (world) => {
    const mends = FOLDERS.map((name) => spoil(world, name, kind));
    const manager = world.manager('stopped');
    for (const name of FOLDERS.filter((folder) => folder !== '_bus/rejected')) await untilSaid(manager, 'folder.wrong', join(world.folder, name));
    for (const mend of mends) mend();
    world.plan({ plan_id: 'q', steps: [once('t', 'true'), byHand('s')] });
    await world.untilStep('q/t', 'done');
    world.ask('q', 's', 'me-1');
    await world.untilClaim('q/s');
    expect(readdirSync(elsewhere(world))).toEqual([]);
    expect(await manager.drain()).toBe(0);
  });
});

it.concurrent.each(KINDS)('the spool becomes a %s under a running manager: messages wait, plans go on, and all is taken once it is mended', async (kind) => {
  await inWorld({}, async (world) => {
    const manager = world.manager('stopped');
    await world.until('an epoch', (session) => session.state.epoch !== null);
    const mend = spoil(world, '.git/coo/spool', kind);
    world.message('hello', { type: 'note', by: 'me', text: 'hello' });
    await untilSaid(manager, 'folder.wrong', join(world.folder, '.git/coo/spool'));
    world.plan({ plan_id: 'q', steps: [once('t', 'true')] });
    await world.untilStep('q/t', 'done');
    expect(manager.said('noted')).toEqual([]);
    mend();
    await world.until('the note', () => manager.said('noted').length === 1);
    expect(readdirSync(elsewhere(world))).toEqual([]);
    expect(await manager.drain()).toBe(0);
  });
});

it.concurrent.each(KINDS)('the cache becomes a %s under a running manager: it goes on, commands too, and the fold is kept again once it is mended', async (kind) => {
  await inWorld({}, async (world) => {
    const manager = world.manager('stopped');
    await world.until('an epoch', (session) => session.state.epoch !== null);
    const mend = spoil(world, '.git/coo/cache', kind);
    world.plan({ plan_id: 'q', steps: [once('t', 'true')] });
    await world.untilStep('q/t', 'done');
    const said = await untilSaid(manager, 'folder.wrong', join(world.folder, '.git/coo/cache'));
    expect(said['message']).toContain(`is a ${kind}, not a folder: commands fold the ledger anew each time\n  fix: move it away; then: mkdir `);
    for (let at = 0; at < 20; at += 1) expect(await note(world)).toMatchObject({ ok: true });
    mend();
    expect(await note(world)).toMatchObject({ ok: true });
    await untilSaid(manager, 'folder.back', join(world.folder, '.git/coo/cache'));
    expect(readdirSync(elsewhere(world))).toEqual([]);
    expect(manager.said('folder.wrong')).toHaveLength(1);
    expect(await manager.drain()).toBe(0);
    expect((await readCacheHead(world.world))?.seq).toBe((await world.session()).seq);
  });
});

it.concurrent.each(['', '/1'])('the spool%s removed under a running manager is made again: what comes in then is taken', async (part) => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [byHand('s')] });
    const manager = world.manager('stopped');
    await world.untilStep('p/s', 'ready');
    rmSync(join(world.repo.gitDir, `coo/spool${part}`), { recursive: true });
    world.message('hello', { type: 'note', by: 'me', text: 'hello' });
    await world.until('the note', () => manager.said('noted').length === 1);
    rmSync(join(world.repo.gitDir, `coo/spool${part}`), { recursive: true });
    world.ask('p', 's', 'me-1');
    await world.untilClaim('p/s');
    expect(await manager.drain()).toBe(0);
  });
});

it.concurrent('a command that claims gives its token though nothing can be shown', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [byHand('s')] });
    expect(await world.run()).toBe(4);
    for (const name of ['_bus/claims', '_bus/orders', '_report']) spoil(world, name, 'file');
    const answer = await claim(await world.another(), { plan_id: 'p', step_id: 's', seat: 'me-1', nonce: 'n' });
    expect(answer).toMatchObject({ ok: true, claimed: { order_id: 'p.s.1', token: expect.stringMatching(/^[0-9a-f]+$/) } });
  });
});
