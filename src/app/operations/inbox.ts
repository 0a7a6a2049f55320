import { isoTime } from '../../kernel/iso.ts';
import { mayDo } from '../../kernel/ranking.ts';
import { findStep } from '../../kernel/state.ts';
import type { State, StepState } from '../../kernel/state.ts';
import type { Blocker } from '../../kernel/views.ts';
import { waitsForPeople } from '../../kernel/waits.ts';
import type { Wait } from '../../kernel/waits.ts';
import type { LedgerSession } from '../ledger/session.ts';
import { Since, newestEntries } from '../since.ts';

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
  /** Since when it waits; of a question, when it was asked. */
  readonly since: string;
}

/** Whose inbox it is. */
export type Reader = { readonly kind: 'anybody' } | { readonly kind: 'seat'; readonly seat: string } | { readonly kind: 'role'; readonly role: string };

/** More than anybody reads; the most urgent come first. */
const MOST = 10_000;

/** What waits for a person: questions, what is blocked or failed, what only people can do, merges and revisions that wait. */
export async function inbox(session: LedgerSession, reader: Reader, limit: number): Promise<Inbox> {
  const { state } = session;
  const since = new Since();
  since.take(await newestEntries(session, 0));
  const { waits, more } = waitsForPeople(state, MOST, (plan, step) => since.of(plan, step));
  const mine = waits.filter((wait) => concerns(state, wait, reader));
  const shown = mine.slice(0, limit).map((wait) => waiting(wait, nextFor(state, wait, reader)));
  return { schema: 'coo/inbox.v1', waiting: shown, more: mine.length - shown.length + more };
}

function waiting({ plan_id, step_id, priority, since_ms, code, message, who }: Wait, next: string): Waiting {
  return { plan_id, step_id, priority, since: isoTime(since_ms), code, message, who, next };
}

/** A free step is claimed by whoever reads. */
function nextFor(state: State, wait: Wait, reader: Reader): string {
  const step = stepOf(state, wait);
  return reader.kind === 'seat' && step?.status === 'ready' ? `coo claim ${step.key} --seat ${reader.seat}` : wait.next;
}

/** A question has its addressee and a free step those who may do it; what is stuck or waits to be merged is everybody's. */
function concerns(state: State, wait: Wait, reader: Reader): boolean {
  const step = stepOf(state, wait);
  if (reader.kind === 'anybody' || step === undefined) return true;
  const readers = [...state.seats.values()].map(({ seat }) => seat).filter((seat) => (reader.kind === 'seat' ? seat.seat === reader.seat : seat.roles.includes(reader.role)));
  if (step.status === 'ready') return readers.some((seat) => mayDo(seat, step));
  if (step.question === null) return true;
  const { to } = step.question;
  const named = [...state.seats.values()].some(({ seat }) => seat.seat === to || seat.roles.includes(to));
  return !named || (reader.kind === 'role' && to === reader.role) || readers.some((seat) => seat.seat === to || seat.roles.includes(to));
}

function stepOf(state: State, { plan_id, step_id }: Wait): StepState | undefined {
  return step_id === null ? undefined : findStep(state, plan_id, step_id);
}
