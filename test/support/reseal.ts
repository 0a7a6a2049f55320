import { execFileSync } from 'node:child_process';
import { ledgerCommit } from '../../src/app/ledger/commit.ts';
import { LedgerSession } from '../../src/app/ledger/session.ts';
import { LedgerTree } from '../../src/app/ledger/tree.ts';
import type { LedgerWorld } from '../../src/app/world.ts';
import { sha256Hex } from '../../src/format/canonical.ts';
import { entryPath, parseEntry, renderEntry } from '../../src/format/entry.ts';
import type { Entry } from '../../src/format/entry.ts';

/** An entry that somebody who writes the whole ledger anew may change as he likes: digests, links and commits are made to fit. */
export interface Forged {
  entry: Entry;
  /** Path -> bytes. */
  files: Map<string, Buffer>;
}

const CAP = 4_194_304;
const LEDGER = 'refs/heads/coo/ledger';

/** Writes the ledger of a repository anew, from the first entry on, with what `change` makes of it. Everything that hangs together by digests does. */
export async function reseal(world: LedgerWorld, change: (entries: Forged[]) => void): Promise<void> {
  const { git, layout } = world;
  const session = await LedgerSession.open(world, 'all');
  const old = execFileSync('git', ['rev-list', '--reverse', '--first-parent', LEDGER], { cwd: layout.common, encoding: 'utf8' }).trim().split('\n');
  const forged: Forged[] = [];
  for (let seq = 1; seq <= session.seq; seq += 1) {
    const parsed = parseEntry((await session.file(entryPath(seq), CAP)) ?? new Uint8Array(), entryPath(seq));
    if (!parsed.ok) throw new Error(parsed.fault.message);
    const { entry } = parsed;
    const files = new Map(entry.files.map(({ path }) => [path, execFileSync('git', ['cat-file', 'blob', `${old[seq - 1] ?? ''}:${path}`], { cwd: layout.common })]));
    forged.push({ entry, files });
  }
  change(forged);
  const tree = new LedgerTree(git, null);
  let parent: string | null = null;
  let prev = '';
  for (const [at, { entry, files }] of forged.entries()) {
    const seq = at + 1;
    const { bytes } = renderEntry({ ...entry, seq, prev, files: [...files].map(([path, of]) => ({ path, sha256: sha256Hex(of) })) });
    prev = sha256Hex(bytes);
    const put = await tree.put([{ path: entryPath(seq), bytes }, ...[...files].map(([path, of]) => ({ path, bytes: of }))]);
    const commit = ledgerCommit({ tree: put.root, parent, seq, at_ms: Date.parse(entry.at), events: entry.events });
    await git.write([...put.objects, commit]);
    parent = git.idOf(commit);
  }
  for (const ref of [LEDGER, 'refs/coo/seen']) execFileSync('git', ['update-ref', ref, parent ?? ''], { cwd: layout.common });
}
