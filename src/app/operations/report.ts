import { parseRun } from '../../format/run.ts';
import type { Run } from '../../format/run.ts';
import type { Event, EventOf } from '../../kernel/event.ts';
import { orderId, stepKey } from '../../kernel/ids.ts';
import { isoTime } from '../../kernel/iso.ts';
import type { PlanStatus } from '../../kernel/state.ts';
import { planStatus } from '../../kernel/views.ts';
import { NO_USE, plus, withRun } from '../report/agent-use.ts';
import type { AgentUse } from '../report/agent-use.ts';
import { planOf } from '../ledger/event-plans.ts';
import type { LedgerSession } from '../ledger/session.ts';
import { textOf } from './log.ts';

const RUN_CAP = 67_108_864;
/** Entries read backwards at once. */
const CHUNK = 256;

/** A step that was accepted on evidence. Times in milliseconds. */
export interface Accepted {
  readonly at: string;
  readonly step: string;
  readonly seat: string;
  /** The number of the attempt that was accepted. */
  readonly attempt: number;
  readonly commit: string | null;
  readonly files: number;
  readonly added: number;
  readonly removed: number;
  readonly checks: number;
  readonly outputs: number;
  readonly receipt: string;
}

/** An attempt that was charged, lost or sent back. */
export interface Setback {
  readonly at: string;
  readonly step: string;
  readonly seat: string | null;
  readonly attempt: number;
  readonly kind: 'failed' | 'lost' | 'returned';
  readonly why: string;
  readonly receipt: string | null;
}

/** What a person decided. */
export interface Decided {
  readonly at: string;
  readonly seq: number;
  readonly by: string;
  readonly what: string;
}

/** What a seat spent. Times in milliseconds. */
export interface Spent {
  readonly seat: string;
  readonly attempts: number;
  readonly accepted: number;
  /** From the beginnings of its attempts to their ends. */
  readonly worked_ms: number;
  /** Of the checks that coo ran on what it merged. */
  readonly checked_ms: number;
  /** Of its agents. */
  readonly agents: AgentUse;
}

export interface Report {
  readonly schema: 'coo/report.v1';
  readonly ledger: string;
  readonly since: string;
  readonly until: string;
  /** The entries looked at; null where nothing happened. */
  readonly entries: { readonly first: number; readonly last: number } | null;
  /** Plans that something happened to, as they stand now. */
  readonly plans: readonly { readonly plan_id: string; readonly title: string; readonly state: PlanStatus; readonly done: number; readonly of: number }[];
  readonly accepted: readonly Accepted[];
  readonly setbacks: readonly Setback[];
  readonly decided: readonly Decided[];
  readonly spent: readonly Spent[];
}

export interface ReportAsk {
  /** Wall time in milliseconds; as the entries say it, whose clocks may differ. */
  readonly since_ms: number;
  readonly plan_id?: string;
}

interface Dated {
  readonly seq: number;
  readonly at: string;
  readonly event: Event;
}

/** What was done in a time, by whom, on what evidence; what failed, what it took, and what people decided. From the ledger alone. */
export async function report(session: LedgerSession, { since_ms, plan_id }: ReportAsk): Promise<Report> {
  const all = await eventsSince(session, since_ms);
  const events = plan_id === undefined ? all : all.filter(({ event }) => planOf(event) === plan_id);
  const touched = [...new Set(events.flatMap(({ event }) => planOf(event) ?? []))];
  const plans = [];
  for (const id of touched) {
    await session.ensure(id);
    const plan = session.state.plans.get(id);
    if (plan !== undefined) plans.push({ plan_id: id, title: plan.plan.title, state: planStatus(plan), done: plan.counts.done, of: plan.steps.size });
  }
  const accepted: Accepted[] = [];
  const setbacks: Setback[] = [];
  const spent = new Map<string, Spent>();
  const seats = new Map<string, string>();
  const untold = new Map<string, EventOf<'run.spent'>>();
  for (const { at, event } of events) {
    const run = 'receipt' in event ? await receiptAt(session, event.receipt) : undefined;
    if (run !== undefined) spend(spent, run, event.type === 'run.accepted');
    if (run?.agent !== undefined) untold.delete(run.order.order_id);
    if (event.type === 'step.claimed') seats.set(orderId(event.plan_id, event.step_id, event.fence), event.seat);
    if (event.type === 'run.spent') untold.set(orderId(event.plan_id, event.step_id, event.fence), event);
    if (event.type === 'run.accepted' && run !== undefined) accepted.push(acceptedFrom(at, event, run));
    else if (event.type === 'run.ended' && event.result !== 'cancelled') setbacks.push({ ...settingBack(at, event), seat: run?.who.seat ?? null, kind: 'failed', why: event.findings.map(({ message }) => message).join('; ') || event.result.replace('_', ' '), receipt: event.receipt });
    else if (event.type === 'run.lost') setbacks.push({ ...settingBack(at, event), seat: run?.who.seat ?? null, kind: 'lost', why: event.why, receipt: event.receipt });
    else if (event.type === 'run.returned') setbacks.push({ ...settingBack(at, event), seat: null, kind: 'returned', why: event.findings.map(({ message }) => message).join('; '), receipt: null });
  }
  for (const [order_id, used] of untold) useUntold(spent, seats.get(order_id) ?? used.group, used);
  return {
    schema: 'coo/report.v1',
    ledger: session.state.ledger ?? '',
    since: isoTime(since_ms),
    until: isoTime(session.world.clock.now()),
    entries: events.length === 0 ? null : { first: events[0]?.seq ?? 0, last: events.at(-1)?.seq ?? 0 },
    plans,
    accepted,
    setbacks,
    decided: events.flatMap(({ seq, at, event }) => (isDecision(event) ? [{ at, seq, by: event.by, what: textOf(event) }] : [])),
    spent: [...spent.values()].toSorted((a, b) => (a.seat < b.seat ? -1 : 1)),
  };
}

/** Reads back from the newest entry to the first that is older. */
async function eventsSince(session: LedgerSession, since_ms: number): Promise<readonly Dated[]> {
  const found: Dated[][] = [];
  for (let end = session.seq; end > 0; end -= CHUNK) {
    const first = Math.max(1, end - CHUNK + 1);
    const known = await Promise.all(Array.from({ length: end - first + 1 }, async (_, at) => session.entry(end - at)));
    for (const { entry } of known) {
      if (Date.parse(entry.at) < since_ms) return found.toReversed().flat();
      found.push(entry.events.map((event) => ({ seq: entry.seq, at: entry.at, event })));
    }
  }
  return found.toReversed().flat();
}

async function receiptAt(session: LedgerSession, path: string): Promise<Run | undefined> {
  const bytes = path === '' ? null : await session.file(path, RUN_CAP);
  return bytes === null ? undefined : parseRun(bytes);
}

function acceptedFrom(at: string, event: EventOf<'run.accepted'>, { who, change, judgement, outputs }: Run): Accepted {
  const { files, added, removed } = change ?? { files: 0, added: 0, removed: 0 };
  return { at, step: stepKey(event.plan_id, event.step_id), seat: who.seat, attempt: event.fence, commit: change?.commit ?? null, files, added, removed, checks: judgement?.checks.length ?? 0, outputs: outputs.length, receipt: event.receipt };
}

function settingBack(at: string, { plan_id, step_id, fence }: { readonly plan_id: string; readonly step_id: string; readonly fence: number }): { readonly at: string; readonly step: string; readonly attempt: number } {
  return { at, step: stepKey(plan_id, step_id), attempt: fence };
}

function spend(spent: Map<string, Spent>, run: Run, wasAccepted: boolean): void {
  const { seat } = run.who;
  const before = spent.get(seat) ?? nothingOf(seat);
  const worked = Math.max(0, Date.parse(run.ended_at) - Date.parse(run.started_at));
  const checked = (run.judgement?.checks ?? []).reduce((sum, { ms }) => sum + ms, 0);
  spent.set(seat, { seat, attempts: before.attempts + 1, accepted: before.accepted + (wasAccepted ? 1 : 0), worked_ms: before.worked_ms + worked, checked_ms: before.checked_ms + checked, agents: withRun(before.agents, run) });
}

/** What an attempt used of which no receipt tells: its worker died, its step was taken back, or it is judged yet. */
function useUntold(spent: Map<string, Spent>, seat: string, { tokens, micro_usd }: EventOf<'run.spent'>): void {
  const before = spent.get(seat) ?? nothingOf(seat);
  spent.set(seat, { ...before, agents: plus(before.agents, { sessions: 1, tokens, micro_usd: micro_usd ?? 0, unpriced: micro_usd === null ? 1 : 0 }) });
}

function nothingOf(seat: string): Spent {
  return { seat, attempts: 0, accepted: 0, worked_ms: 0, checked_ms: 0, agents: NO_USE };
}

/** What somebody did against, or beside, what coo would have done by itself. */
const DECISIONS = ['step.overridden', 'step.skipped', 'step.retried', 'step.reassigned', 'step.undone', 'step.blocked', 'claim.revoked', 'question.answered', 'plan.cancelled', 'plan.revised', 'integration.retried', 'home.moved', 'paused', 'resumed', 'breaker.opened', 'breaker.closed', 'noted'] as const;
type Decision = EventOf<(typeof DECISIONS)[number]>;
/** How coo signs what it does itself. */
const ITSELF = 'coo';

function isDecision(event: Event): event is Decision {
  return (DECISIONS as readonly string[]).includes(event.type) && 'by' in event && event.by !== ITSELF;
}
