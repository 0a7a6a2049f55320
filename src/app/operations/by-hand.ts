import type { Event } from '../../kernel/event.ts';
import type { Input } from '../../kernel/input.ts';
import type { Rejection } from '../../kernel/rejection.ts';
import { LedgerSession } from '../ledger/session.ts';
import { mirror, showsBus } from '../ledger/mirror.ts';
import { refreshClaims } from '../manager/views.ts';
import { Failure } from '../failure.ts';
import { step } from '../step.ts';
import type { Offer } from '../step.ts';
import type { LedgerWorld } from '../world.ts';
import { withNearest } from './find.ts';

/** How long a command tries against other publishers, in milliseconds; then exit 75. */
const WITHIN_MS = 15_000;
/** A command writes the cache when the one it found is this far behind, so that the next command finds a fresh one. */
const CACHE_BEHIND = 50;

export type Done = { readonly ok: true; readonly events: readonly Event[]; readonly session: LedgerSession } | { readonly ok: false; readonly rejection: Rejection; readonly session: LedgerSession };

/** The ledger of this repository, opened for one command. Refuses where there is none. */
export async function openLedger(world: LedgerWorld, hold: 'all' | 'asked' = 'asked'): Promise<LedgerSession> {
  const session = await LedgerSession.open(world, hold);
  if (session.head === null) throw new Failure({ code: 'NO_LEDGER', message: `there is no ledger in ${world.layout.worktree ?? world.layout.common}`, fix: 'coo init' });
  return session;
}

/** One input from a command: decided, published, shown in the worktree. A "no" of the domain is a value. */
export async function byHand(world: LedgerWorld, input: Input, more?: Omit<Offer, 'input'>): Promise<Done> {
  world.git.warm?.();
  const session = await openLedger(world);
  return applyByHand(session, input, more);
}

export async function applyByHand(session: LedgerSession, input: Input, more: Omit<Offer, 'input'> = {}): Promise<Done> {
  const { world } = session;
  const { answers, entries } = await step(session, () => [{ input, ...more }], { writer: 'cli', withinMs: WITHIN_MS });
  const [answer] = answers;
  if (answer === undefined) throw new Failure({ code: 'NO_ANSWER', message: 'the kernel gave no answer', fix: 'report this as a bug' });
  if (!answer.ok) return { ok: false, rejection: withNearest(session, input, answer.rejection), session };
  const { worktree } = world.layout;
  if (worktree !== null && (await showsBus(world, worktree))) {
    for (const entry of entries) await mirror(world, [worktree], [{ path: entry.path, bytes: entry.bytes }, ...entry.files]);
    await refreshClaims(world, session, [worktree], answer.events);
  }
  if (session.uncached >= CACHE_BEHIND) await session.cache();
  return { ok: true, events: answer.events, session };
}
