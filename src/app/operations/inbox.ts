import { isoTime } from '../../kernel/iso.ts';
import { mayDo } from '../../kernel/ranking.ts';
import type { State } from '../../kernel/state.ts';
import type { Blocker } from '../../kernel/views.ts';
import { waitsForPeople } from '../../kernel/waits.ts';
import type { Wait } from '../../kernel/waits.ts';
import type { LedgerSession } from '../ledger/session.ts';

export interface Inbox {
  readonly schema: 'coo/inbox.v1';
  /** The most urgent first, then the oldest. */
  readonly waiting: readonly Waiting[];
  /** Beyond those. */
  readonly more: number;
}
export interface Waiting extends Blocker {
  readonly plan_id: string;
  /** Null = the plan as a whole. */
  readonly step_id: string | null;
  readonly priority: Wait['priority'];
  /** When it was asked; for all else when its plan was accepted. */
  readonly since: string;
}

/** Whose inbox it is. */
export type Reader = { readonly kind: 'anybody' } | { readonly kind: 'seat'; readonly seat: string } | { readonly kind: 'role'; readonly role: string };

/** More than anybody reads; the most urgent come first. */
const MOST = 10_000;

/** What waits for a person: questions, what is blocked or failed, what only people can do, merges and revisions that wait. */
export function inbox({ state }: LedgerSession, reader: Reader, limit: number): Inbox {
  const { waits, more } = waitsForPeople(state, MOST);
  const mine = waits.filter((wait) => concerns(state, wait, reader));
  const shown = mine.slice(0, limit).map(({ plan_id, step_id, priority, since_ms, code, message, who, next }): Waiting => ({ plan_id, step_id, priority, since: isoTime(since_ms), code, message, who, next }));
  return { schema: 'coo/inbox.v1', waiting: shown, more: mine.length - shown.length + more };
}

/** A question has its addressee and a free step those who may do it; what is stuck or waits to be merged is everybody's. */
function concerns(state: State, { plan_id, step_id }: Wait, reader: Reader): boolean {
  const step = step_id === null ? undefined : state.plans.get(plan_id)?.steps.get(step_id);
  if (reader.kind === 'anybody' || step === undefined) return true;
  const readers = [...state.seats.values()].map(({ seat }) => seat).filter((seat) => (reader.kind === 'seat' ? seat.seat === reader.seat : seat.roles.includes(reader.role)));
  if (step.status === 'ready') return readers.some((seat) => mayDo(seat, step));
  if (step.question === null) return true;
  const { to } = step.question;
  const named = [...state.seats.values()].some(({ seat }) => seat.seat === to || seat.roles.includes(to));
  return !named || (reader.kind === 'role' && to === reader.role) || readers.some((seat) => seat.seat === to || seat.roles.includes(to));
}
