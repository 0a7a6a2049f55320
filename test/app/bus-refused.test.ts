// What is refused is kept: as text beside its reason where that is short, else as the file that it was.
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { byHand, once } from '../support/plans.ts';
import { eventually } from '../support/processes.ts';
import { inWorld } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';

/** The file beside a reason. */
function beside(world: RealWorld, file: string): Buffer {
  return readFileSync(join(world.folder, '_bus/rejected', file.replace(/\.json$/, '')));
}

it.concurrent('messages and claims too large to be read, too long for a reason, or not UTF-8 are kept whole', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: ['s', 't'].map((id) => byHand(id)) });
    expect(await world.run()).toBe(4);
    const files: Readonly<Record<string, Buffer>> = {
      '_bus/in/large.json': Buffer.alloc(1_048_577, 'a'),
      '_bus/in/long.json': Buffer.from(`{"type": "note", "text": "${'x'.repeat(70_000)}`),
      '_bus/in/latin.json': Buffer.from([0x7b, 0x22, 0xe9, 0x22, 0x7d]),
      '_bus/claims/p.s.json': Buffer.alloc(1_048_577, 'a'),
      '_bus/claims/p.t.json': Buffer.from([0x7b, 0xe9]),
    };
    for (const [path, bytes] of Object.entries(files)) writeFileSync(join(world.folder, path), bytes);
    expect(await world.run()).toBe(4);
    const codes = { large: 'MESSAGE_UNREADABLE', long: 'JSON_SYNTAX', latin: 'TEXT_NOT_UTF8', 'p.s': 'FILE_TOO_LARGE', 'p.t': 'TEXT_NOT_UTF8' };
    const rejected = world.rejected();
    expect(rejected).toHaveLength(5);
    for (const [path, bytes] of Object.entries(files)) {
      const name = path.slice(path.lastIndexOf('/') + 1, -'.json'.length) as keyof typeof codes;
      const found = rejected.find(({ file }) => file.startsWith(`${name}.`));
      expect([name, found?.codes[0], found?.text]).toEqual([name, codes[name], undefined]);
      expect([name, beside(world, found?.file ?? '').equals(bytes)]).toEqual([name, true]);
    }
    expect(readdirSync(join(world.folder, '_bus/claims')).filter((name) => !name.startsWith('.'))).toEqual([]);
  });
});

it.concurrent('a name too long for the spool is set aside, and the messages behind it are taken', async () => {
  await inWorld({}, async (world) => {
    const name = `${'a'.repeat(240)}.json`;
    writeFileSync(join(world.folder, '_bus/in', name), 'kept');
    writeFileSync(join(world.folder, '_bus/claims', name), '{"also": "kept"}');
    world.message('b', { type: 'note', by: 'me', text: 'behind it' });
    expect(await world.run()).toBe(0);
    expect((await world.eventsOf('noted')).map(({ text }) => text)).toEqual(['behind it']);
    const rejected = world.rejected();
    expect(rejected.map(({ codes }) => codes)).toEqual([['NAME_TOO_LONG'], ['NAME_TOO_LONG']]);
    expect(rejected.map(({ file }) => beside(world, file).toString()).sort()).toEqual(['kept', '{"also": "kept"}']);
  });
});

it.concurrent('a name that is not UTF-8, or a claim that ends in .JSON, is told and stays; once it is gone, so is the word', async () => {
  await inWorld({}, async (world) => {
    const odd = ['in', 'claims'].map((folder) => Buffer.concat([Buffer.from(join(world.folder, '_bus', folder, `${folder}-`)), Buffer.from([0xff]), Buffer.from('.json')]));
    const upper = join(world.folder, '_bus/claims/up.JSON');
    for (const path of [...odd, upper]) writeFileSync(path, '{}');
    const manager = world.manager('stopped');
    await world.untilRejected('up.JSON');
    expect(world.rejected().flatMap(({ codes }) => codes).sort()).toEqual(['CLAIM_NAME', 'NAME_NOT_UTF8', 'NAME_NOT_UTF8']);
    for (const path of [...odd, upper]) expect(readFileSync(path, 'utf8')).toBe('{}');
    for (const path of [...odd, upper]) rmSync(path);
    world.message('wake', { type: 'note', by: 'me', text: 'look' });
    await eventually(() => 'no word left', () => world.rejected().length === 0 || undefined);
    await manager.drain();
  });
});

it.concurrent('where no reason can be written the message waits in the spool, and the next manager tells its author', async () => {
  await inWorld({}, async (world) => {
    const folder = join(world.folder, '_bus/rejected');
    renameSync(folder, `${folder}.aside`);
    writeFileSync(folder, 'no folder\n');
    world.drop('_bus/in/torn.json', '{"type": "no');
    expect(await world.run()).toBe(0);
    rmSync(folder);
    mkdirSync(folder);
    expect(await world.run()).toBe(0);
    expect(world.rejected()).toMatchObject([{ codes: ['JSON_SYNTAX'], text: '{"type": "no' }]);
    expect((await world.eventsOf('message.refused')).map(({ name }) => name)).toEqual(['torn.json']);
    expect(readdirSync(join(world.repo.gitDir, 'coo/spool'), { recursive: true }).filter((name) => String(name).includes('torn'))).toEqual([]);
  });
});

it.concurrent('a manager that runs until nothing is left ends with 1 where nothing can be taken, after all else is done', async () => {
  await inWorld({}, async (world) => {
    const spool = join(world.repo.gitDir, 'coo/spool');
    rmSync(spool, { recursive: true });
    writeFileSync(spool, 'no folder\n');
    world.plan({ plan_id: 'p', steps: [once('s', 'true')] });
    world.message('hello', { type: 'note', by: 'me', text: 'hello' });
    const manager = world.manager('idle');
    expect(await manager.ended).toBe(1);
    expect(manager.said('end')).toMatchObject([{ why: `nothing is taken from ${spool}, which stands wrong: coo doctor` }]);
    expect(await world.steps('p')).toBe('s done');
    rmSync(spool);
    expect(await world.run()).toBe(0);
    expect((await world.eventsOf('noted')).map(({ text }) => text)).toEqual(['hello']);
  });
});
