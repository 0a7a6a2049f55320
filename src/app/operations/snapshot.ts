import { sha256Hex } from '../../format/canonical.ts';
import { isId } from '../../kernel/ids.ts';
import { isoTime } from '../../kernel/iso.ts';
import { Failure } from '../failure.ts';
import { snapshotRef } from '../ledger/names.ts';
import type { LedgerSession } from '../ledger/session.ts';
import { plansNow, renderSnapshot, snapshotPath } from '../snapshot/document.ts';
import type { SnapshotFile } from '../snapshot/document.ts';
import { sealTag, tagKey } from '../snapshot/seal.ts';
import type { Offer } from '../step.ts';
import type { LedgerWorld } from '../world.ts';
import { offerByHand, openLedger } from './by-hand.ts';
import type { Done } from './by-hand.ts';
import type { ByHand } from './manage.ts';

const USAGE = 2;

/** Seals how everything stands: a file in the ledger, and the same under an annotated tag, in one transaction with the entry. */
export async function takeSnapshot(world: LedgerWorld, name: string, who: ByHand): Promise<Done> {
  if (!isId(name)) throw new Failure({ code: 'USAGE', message: `${JSON.stringify(name)} is no name of a snapshot`, fix: 'write letters, digits, - and _, beginning with a letter or a digit, at most 63', exit: USAGE });
  const session = await openLedger(world, 'all');
  return offerByHand(session, async () => offerOf(session, name, who));
}

async function offerOf(session: LedgerSession, name: string, who: ByHand): Promise<Offer> {
  const { world, head, seq, prev, state } = session;
  if (head === null || state.ledger === null) throw new Failure({ code: 'NO_LEDGER', message: 'there is no ledger here', fix: 'coo init' });
  const ref = snapshotRef(name);
  // A name that the ledger knows is refused by its rule.
  if ((await world.git.ref(ref)) !== null && !state.snapshots.has(name)) throw new Failure({ code: 'SNAPSHOT_TAG', message: `${ref} is there already, and no snapshot of this ledger`, fix: `choose another name; git show ${ref} tells what it is` });
  const at_ms = world.clock.now();
  const file = renderSnapshot({ schema: 'coo/snapshot.v1', name, ledger: state.ledger, seq, head, sha256: prev, at: isoTime(at_ms), ...who, organisation: state.org_digest, plans: plansNow(state, session.refs), targets: await targetsNow(session) });
  const tag = sealTag({ name, head, file, at_ms }, await tagKey(world, state.ledger, state.signers, at_ms));
  await world.git.write([tag]);
  const id = world.git.idOf(tag);
  return { input: { type: 'snapshot', name, seq, head, digest: sha256Hex(file), tag: id, ...who, at_ms }, files: [{ path: snapshotPath(name), bytes: file }], refs: [{ ref, before: null, after: id }] };
}

async function targetsNow({ world, state }: LedgerSession): Promise<SnapshotFile['targets']> {
  const names = [...new Set([...state.plans.values()].map(({ plan }) => `refs/heads/${plan.target}`))].toSorted();
  const found = await Promise.all(names.map(async (ref) => ({ ref, id: await world.git.ref(ref) })));
  return found.flatMap(({ ref, id }) => (id === null ? [] : [{ ref, id }]));
}
