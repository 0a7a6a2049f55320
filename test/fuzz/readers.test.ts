import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fc, mangled } from '../format/fuzz.ts';
import { bytes } from '../format/corpus.ts';
import { READERS, outcomeOf } from './readers.ts';

/** The same cases each time: a new one comes by a new seed, and stays by a file in `corpus/`. */
const SEED = 20_271_115;
const RUNS = 150;
const CORPUS = join(import.meta.dirname, 'corpus');
const kept = readdirSync(CORPUS).map((name) => readFileSync(join(CORPUS, name)));

const cut = (good: Uint8Array): fc.Arbitrary<Uint8Array> => fc.tuple(fc.nat(good.length), fc.nat(good.length), fc.uint8Array({ maxLength: 12 })).map(([from, to, put]) => Buffer.concat([good.subarray(0, from), put, good.subarray(to)]));
/** JSON that a reader may take for its own: its members are there, and hold anything. */
const forged = (good: Uint8Array): fc.Arbitrary<Uint8Array> => {
  const members = membersOf(good);
  return fc.tuple(fc.subarray(Object.keys(members)), fc.array(fc.jsonValue({ maxDepth: 3 }), { minLength: 1, maxLength: 4 })).map(([names, values]) => bytes(JSON.stringify({ ...members, ...Object.fromEntries(names.filter((name) => name !== 'schema').map((name, at) => [name, values[at % values.length]])) })));
};

function membersOf(good: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(Buffer.from(good).toString('utf8')) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

describe.each(READERS.map((reader) => [reader.name, reader] as const))('the reader of: %s', (_name, reader) => {
  it('takes what is good', async () => {
    expect(await outcomeOf(reader, reader.good)).toBe('value');
  });

  it('gives a value or a fault with a code for every kept case', async () => {
    for (const content of kept) await outcomeOf(reader, content);
  });

  it('gives a value or a fault with a code for anything', async () => {
    const good = Buffer.from(reader.good).toString('utf8');
    const anything = fc.oneof(mangled(good), cut(reader.good), forged(reader.good), fc.jsonValue().map((value) => bytes(JSON.stringify(value))));
    await fc.assert(fc.asyncProperty(anything, async (content) => void (await outcomeOf(reader, content))), { numRuns: RUNS, seed: SEED });
  });
});
