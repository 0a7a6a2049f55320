import type { LoadedEntry } from '../../format/entry.ts';
import { parseStepKey } from '../../kernel/ids.ts';
import { isoTime } from '../../kernel/iso.ts';
import { bestGrant, mayDo } from '../../kernel/ranking.ts';
import { findStep } from '../../kernel/state.ts';
import type { State, StepState } from '../../kernel/state.ts';
import type { Blocker } from '../../kernel/views.ts';
import { stopsForPeople, waitsForPeople } from '../../kernel/waits.ts';
import type { EventType } from '../../kernel/event.ts';
import type { StopForPeople, Wait } from '../../kernel/waits.ts';
import type { LedgerSession } from '../ledger/session.ts';
import { cooPaths } from '../layout.ts';
import { Since, newestEntries } from '../since.ts';
import { barredHere, isReader } from './barred.ts';
import { wantOfDisk } from './from-here.ts';
import { lateResults, lateWords } from './late.ts';
import { refusedPlans } from './refused.ts';

export interface Inbox {
  readonly schema: 'coo/inbox.v1';
  /** The most urgent first, then the oldest. */
  readonly waiting: readonly Waiting[];
  /** Beyond those. */
  readonly more: number;
}
export interface Waiting extends Blocker {
  /** Null = no plan of the ledger: a file that was refused, or all work here. */
  readonly plan_id: string | null;
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

/**
 * What waits for a person: a clone that stopped writing, stops of more than one plan that only people end, a disk without room for work that is
 * ready, refused files, questions, what is blocked or failed, what was given back with findings, results that came too late, what only people
 * can do, merges and revisions that wait.
 */
export async function inbox(session: LedgerSession, reader: Reader, limit: number): Promise<Inbox> {
  const { state } = session;
  const since = new Since();
  const entries = await newestEntries(session, 0);
  since.take(entries);
  const { waits, more } = waitsForPeople(state, MOST, (plan, step) => since.of(plan, step));
  const mine = waits.filter((wait) => concerns(state, wait, reader)).map((wait) => waiting(wait, nextFor(state, wait, reader)));
  const all = [...(await barred(session)), ...stopped(session, entries), ...(await starved(session)), ...(await refused(session)), ...mine, ...(await late(session))];
  const shown = all.slice(0, limit);
  return { schema: 'coo/inbox.v1', waiting: shown, more: all.length - shown.length + more };
}

/** The event that each began with. */
const STOPS = { frozen: 'frozen', paused: 'paused', breaker: 'breaker.opened' } as const satisfies Record<StopForPeople['stop']['kind'], EventType>;

async function barred(session: LedgerSession): Promise<readonly Waiting[]> {
  const { files, clock, layout } = session.world;
  const found = await barredHere(session);
  if (found === null || isReader(found)) return [];
  const marked = await files.info(cooPaths.halted(layout));
  return [{ plan_id: null, step_id: null, priority: 'urgent', since: isoTime(Math.floor(marked?.mtimeMs ?? clock.now())), ...found, who: 'a person' }];
}

/** Since the newest entry that says so: of one further back than is looked, since the first that is looked at. */
function stopped({ state }: LedgerSession, entries: readonly LoadedEntry[]): readonly Waiting[] {
  return stopsForPeople(state).map(({ stop, code, message, who, next }) => {
    const said = entries.findLast(({ events }) => events.some((event) => event.type === STOPS[stop.kind] && (!('scope' in event) || event.scope === stop.scope)));
    return { plan_id: null, step_id: null, priority: 'urgent', since: (said ?? entries[0])?.at ?? isoTime(0), code, message, who, next };
  });
}

async function late(session: LedgerSession): Promise<readonly Waiting[]> {
  return (await lateResults(session)).flatMap((one) => {
    const at = parseStepKey(one.step);
    return at === undefined || one.kept === null ? [] : [{ ...at, priority: session.state.plans.get(at.plan_id)?.plan.priority ?? 'normal', since: one.since, code: 'RESULT_LATE', message: lateWords(one), who: 'a person', next: `git show ${one.kept}; coo explain ${one.step}` }];
  });
}

/** A disk without room is told where it keeps something from starting. */
async function starved(session: LedgerSession): Promise<readonly Waiting[]> {
  const grant = bestGrant(session.state);
  const plan = grant === undefined ? undefined : session.state.plans.get(grant.entry.plan_id);
  const short = plan === undefined ? undefined : await wantOfDisk(session);
  return plan === undefined || short === undefined ? [] : [{ plan_id: null, step_id: null, priority: plan.plan.priority ?? 'normal', since: isoTime(plan.accepted_at_ms), ...short }];
}

/** A new text that waits for a holder stands refused too: its plan tells that already. */
async function refused({ world, state }: LedgerSession): Promise<readonly Waiting[]> {
  const told = new Set(Array.from(state.plans.values(), ({ file, wanted }) => (wanted === null ? null : `_plans/${String(file)}`)));
  const files = (await refusedPlans(world)).filter(({ path }) => !told.has(path));
  return files.flatMap(({ path, at_ms, faults: [fault] }) => (fault === undefined ? [] : [{ plan_id: null, step_id: null, priority: 'normal', since: isoTime(at_ms), code: fault.code, message: `${path} was refused: ${fault.message}`, who: 'a person', next: fault.fix }]));
}

function waiting({ plan_id, step_id, priority, since_ms, code, message, who }: Wait, next: string): Waiting {
  return { plan_id, step_id, priority, since: isoTime(since_ms), code, message, who, next };
}

/** A free step is claimed by whoever reads. */
function nextFor(state: State, wait: Wait, reader: Reader): string {
  const step = stepOf(state, wait);
  return reader.kind === 'seat' && step?.status === 'ready' ? `coo claim ${step.key} --seat ${reader.seat}` : wait.next;
}

/** A question has its addressee and a free step those who may do it; what is held its holder; what is stuck or waits to be merged is everybody's. */
function concerns(state: State, wait: Wait, reader: Reader): boolean {
  const step = stepOf(state, wait);
  if (reader.kind === 'anybody' || step === undefined) return true;
  const readers = [...state.seats.values()].map(({ seat }) => seat).filter((seat) => (reader.kind === 'seat' ? seat.seat === reader.seat : seat.roles.includes(reader.role)));
  if (step.status === 'ready') return readers.some((seat) => mayDo(seat, step));
  const claim = state.claims.get(step.key);
  if (claim !== undefined) return readers.some(({ seat }) => seat === claim.seat);
  if (step.question === null) return true;
  const { to } = step.question;
  return !isNamed(state, to) || (reader.kind === 'role' && to === reader.role) || readers.some((seat) => seat.seat === to || seat.roles.includes(to));
}

/** Whether a seat or a role bears this name; a question to any other waits for everybody. */
export function isNamed(state: State, to: string): boolean {
  return [...state.seats.values()].some(({ seat }) => seat.seat === to || seat.roles.includes(to));
}

function stepOf(state: State, { plan_id, step_id }: Wait): StepState | undefined {
  return step_id === null ? undefined : findStep(state, plan_id, step_id);
}
