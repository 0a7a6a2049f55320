import { entryPath, renderEntryLines } from '../../format/entry.ts';
import { sha256Hex } from '../../format/canonical.ts';
import type { Event } from '../../kernel/event.ts';
import { isoTime } from '../../kernel/iso.ts';
import { ENGINE } from '../../kernel/limits.ts';
import type { GitObject, Oid, RefChange, SwapResult } from '../../ports/git-store.ts';
import { Failure } from '../failure.ts';
import { isFault } from '../faults.ts';
import { latchHalted } from './home.ts';
import { ledgerCommit } from './commit.ts';
import { mendSplit } from './mend.ts';
import type { LedgerSession } from './session.ts';
import { signFor } from './sign.ts';

/** A file committed beside an entry: a plan's accepted bytes, a work order, a run receipt. */
export interface Companion {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What goes into one entry. */
export interface Draft {
  /** Each input as its line in the entry. */
  readonly inputs: readonly string[];
  readonly events: readonly Event[];
  /** The same events as their lines. */
  readonly lines: readonly string[];
  readonly files: readonly Companion[];
}

export type Published = { readonly kind: 'done'; readonly entries: readonly { readonly path: string; readonly bytes: Uint8Array; readonly files: readonly Companion[] }[] } | Exclude<SwapResult, { readonly kind: 'done' }>;

/**
 * Appends entries to the ledger's branch, and moves plans' branches with them, in one compare-and-swap. When it resolves with `done`,
 * everything is durable. The refs change in the order ledger, plans, seen (a kill in between leaves the ledger right).
 * On anything but `done` the session holds events that were never published: reload it.
 */
export async function publish(session: LedgerSession, writer: string, drafts: readonly Draft[], plans: readonly RefChange[]): Promise<Published> {
  const { world, refs } = session;
  await mendSplit(session);
  const at_ms = world.clock.now();
  const objects: GitObject[] = [];
  const entries: { path: string; bytes: Uint8Array; files: readonly Companion[] }[] = [];
  let { seq, prev } = session;
  let head = session.head;
  const ledger = session.state.ledger ?? '';
  let sign = await signFor(world, ledger, session.signers, at_ms);
  if (sign === undefined && session.state.org?.mode === 'governed') throw new Failure({ code: 'KEY_NEEDED', message: 'governed mode takes no unsigned entry, and this machine has no key that _plans/signers.yaml lists as a coordinator\'s', fix: 'coo key show says which keys are here; without one: coo key new, then put its line into _plans/signers.yaml, which a machine takes over whose key is listed already', exit: 3 });
  for (const { inputs, events, lines, files } of drafts) {
    seq += 1;
    const path = entryPath(seq);
    const header = { schema: 'coo/entry.v1', ledger, seq, prev, at: isoTime(at_ms), engine: ENGINE, manager: writer, epoch: session.state.epoch?.number ?? 0 } as const;
    const { bytes } = renderEntryLines({ ...header, inputs, events: lines, files: files.map((file) => ({ path: file.path, sha256: sha256Hex(file.bytes) })) }, sign);
    // Who is listed in this entry signs from the next one on.
    const listed = events.findLast((event) => event.type === 'signers.set');
    if (listed !== undefined) sign = await signFor(world, ledger, listed, at_ms);
    prev = sha256Hex(bytes);
    const put = await session.tree.put([{ path, bytes }, ...files]);
    const commit = ledgerCommit({ tree: put.root, parent: head, seq, at_ms, events });
    objects.push(...put.objects, commit);
    head = world.git.idOf(commit);
    entries.push({ path, bytes, files });
  }
  if (head === null) return { kind: 'done', entries: [] };
  const after: Oid = head;
  const seen = await world.git.ref(refs.seen);
  const swapped = await appended(session, after, async () => {
    await world.git.write(objects);
    return world.git.swap([{ ref: refs.ledger, before: session.head, after }, ...plans, { ref: refs.seen, before: seen, after }]);
  });
  if (swapped.kind !== 'done') return swapped;
  session.advance({ head: after, seq, prev });
  return { kind: 'done', entries };
}

/**
 * A write or fsync that failed is never tried again: what reached the disk is unknown, so this clone halts. A git that was killed or did not
 * start is another matter: the ref itself tells whether the swap happened.
 */
async function appended(session: LedgerSession, after: Oid, append: () => Promise<SwapResult>): Promise<SwapResult> {
  try {
    return await append();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    if (!isIo(cause)) {
      if ((await session.world.git.ref(session.refs.ledger)) === after) return { kind: 'done' };
      throw new Failure({ code: 'PUBLISH_FAILED', message: `git failed while the ledger was appended to, and nothing was published: ${why}`, fix: 'run the command again', exit: 75, cause });
    }
    session.halted = `an append to the ledger failed: ${why}`;
    await latchHalted(session.world, session.halted);
    throw new Failure({ code: 'HALTED', message: session.halted, fix: 'mend the disk (space, permissions, errors in the kernel log), then: coo doctor --repair', exit: 7, cause });
  }
}

/** Whether the disk itself refused, by the codes that the adapters give it. */
function isIo(cause: unknown): boolean {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return code === 'GIT_IO' || isFault(cause, 'FILE_IO');
}
