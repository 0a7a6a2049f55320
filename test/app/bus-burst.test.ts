// More messages than one look takes, dropped at once.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inWorld } from '../support/real-world.ts';

const COUNT = 1_200;

it('1,200 messages at once: taken in the order of their names, torn ones set aside with their text, none lost', async () => {
  await inWorld({}, async (world) => {
    const names = Array.from({ length: COUNT }, (_, at) => `m-${String(at).padStart(4, '0')}`);
    const torn = (at: number): boolean => at % 10 === 0;
    for (const [at, name] of names.entries()) {
      const text = JSON.stringify({ type: 'note', by: 'me', text: name });
      world.drop(`_bus/in/${name}.json`, torn(at) ? text.slice(0, -4) : text);
    }
    expect(await world.run()).toBe(0);
    expect((await world.eventsOf('noted')).map(({ text }) => text)).toEqual(names.filter((_, at) => !torn(at)));
    expect((await world.eventsOf('message.taken')).map(({ mark }) => mark.number)).toEqual(names.map((_, at) => at + 1));
    const rejected = world.rejected();
    expect(new Set(rejected.map(({ file }) => file.split('.')[0]))).toEqual(new Set(names.filter((_, at) => torn(at))));
    expect(rejected).toHaveLength(COUNT / 10);
    for (const { file, text } of rejected) expect(text).toBe(JSON.stringify({ type: 'note', by: 'me', text: file.split('.')[0] }).slice(0, -4));
    expect(readdirSync(join(world.folder, '_bus/in')).filter((name) => name !== 'README.md')).toEqual([]);
    expect(readdirSync(join(world.repo.gitDir, 'coo/spool/1'))).toEqual([]);
  });
});
