// Two observers: what was taken off, put in anew or made anew as a whole hangs together by itself; another's memory tells.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { gitHandover } from '../../src/adapters/handover/git-handover.ts';
import { operatorRemote } from '../../src/adapters/operator/operator-remote.ts';
import { byHand } from '../../src/app/operations/by-hand.ts';
import { headOf, observer } from '../../src/app/verify/observer.ts';
import type { Sights } from '../../src/app/verify/observer.ts';
import { verify } from '../../src/app/verify/verify.ts';
import type { Verified } from '../../src/app/verify/verify.ts';
import { inWorld } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';

const LEDGER = 'refs/heads/coo/ledger';
const SEEN = 'refs/coo/seen';

async function notes(world: RealWorld, ...texts: readonly string[]): Promise<void> {
  for (const text of texts) expect(await byHand(world.world, { type: 'note', by: 'test', text, at_ms: 1 })).toMatchObject({ ok: true });
}

/** The ledger in a folder held against somebody's, by name as on the command line. */
async function against(world: RealWorld, name: string, folder = world.folder): Promise<Verified> {
  const at = await world.another(folder);
  const path = join(name.endsWith('.git') ? world.scratch : folder, name);
  const handover = gitHandover({ gitDir: at.layout.common, searchPath: world.env['PATH'] ?? '' });
  const sights: Sights = { remote: () => Promise.resolve(operatorRemote(folder)), clone: async (there) => Promise.resolve(there.endsWith('.git') ? there : `${there}/.git`), handover: () => Promise.resolve(handover) };
  return verify(at, { against: (ref) => observer(at, ref, name, path, sights) });
}

/** What only another's memory tells. */
const TOLD = new Set(['LEDGER_SHORT', 'LEDGER_FORKED', 'LEDGER_RECOMMITTED']);

function codes({ against: seen, findings }: Verified): readonly (string | undefined)[] {
  return [seen?.stands, ...findings.flatMap(({ code }) => (TOLD.has(code) ? [code] : []))];
}

async function codeOf(act: Promise<unknown>): Promise<unknown> {
  return act.then(() => undefined, (cause: unknown) => (cause instanceof Error && 'code' in cause ? cause.code : cause));
}

/** Moves the branch, and what this clone remembers, to another commit: whoever may write refs can do that. */
function put(world: RealWorld, commit: string): void {
  for (const ref of [LEDGER, SEEN]) world.repo.git('update-ref', ref, commit);
  // The copies in the worktree would tell it here too.
  rmSync(join(world.folder, '_report/ledger'), { recursive: true });
}

/** A remote that has the ledger as it is now, a clone, and a head in a file. */
async function watched(world: RealWorld): Promise<{ readonly clone: string }> {
  world.repo.git('clone', '-q', '--bare', '--no-local', world.folder, join(world.scratch, 'origin.git'));
  world.repo.git('remote', 'add', 'origin', join(world.scratch, 'origin.git'));
  const clone = join(world.scratch, 'clone');
  world.repo.git('clone', '-q', '--no-local', join(world.scratch, 'origin.git'), clone);
  writeFileSync(join(world.folder, 'head.json'), JSON.stringify(headOf(await world.fresh())));
  return { clone };
}

const EYES = ['origin', 'head.json', 'origin.git'] as const;

it('a ledger that goes on is told as what it is, by a remote, a kept head and another clone', async () => {
  await inWorld({}, async (world) => {
    await notes(world, 'one', 'two', 'three');
    const { clone } = await watched(world);
    for (const eye of EYES) expect(codes(await against(world, eye)), eye).toEqual(['same']);
    await notes(world, 'four');
    for (const eye of EYES) expect(codes(await against(world, eye)), eye).toEqual(['behind']);
    // Looking moves no ref.
    expect(world.repo.git('for-each-ref', '--format=%(refname)', 'refs/remotes')).toBe('');
    world.repo.git('push', '-q', 'origin', LEDGER);
    // The other clone lags, and may: it is no home.
    expect(codes(await against(world, 'origin', clone))).toEqual(['ahead']);
  });
});

it('an end that was taken off, with the memory of it', async () => {
  await inWorld({}, async (world) => {
    await notes(world, 'one', 'two', 'three');
    await watched(world);
    put(world, world.repo.git('rev-parse', `${LEDGER}~2`));
    expect((await verify(world.world)).findings).toEqual([]);
    for (const eye of EYES) expect(codes(await against(world, eye)), eye).toEqual(['ahead', 'LEDGER_SHORT']);
  });
});

it('an end that was put in anew: the first entry that differs is named', async () => {
  await inWorld({}, async (world) => {
    await notes(world, 'one', 'two', 'three');
    await watched(world);
    const { seq } = await world.fresh();
    put(world, world.repo.git('rev-parse', `${LEDGER}~2`));
    await notes(world, 'another two', 'another three', 'four');
    const first = `_report/ledger/000/000/${String(seq - 1).padStart(3, '0')}.json`;
    for (const eye of ['origin', 'origin.git']) expect((await against(world, eye)).findings, eye).toContainEqual(expect.objectContaining({ code: 'LEDGER_FORKED', path: first }));
    expect(codes(await against(world, 'head.json'))).toEqual(['apart', 'LEDGER_FORKED']);
  });
});

it('the same entries in commits that were made anew', async () => {
  await inWorld({}, async (world) => {
    await notes(world, 'one', 'two');
    await watched(world);
    const commits = world.repo.git('rev-list', '--reverse', LEDGER).split('\n');
    let parent: string | undefined;
    for (const commit of commits) {
      const message = world.repo.git('log', '-1', '--format=%B', commit);
      const above: readonly string[] = parent === undefined ? [] : ['-p', parent];
      parent = world.repo.git('-c', 'user.name=x', '-c', 'user.email=x@y', 'commit-tree', `${commit}^{tree}`, ...above, '-m', message);
    }
    put(world, parent ?? '');
    for (const eye of EYES) expect(codes(await against(world, eye)), eye).toEqual(['apart', 'LEDGER_RECOMMITTED']);
  });
});

it('what cannot be an observer is refused by its code', async () => {
  await inWorld({}, async (world) => {
    const { clone } = await watched(world);
    world.repo.git('remote', 'add', 'nowhere', join(world.scratch, 'nowhere.git'));
    world.repo.git('init', '-q', '--bare', join(world.scratch, 'empty.git'));
    world.repo.git('remote', 'add', 'empty', join(world.scratch, 'empty.git'));
    writeFileSync(join(world.folder, 'torn.json'), '{"schema":"coo/head.v1","led');
    const head = headOf(await world.fresh());
    const wrong = { 'other.json': { ledger: 'f'.repeat(32) }, 'digest.json': { sha256: 'f'.repeat(64) }, 'entry.json': { seq: head.seq + 1 } };
    for (const [name, change] of Object.entries(wrong)) writeFileSync(join(world.folder, name), JSON.stringify({ ...head, ...change }));
    for (const [name, code] of [['other.json', 'LEDGER_OTHER'], ['digest.json', 'HEAD_WRONG'], ['entry.json', 'HEAD_WRONG'], ['nowhere', 'FETCH_FAILED'], ['empty', 'NO_LEDGER'], ['torn.json', 'HEAD_UNREADABLE'], ['absent', 'AGAINST_UNKNOWN'], ['--upload-pack=touch x', 'AGAINST_UNKNOWN']] as const) {
      expect(await codeOf(against(world, name)), name).toBe(code);
    }
    expect(codes(await against(world, 'origin', clone))).toEqual(['same']);
  });
});

it("another project's ledger is refused as another one: it says nothing against this one", async () => {
  await inWorld({}, async (world) => {
    await inWorld({}, async (other) => {
      world.repo.git('remote', 'add', 'origin', other.folder);
      await expect(against(world, 'origin')).rejects.toMatchObject({ code: 'LEDGER_OTHER', exit: 2 });
    });
  });
});
