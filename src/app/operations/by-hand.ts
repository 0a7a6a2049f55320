import type { Event } from '../../kernel/event.ts';
import type { Input } from '../../kernel/input.ts';
import type { Rejection } from '../../kernel/rejection.ts';
import { LedgerSession } from '../ledger/session.ts';
import type { Hold } from '../ledger/session.ts';
import { showsBus } from '../ledger/mirror.ts';
import { refreshClaims, showEntries } from '../manager/views.ts';
import { Failure } from '../failure.ts';
import { unsaid } from '../folders.ts';
import { cooPaths } from '../layout.ts';
import { step } from '../step.ts';
import type { Offer, Stepped } from '../step.ts';
import type { LedgerWorld } from '../world.ts';
import { withNearest } from './find.ts';
import { noLedger } from './no-ledger.ts';

/** How long a command tries against other publishers, in milliseconds; then exit 75. */
export const WITHIN_MS = 15_000;
/** A command writes the cache when the one it found is this far behind, so that the next command finds a fresh one. */
const CACHE_BEHIND = 16;

export type Done = { readonly ok: true; readonly events: readonly Event[]; readonly session: LedgerSession } | { readonly ok: false; readonly rejection: Rejection; readonly session: LedgerSession };

/** The ledger of this repository, opened for one command. Refuses where there is none. */
export async function openLedger(world: LedgerWorld, hold: Hold = 'asked'): Promise<LedgerSession> {
  const session = await LedgerSession.open(world, hold);
  if (session.head === null) throw await noLedger(world);
  return session;
}

/** One input from a command: decided, published, shown in the worktree. A "no" of the domain is a value. */
export async function byHand(world: LedgerWorld, input: Input, more?: Omit<Offer, 'input'>): Promise<Done> {
  world.git.warm?.();
  const session = await openLedger(world);
  return applyByHand(session, input, more);
}

/** Shows what was published in the worktree of this call. */
export async function showHere(session: LedgerSession, entries: Stepped['entries'], events: readonly Event[]): Promise<void> {
  const { world } = session;
  const { worktree } = world.layout;
  if (worktree === null || entries.length === 0 || !(await showsBus(world, worktree))) return;
  const shown = { session, worktrees: [worktree], folders: unsaid(world.files) };
  await showEntries(shown, entries);
  await refreshClaims(shown, events);
}

export async function applyByHand(session: LedgerSession, input: Input, more: Omit<Offer, 'input'> = {}): Promise<Done> {
  return offerByHand(session, () => ({ input, ...more }));
}

/** The same for an offer that says where the ledger stands: it is made anew for each try. */
export async function offerByHand(session: LedgerSession, make: () => Offer | Promise<Offer>): Promise<Done> {
  const { world } = session;
  let offered: Offer | undefined;
  const { answers, entries, events } = await step(session, async () => [(offered = await make())], { writer: 'cli', withinMs: WITHIN_MS });
  const [answer] = answers;
  if (answer === undefined || offered === undefined) throw new Failure({ code: 'NO_ANSWER', message: 'the kernel gave no answer', fix: 'report this as a bug' });
  // A "no" may have left an entry too: what is said in its place.
  await showHere(session, entries, events);
  if (!answer.ok) return { ok: false, rejection: await withNearest(session, offered.input, answer.rejection), session };
  if (session.uncached >= CACHE_BEHIND) await unsaid(world.files).tend(cooPaths.cache(world.layout), 'caching', undefined, async () => session.cache());
  return { ok: true, events: answer.events, session };
}
