// Any single flipped bit in any file of the record is found, and named by its file: 5,000 of them, fifty at a time in fifty files.
import { expect, it } from 'vitest';
import { cooPaths } from '../../src/app/layout.ts';
import { writeHome } from '../../src/app/ledger/home.ts';
import { ledgerCommit, readLedgerCommit } from '../../src/app/ledger/commit.ts';
import { LedgerSession } from '../../src/app/ledger/session.ts';
import { LedgerTree } from '../../src/app/ledger/tree.ts';
import { step } from '../../src/app/step.ts';
import { verify } from '../../src/app/verify/verify.ts';
import { entryPath } from '../../src/format/entry.ts';
import { Recorder } from '../../tools/bench/work/recorder.ts';
import { fakeRandom } from '../support/fake-random.ts';
import { FakeRepo } from '../support/fake-world.ts';

const ENTRIES = 1_000;
const FLIPS = 5_000;
const AT_ONCE = 50;
const LEDGER = 'refs/heads/coo/ledger';
const SEEN = 'refs/coo/seen';

it(`finds each of ${String(FLIPS)} flipped bits in a ledger of ${String(ENTRIES)} entries, wherever it is`, { timeout: 1_800_000 }, async () => {
  const repo = new FakeRepo();
  const world = repo.process();
  await repo.files.folder(repo.layout.coo);
  const recorder = new Recorder();
  const [start, ...rest] = recorder.next(2);
  if (start?.input.type !== 'start') throw new Error('the crew does not begin with a ledger');
  await writeHome(world, start.input.ledger, 'coo');
  const session = await LedgerSession.open(world, 'all');
  const publish = async (offers: Parameters<typeof step>[1]): Promise<unknown> => step(session, offers, { writer: 'test', withinMs: 1_000 });
  await publish(() => [start, ...rest]);
  while (session.seq < ENTRIES) {
    const offers = recorder.next(2);
    await publish(() => offers);
  }
  // The branches of its plans were never there: to a clone they are absent.
  await repo.files.remove(cooPaths.home(repo.layout));
  expect(await verify(world)).toMatchObject({ ok: true, entries: ENTRIES });

  const head = await readLedgerCommit(world.git, session.head ?? '');
  const leaves = await new LedgerTree(world.git, head.tree).leaves();
  expect(leaves.filter(({ path }) => path.includes('/runs/')).length).toBeGreaterThan(100);
  const random = fakeRandom(5);
  const draw = (below: number): number => Math.floor(random.unit() * below);
  for (let done = 0; done < FLIPS; done += AT_ONCE) {
    // The last entry is always among them: nothing comes after it that could tell.
    const chosen = new Map([[entryPath(ENTRIES), leaves.find(({ path }) => path === entryPath(ENTRIES))?.id ?? '']]);
    while (chosen.size < AT_ONCE) {
      const leaf = leaves[draw(leaves.length)];
      if (leaf !== undefined) chosen.set(leaf.path, leaf.id);
    }
    const files = await Promise.all(
      [...chosen].map(async ([path, id]) => {
        const bytes = Uint8Array.from((await world.git.read(id))?.bytes ?? []);
        const bit = draw(bytes.length * 8);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        return { path, bytes, bit };
      }),
    );
    const put = await new LedgerTree(world.git, head.tree).put(files);
    const commit = ledgerCommit({ tree: put.root, parent: head.parent, seq: ENTRIES, at_ms: 1, events: [] });
    await world.git.write([...put.objects, commit]);
    for (const ref of [LEDGER, SEEN]) repo.git.repository.refs.set(ref, world.git.idOf(commit));
    const found = new Set((await verify(world)).findings.map(({ path }) => path));
    expect(files.filter(({ path }) => !found.has(path)).map(({ path, bit }) => `${path} bit ${String(bit)}`)).toEqual([]);
  }
});
