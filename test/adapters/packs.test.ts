import { closeSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { applyDelta } from '../../src/adapters/git-store/delta.ts';
import { encodeObject, objectId } from '../../src/adapters/git-store/encode.ts';
import type { ObjectFormat } from '../../src/adapters/git-store/encode.ts';
import { FilePages } from '../../src/adapters/git-store/file-pages.ts';
import { Packs } from '../../src/adapters/git-store/packs.ts';
import { codeOf } from '../contracts/git-store.contract.ts';
import { blob, openRealStore, scratchFolder, SEARCH_PATH, testRepo } from '../support/repo.ts';
import type { TestRepo } from '../support/repo.ts';

const scratch = scratchFolder('packs');
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Above what is read at once, and so much alike that git makes deltas of them. */
const LINES = Array.from({ length: 900 }, (_, at) => `line ${String(at * 7919)}`);
const TEXTS = Array.from({ length: 12 }, (_, at) => `${LINES.join('\n')}\n${'changed\n'.repeat(at)}${LINES.slice(at).toReversed().join('\n')}`);

/** A repository with its objects in one pack, and their ids. `how`: options of git's pack-objects. */
async function packed(format: ObjectFormat, how: readonly string[] = []): Promise<{ readonly repo: TestRepo; readonly ids: readonly string[]; readonly packs: Packs }> {
  const repo = testRepo(scratch, { format });
  const store = await openRealStore(repo.folder);
  const ids = [];
  for (const text of [...TEXTS, '', 'one']) ids.push(...(await store.write([blob(text)])));
  await store.close();
  repo.gitWith(`${ids.join('\n')}\n`, 'pack-objects', '-q', '--window=20', ...how, '.git/objects/pack/pack');
  repo.git('prune-packed', '-q');
  return { repo, ids, packs: packsOf(repo, format) };
}

function packsOf(repo: TestRepo, format: ObjectFormat = 'sha1'): Packs {
  return new Packs(join(repo.gitDir, 'objects'), format);
}

function fileOf(repo: TestRepo, ending: '.idx' | '.pack'): string {
  const folder = join(repo.gitDir, 'objects', 'pack');
  return join(folder, readdirSync(folder).find((name) => name.endsWith(ending)) ?? '');
}

function damage(path: string, change: (bytes: Buffer) => void): void {
  const bytes = readFileSync(path);
  change(bytes);
  rmSync(path);
  writeFileSync(path, bytes);
}

describe('objects out of packs', () => {
  it.each([
    ['sha1', 'by offset', ['--delta-base-offset']],
    ['sha1', 'by id', []],
    ['sha256', 'by offset', ['--delta-base-offset']],
  ] as const)('are what git gives: %s, deltas %s', async (format, _, how) => {
    const { repo, ids, packs } = await packed(format, how);
    expect(repo.git('verify-pack', '-v', fileOf(repo, '.idx'))).toContain('chain length = 3');
    for (const id of ids) expect(objectId(packs.read(id, 1_000_000) ?? blob('none'), format)).toBe(id);
    expect(packs.has(ids[0] ?? '')).toBe(true);
    const absent = '1'.repeat(ids[0]?.length ?? 0);
    expect([packs.has(absent), packs.read(absent, 100)]).toEqual([false, undefined]);
    packs.close();
    expect(Buffer.from(packs.read(ids[13] ?? '', 3)?.bytes ?? []).toString()).toBe('one');
    packs.close();
  });

  it('are for git where they are over the limit', async () => {
    const { repo, ids, packs } = await packed('sha1');
    const sizes = TEXTS.map((text) => text.length);
    for (const [at, size] of sizes.entries()) expect([packs.read(ids[at] ?? '', size)?.bytes.length, packs.read(ids[at] ?? '', size - 1)]).toEqual([size, undefined]);
    packs.close();
    const store = await openRealStore(repo.folder);
    expect(await codeOf(store.readMany(ids, (sizes[0] ?? 0) - 1, () => undefined))).toBe('GIT_TOO_LARGE');
    await store.close();
  });

  it('are for git where a byte of the pack is another: it gives the same or says what is broken', async () => {
    const { repo, ids } = await packed('sha1', ['--delta-base-offset']);
    const whole = readFileSync(fileOf(repo, '.pack'));
    let refused = 0;
    for (let place = 12; place < whole.length - 20; place += 97) {
      damage(fileOf(repo, '.pack'), (bytes) => bytes.writeUInt8(bytes.readUInt8(place) ^ 0x10, place));
      const packs = packsOf(repo);
      for (const [at, id] of ids.entries()) {
        const given = packs.read(id, 1_000_000);
        if (given === undefined) refused += 1;
        else expect(Buffer.from(given.bytes).toString()).toBe([...TEXTS, '', 'one'][at]);
      }
      packs.close();
      damage(fileOf(repo, '.pack'), (bytes) => bytes.set(whole));
    }
    expect(refused).toBeGreaterThan(0);
    damage(fileOf(repo, '.pack'), (bytes) => bytes.fill(0, 12, 400));
    const store = await openRealStore(repo.folder);
    const given: (string | null)[] = [];
    await store.readMany(ids, 1_000_000, (object) => given.push(object === null ? null : Buffer.from(object.bytes).toString()));
    expect(given).toContain(null);
    expect(given.map((text, at) => text ?? [...TEXTS, '', 'one'][at])).toEqual([...TEXTS, '', 'one']);
    await store.close();
  });

  it('are for git where the index is of another pack, cut off, or of another version', async () => {
    const changes: readonly ((bytes: Buffer) => void)[] = [(bytes) => bytes.fill(7, bytes.length - 40, bytes.length - 20), (bytes) => bytes.fill(255, 8 + 255 * 4, 8 + 256 * 4), (bytes) => bytes.fill(3, 7, 8)];
    for (const change of changes) {
      const { repo, ids } = await packed('sha1');
      damage(fileOf(repo, '.idx'), change);
      const packs = packsOf(repo);
      expect(packs.has(ids[0] ?? '')).toBe(false);
      packs.close();
    }
  });

  it('are looked for in every pack; what is loose among them comes from git, in its place', async () => {
    const { repo, ids } = await packed('sha1');
    const store = await openRealStore(repo.folder);
    const loose = await store.write([blob('first'), blob('last')]);
    const asked = [loose[0] ?? '', ...ids, loose[1] ?? '', ids[13] ?? ''];
    const given: string[] = [];
    await store.readMany(asked, 1_000_000, (object) => given.push(Buffer.from(object?.bytes ?? []).toString()));
    expect(given).toEqual(['first', ...TEXTS, '', 'one', 'last', 'one']);
    await store.close();
  });

  it('need no git', async () => {
    const { repo, ids } = await packed('sha1');
    const store = await openRealStore(repo.folder, { searchPath: '/nonexistent' });
    const given: number[] = [];
    await store.readMany(ids, 1_000_000, (object) => given.push(object?.bytes.length ?? -1));
    expect(given).toEqual([...TEXTS.map((text) => text.length), 0, 3]);
    await store.close();
    expect(SEARCH_PATH).not.toBe('/nonexistent');
  });
});

describe('pages of a file', () => {
  // 320 pages, of which no two are alike: more than are kept.
  const content = Buffer.from(Uint32Array.from({ length: 320 * 4_096 }, (_, at) => at * 2_654_435_761).buffer);
  const path = join(scratch, 'pages');

  it('give 4,096 bytes from any place on, or all that there are', () => {
    writeFileSync(path, content);
    const fd = openSync(path, 'r');
    const pages = new FilePages(fd);
    const places = Array.from({ length: 640 }, (_, at) => at * 8_191);
    for (const place of [...places, ...places.toReversed(), content.length - 4_096, content.length - 5, content.length - 1, 16_383, 16_384, 0]) {
      const seen = pages.from(place);
      expect(seen.length).toBeGreaterThanOrEqual(Math.min(4_096, content.length - place));
      expect(seen.equals(content.subarray(place, place + seen.length))).toBe(true);
    }
    expect([pages.from(content.length).length, pages.from(content.length + 100_000).length]).toEqual([0, 0]);
    closeSync(fd);
  });
});

describe('the id of an object', () => {
  it.each([0, 1, 4_095, 4_096, 4_097])('is that of its bytes behind a header: %d of them', (length) => {
    const object = { type: 'commit', bytes: Buffer.alloc(length, 'a text') } as const;
    for (const format of ['sha1', 'sha256'] as const) expect([objectId(object, format), objectId(blob('x'), format), objectId(object, format)]).toEqual([encodeObject(object, format).id, encodeObject(blob('x'), format).id, encodeObject(object, format).id]);
  });
});

describe('a delta', () => {
  const base = Buffer.from('0123456789'.repeat(10_000));
  const size = [0xa0, 0x8d, 0x06];
  const make = (...rest: readonly number[]): string | undefined => applyDelta(base, Uint8Array.from([...size, ...rest]), 70_000)?.toString('latin1');

  it('copies from its base and brings bytes of its own', () => {
    expect(make(5, 0x91, 8, 3, 2, 65, 66)).toBe('890AB');
    expect(make(30, 0x90, 30)).toBe(base.toString('latin1', 0, 30));
    // A length of 0 is 65,536; each byte that is left out is 0.
    expect(make(0x80, 0x80, 0x04, 0x80)).toBe(base.toString('latin1', 0, 65_536));
    expect(make(3, 0x96, 1, 1, 3)).toBe(base.toString('latin1', 65_792, 65_795));
    expect(make(0)).toBe('');
  });

  it('is none where it is of another base, makes less, more or too much, or reaches beyond an end', () => {
    expect(applyDelta(base.subarray(1), Uint8Array.from([...size, 0]), 100)).toBeUndefined();
    expect(make(2, 1, 65)).toBeUndefined();
    expect(make(1, 2, 65, 66)).toBeUndefined();
    expect(make(3, 3, 65, 66)).toBeUndefined();
    expect(make(1, 0x92, 0xff, 0xff, 3)).toBeUndefined();
    expect(make(4, 0x97, 0x9f, 0x86, 0x01, 4)).toBeUndefined();
    expect(make(2, 0x91, 1)).toBeUndefined();
    expect(make(1, 0)).toBeUndefined();
    expect(make(0xf1, 0xa2, 0x04)).toBeUndefined();
    expect(applyDelta(base, Uint8Array.from([0xa0]), 100)).toBeUndefined();
  });
});
