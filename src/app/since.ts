import type { LoadedEntry } from '../format/entry.ts';
import type { Event, EventType } from '../kernel/event.ts';
import { stepKey } from '../kernel/ids.ts';
import type { Millis } from '../kernel/ids.ts';
import type { PlanState, StepState } from '../kernel/state.ts';
import type { LedgerSession } from './ledger/session.ts';

/** Entries that are read back: what has waited for longer is said to wait since its plan was accepted. */
const LOOK_BACK = 500;

/** What changes nothing in what a step waits for. */
const NO_TURN: ReadonlySet<EventType> = new Set(['run.progress', 'claim.renewed', 'claim.asked', 'late.refused', 'noted', 'step.deferred', 'worker.stopped']);

/** Since when something waits, as the entries tell: the facts themselves have no time, and need none. */
export class Since {
  /** When something last happened to a step, or to a plan as a whole, by its name. */
  readonly #last = new Map<string, Millis>();

  /** Takes in entries, the oldest first. */
  take(entries: readonly LoadedEntry[]): void {
    for (const { at, events } of entries) for (const event of events) this.#meet(event, Date.parse(at));
  }

  /** A step waits since it or one that it depends on last went on; a plan (no step) since it did as a whole. */
  of(plan: PlanState, step: StepState | null): Millis {
    const { plan_id } = plan.plan;
    const names = step === null ? [plan_id] : [step.key, ...(step.spec.depends_on ?? []).map((id) => stepKey(plan_id, id))];
    return Math.max(plan.accepted_at_ms, ...names.map((name) => this.#last.get(name) ?? 0));
  }

  #meet(event: Event, at_ms: Millis): void {
    if (NO_TURN.has(event.type) || !('plan_id' in event) || event.plan_id === undefined) return;
    this.#last.set('step_id' in event && event.step_id !== undefined ? stepKey(event.plan_id, event.step_id) : event.plan_id, at_ms);
  }
}

/** The entries after one, the newest five hundred at most, the oldest first. */
export async function newestEntries(session: LedgerSession, after: number): Promise<readonly LoadedEntry[]> {
  const from = Math.max(0, after, session.seq - LOOK_BACK);
  const known = await Promise.all(Array.from({ length: session.seq - from }, async (_, at) => session.entry(from + 1 + at)));
  return known.map(({ entry }) => entry);
}
