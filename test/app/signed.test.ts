// A ledger that is signed: who signs what, and what becomes of a signature that somebody takes off.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { entryPath, loadEntry, parseEntry, renderEntry, signedText } from '../../src/format/entry.ts';
import type { EntrySignature } from '../../src/format/entry.ts';
import { checkSignature } from '../../src/format/entry-signature.ts';
import { keyOfSeed } from '../../src/format/ssh-key.ts';
import { signSsh } from '../../src/format/sshsig.ts';
import { LedgerSession } from '../../src/app/ledger/session.ts';
import { byHand } from '../../src/app/operations/by-hand.ts';
import { newKey } from '../../src/app/operations/key.ts';
import { step } from '../../src/app/step.ts';
import { verify } from '../../src/app/verify/verify.ts';
import { inWorld } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';

async function note(world: RealWorld, text: string): Promise<void> {
  const other = await world.another();
  const done = await byHand(other, { type: 'note', by: 'tester', text, at_ms: other.clock.now() });
  if (!done.ok) throw new Error(done.rejection.message);
}

function bytesOf(world: RealWorld, seq: number, ref = 'coo/ledger'): Buffer {
  return Buffer.from(`${world.repo.git('cat-file', 'blob', `${ref}:${entryPath(seq)}`)}\n`);
}

function signatureOf(world: RealWorld, seq: number): EntrySignature | undefined {
  const parsed = parseEntry(bytesOf(world, seq), entryPath(seq));
  if (!parsed.ok) throw new Error(parsed.fault.message);
  return parsed.signature;
}

type Parsed = Extract<ReturnType<typeof parseEntry>, { readonly ok: true }>;

/** Takes the signature off one entry, and puts the branch, with everything after it as it was, to the result. */
function strip(world: RealWorld, seq: number): void {
  rewrite(world, seq, ({ entry }) => renderEntry(entry).bytes);
}

/** Puts another text in the place of one entry's. */
function rewrite(world: RealWorld, seq: number, change: (parsed: Parsed) => Uint8Array): void {
  const parsed = parseEntry(bytesOf(world, seq), 'x');
  if (!parsed.ok) throw new Error(parsed.fault.message);
  const aside = join(world.scratch, 'other.json');
  writeFileSync(aside, change(parsed));
  const blob = world.repo.git('hash-object', '-w', aside);
  world.repo.git('read-tree', 'coo/ledger');
  world.repo.git('update-index', '--cacheinfo', `100644,${blob},${entryPath(seq)}`);
  const tree = world.repo.git('write-tree');
  world.repo.git('read-tree', 'HEAD');
  const last = world.repo.git('log', '-1', '--format=%B', 'coo/ledger');
  const commit = world.repo.git('commit-tree', tree, '-p', 'coo/ledger~1', '-m', last);
  world.repo.git('update-ref', 'refs/heads/coo/ledger', commit);
}

async function failure(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'none';
  } catch (cause) {
    return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  }
}

it.concurrent('what one step puts into several entries is signed as of the entry before each', async () => {
  await inWorld({}, async (world) => {
    await newKey(world.world, { principal: 'ann', slot: 'current' });
    const session = await LedgerSession.open(await world.another(), 'asked');
    const { signers } = session.state;
    if (signers === null) throw new Error('no signers');
    const at_ms = session.world.clock.now();
    const from = session.seq;
    // Notes of a size that an entry holds a few of, a list without anybody, and more notes.
    const notes = Array.from({ length: 4 }, () => ({ input: { type: 'note', by: 'tester', text: 'x'.repeat(400_000), at_ms } as const }));
    const { entries } = await step(session, () => [...notes, { input: { type: 'trust', version: 2, digest: 'd'.repeat(64), signers: [], at_ms } as const }, ...notes], { writer: 'tester', withinMs: 1_000 });
    const read = entries.map(({ bytes, path }) => loadEntry(bytes, path));
    const told = read.map((parsed) => (parsed.ok ? [parsed.entry.events.some((event) => event.type === 'signers.set'), parsed.signature?.by] : []));
    const turn = told.findIndex(([isTurn]) => isTurn === true);
    expect(turn).toBeGreaterThan(0);
    expect(told.length).toBeGreaterThan(turn + 1);
    expect(told.map(([, by]) => by)).toEqual(told.map((_, at) => (at <= turn ? 'ann' : undefined)));
    // Whoever reads them sees the same, as does the one that wrote them.
    expect((await LedgerSession.open(await world.another(), 'asked')).signers?.version).toBe(2);
    expect(session.signers?.version).toBe(2);
    expect(session.seq).toBe(from + told.length);
  });
});

it.concurrent('a signature that is taken off an entry is found by the next one, off the newest by what this clone saw', async () => {
  await inWorld({}, async (world) => {
    await newKey(world.world, { principal: 'ann', slot: 'current' });
    for (const text of ['one', 'two', 'three']) await note(world, text);
    const { seq } = await world.fresh();
    const head = world.repo.git('rev-parse', 'coo/ledger');
    expect([seq - 2, seq - 1, seq].map((at) => signatureOf(world, at)?.by)).toEqual(['ann', 'ann', 'ann']);
    const { signers } = (await world.fresh()).state;
    for (const at of [seq - 1, seq]) {
      strip(world, at);
      expect(signatureOf(world, at)).toBeUndefined();
      const parsed = parseEntry(bytesOf(world, at), 'x');
      // Dev mode takes an unsigned entry for what it is.
      expect(parsed.ok && [checkSignature(parsed, signers, 'dev').kind, checkSignature(parsed, signers, 'governed')]).toEqual(['unsigned', { kind: 'bad', code: 'SIGNATURE_MISSING', message: expect.any(String) as string }]);
      expect(await failure(world.another().then(async (other) => LedgerSession.open(other, 'all')))).toBe('LEDGER_REWOUND');
      // Where nothing was seen before, as in a clone, the chain tells of all but the newest.
      world.repo.git('update-ref', '-d', 'refs/coo/seen');
      world.repo.git('gc', '--prune=never', '-q');
      const other = await world.another();
      await other.files.removeAll(`${other.layout.coo}/cache`);
      expect(await failure(LedgerSession.open(other, 'all'))).toBe(at === seq ? 'none' : 'LEDGER_FORK');
      world.repo.git('update-ref', 'refs/coo/seen', head);
      world.repo.git('update-ref', 'refs/heads/coo/ledger', head);
    }
  });
});

const stranger = keyOfSeed(Buffer.alloc(32, 9), '');
const by = (signature: EntrySignature | undefined): string => signature?.by ?? '';
const FORGED: readonly (readonly [string, readonly string[], (parsed: Parsed, before: EntrySignature) => Uint8Array])[] = [
  ['nothing is changed', [], ({ entry, signature }) => renderEntry(entry, signature === undefined ? undefined : () => signature).bytes],
  ['its signature is taken off, which dev mode counts and no more', [], ({ entry }) => renderEntry(entry).bytes],
  ['its signature is that of the entry before', ['SIGNATURE_BAD'], ({ entry }, before) => renderEntry(entry, () => before).bytes],
  ['it says another manager under the same signature', ['SIGNATURE_BAD'], ({ entry, signature }, before) => renderEntry({ ...entry, manager: 'me' }, () => signature ?? before).bytes],
  ['it is signed with a key that nobody lists', ['SIGNATURE_UNKNOWN_KEY'], ({ entry, signature }) => renderEntry(entry, (digest) => ({ by: by(signature), sshsig: signSsh(signedText(digest), 'entry@git-coo', stranger) })).bytes],
  ['it is signed under another name', ['SIGNATURE_UNKNOWN_KEY'], ({ entry, signature }, before) => renderEntry(entry, () => ({ ...(signature ?? before), by: 'bob' })).bytes],
  ['its signature is for something else', ['SIGNATURE_NAMESPACE'], ({ entry, signature }) => renderEntry(entry, (digest) => ({ by: by(signature), sshsig: signSsh(signedText(digest), 'approval@git-coo', stranger) })).bytes],
];

it.concurrent.each(FORGED)('coo verify of a ledger whose newest entry was written anew: %s', async (_what, codes, forge) => {
  await inWorld({}, async (world) => {
    await newKey(world.world, { principal: 'ann', slot: 'current' });
    for (const text of ['one', 'two']) await note(world, text);
    const { seq } = await world.fresh();
    const { verdict: whole } = await verify(await world.another());
    const before = signatureOf(world, seq - 1);
    if (before === undefined) throw new Error('the entry before is not signed');
    rewrite(world, seq, (parsed) => forge(parsed, before));
    // Whoever can write the branch can write this too: what is left is the signature.
    world.repo.git('update-ref', 'refs/coo/seen', 'refs/heads/coo/ledger');
    const clone = join(world.scratch, 'clone');
    world.repo.git('clone', '-q', '--no-local', '--branch', 'coo/ledger', world.folder, clone);
    const { findings, verdict } = await verify(await world.another(clone));
    expect(findings.map(({ code, path }) => [code, path])).toEqual(codes.map((code) => [code, entryPath(seq)]));
    const isStripped = signatureOf(world, seq) === undefined;
    expect(verdict.unsigned).toBe(whole.unsigned + (isStripped ? 1 : 0));
  });
});

it.concurrent('a cache from before is no reason to sign otherwise', async () => {
  await inWorld({}, async (world) => {
    await newKey(world.world, { principal: 'ann', slot: 'current' });
    await (await world.fresh()).cache();
    await note(world, 'from the cache');
    expect(signatureOf(world, (await world.fresh()).seq)?.by).toBe('ann');
  });
});
