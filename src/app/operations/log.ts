import { parseRun } from '../../format/run.ts';
import { duration } from '../../format/time-span.ts';
import type { Event } from '../../kernel/event.ts';
import { orderId } from '../../kernel/ids.ts';
import type { Fence, PlanId, StepId } from '../../kernel/ids.ts';
import { endsWithQuestion, narrate } from '../manager/narrate.ts';
import type { LedgerSession } from '../ledger/session.ts';
import { dollars } from '../spent-words.ts';
import { lateWork } from './late.ts';

export interface LogEntry {
  readonly seq: number;
  readonly at: string;
  readonly type: Event['type'];
  readonly text: string;
  readonly event: Event;
}

export interface LogFilter {
  readonly plan_id?: string;
  readonly step_id?: string;
  readonly seat?: string;
  /** The newest so many. */
  readonly limit: number;
}

/** Entries read backwards at once. */
const CHUNK = 256;
/** How far the spool and the committed views are is no news to a reader. The ledger's files have it. */
const NO_NEWS: ReadonlySet<Event['type']> = new Set(['message.taken', 'checkpointed']);
const RUN_CAP = 67_108_864;
/** Of what a worker said, the last so many lines. */
const SAID_LINES = 5;

/** The newest events about a subject, oldest first. Reads the ledger backwards until there are enough. */
export async function history(session: LedgerSession, filter: LogFilter): Promise<readonly LogEntry[]> {
  const about = filter.seat === undefined ? new OfSubject(filter) : new OfSeat(filter, filter.seat);
  for (let end = session.seq; end > 0 && about.found < filter.limit; end -= CHUNK) {
    const first = Math.max(1, end - CHUNK + 1);
    const known = await Promise.all(Array.from({ length: end - first + 1 }, async (_, at) => session.entry(end - at)));
    for (const { entry } of known) {
      const asked = endsWithQuestion(entry.events);
      const news = entry.events.filter(({ type }) => !NO_NEWS.has(type));
      for (const event of news.toReversed()) about.meet({ seq: entry.seq, at: entry.at, type: event.type, text: asked.has(event) ? waits(event) : textOf(event), event });
      if (about.found >= filter.limit) break;
    }
  }
  return Promise.all(about.newest(filter.limit).toReversed().map(async (entry) => withPlace(session, await withWords(session, entry))));
}

/** What its worker said in an attempt stands in the receipt alone: the harness hands it over when the attempt is over. */
async function withWords(session: LedgerSession, entry: LogEntry): Promise<LogEntry> {
  const path = 'receipt' in entry.event ? entry.event.receipt : '';
  const bytes = path === '' ? null : await session.file(path, RUN_CAP);
  const said = bytes === null ? undefined : parseRun(bytes)?.narration;
  return said === undefined ? entry : { ...entry, text: `${entry.text}; said: ${said.split('\n').slice(-SAID_LINES).join(' / ')}` };
}

/** Where the work of a late result lies is no fact of the ledger: it is looked up. */
async function withPlace(session: LedgerSession, entry: LogEntry): Promise<LogEntry> {
  const { event } = entry;
  return event.type === 'late.refused' && event.what.startsWith('result ') ? { ...entry, text: `${entry.text}${await lateWork(session, attemptOf(event))}` } : entry;
}

/** Events of a plan, of a step, or all, met from the newest to the oldest. */
class OfSubject {
  readonly #filter: LogFilter;
  readonly #found: LogEntry[] = [];

  constructor(filter: LogFilter) {
    this.#filter = filter;
  }

  get found(): number {
    return this.#found.length;
  }

  meet(entry: LogEntry): void {
    if (concerns(entry.event, this.#filter)) this.#found.push(entry);
  }

  newest(most: number): readonly LogEntry[] {
    return this.#found.slice(0, most);
  }
}

/** Those of a seat. Only a claim says whose its attempt is, and it is met last: until then an attempt's events wait. */
class OfSeat {
  readonly #filter: LogFilter;
  readonly #seat: string;
  readonly #waiting = new Map<string, (readonly [number, LogEntry])[]>();
  readonly #found: (readonly [number, LogEntry])[] = [];
  #met = 0;

  constructor(filter: LogFilter, seat: string) {
    this.#filter = filter;
    this.#seat = seat;
  }

  get found(): number {
    return this.#found.length;
  }

  meet(entry: LogEntry): void {
    const { event } = entry;
    this.#met += 1;
    if (!concerns(event, this.#filter)) return;
    const met = [this.#met, entry] as const;
    if (event.type !== 'step.claimed') {
      if ('fence' in event) this.#waiting.set(attemptOf(event), [...(this.#waiting.get(attemptOf(event)) ?? []), met]);
      else if ('seat' in event && event.seat === this.#seat) this.#found.push(met);
      return;
    }
    if (event.seat === this.#seat) this.#found.push(...(this.#waiting.get(attemptOf(event)) ?? []), met);
    this.#waiting.delete(attemptOf(event));
  }

  newest(most: number): readonly LogEntry[] {
    return this.#found
      .toSorted(([a], [b]) => a - b)
      .slice(0, most)
      .map(([, entry]) => entry);
  }
}

function attemptOf({ plan_id, step_id, fence }: { readonly plan_id: PlanId; readonly step_id: StepId; readonly fence: Fence }): string {
  return orderId(plan_id, step_id, fence);
}

function concerns(event: Event, filter: LogFilter): boolean {
  const plan_id = event.type === 'plan.accepted' || event.type === 'plan.revised' ? event.plan.plan_id : 'plan_id' in event ? event.plan_id : undefined;
  if (filter.plan_id !== undefined && plan_id !== filter.plan_id) return false;
  if (filter.step_id === undefined) return true;
  // What a rollback did to a step is told of the step.
  return event.type === 'plan.rolled_back' ? [...event.reopened, ...event.dropped].includes(filter.step_id) : 'step_id' in event && event.step_id === filter.step_id;
}

/** An event in words; unlike the manager's own lines never silent. */
export function textOf(event: Event): string {
  return narrate(event).map((line) => line.message).join('; ') || plain(event);
}

function waits(event: Event): string {
  return event.type === 'claim.released' || event.type === 'run.ended' ? `${event.plan_id}/${event.step_id}  waits for the answer` : textOf(event);
}

/** Bookkeeping, in words: what the manager's own lines leave out. */
function plain(event: Event): string {
  switch (event.type) {
    case 'ledger.started':
      return `the ledger ${event.ledger} begins`;
    case 'epoch.began':
      return `a manager began epoch ${String(event.epoch)}`;
    case 'epoch.ended':
      return `the manager of epoch ${String(event.epoch)} left`;
    case 'org.set':
      return `coo.yaml taken over, mode ${event.org.mode}: ${event.org.seats.map((seat) => seat.seat).join(', ')}`;
    case 'signers.set':
      return `signers.yaml taken over, version ${String(event.version)}: ${event.signers.map((signer) => signer.principal).join(', ')}`;
    case 'run.started':
      return `${event.plan_id}/${event.step_id}  started, process ${event.worker}`;
    case 'run.reported':
      return `${event.plan_id}/${event.step_id}  reported${event.commit === null ? '' : ` ${event.commit.slice(0, 12)}`}, to be judged`;
    case 'claim.renewed':
      return `${event.plan_id}/${event.step_id}  renewed`;
    case 'step.ready':
      return `${event.plan_id}/${event.step_id}  ready again`;
    case 'worker.stopped':
      return `${event.plan_id}/${event.step_id}  its worker of fence ${String(event.fence)} is seen dead`;
    case 'plan.approved':
      return `${event.plan_id}  approved by ${event.by}${event.sshsig === null ? ', unsigned' : ''}: ${event.digest.slice(0, 12)}`;
    case 'policy.approved':
      return `${event.file} approved by ${event.by}: ${event.digest.slice(0, 12)}`;
    case 'run.spent':
      return `${event.plan_id}/${event.step_id}  ${event.tokens === 0 ? 'does not tell how many tokens it used' : `used ${String(event.tokens)} tokens`}${event.micro_usd === null ? '' : `, ${dollars(event.micro_usd / 1_000_000)}`}`;
    case 'run.counted':
      return `${event.plan_id}/${event.step_id}  took ${duration(event.wall_ms)}${event.lines === 0 ? '' : `, ${String(event.lines)} ${event.lines === 1 ? 'line' : 'lines'}`}`;
    case 'seat.unfit':
      return `seat ${event.group} gets nothing: ${event.message}`;
    case 'seat.fit':
      return `seat ${event.group} has what it needs again`;
    case 'target.unfit':
      return `${event.plan_id}  gets nothing: ${event.message}`;
    case 'target.fit':
      return `${event.plan_id}  goes on: its target holds what it began from`;
    case 'message.refused':
      return `${event.what} ${event.name} refused: ${event.message}`;
    case 'integration.retried':
      return `${event.plan_id}  its integration is tried again, by ${event.by}: ${event.reason}`;
    default:
      return unknown(event);
  }
}

function unknown(event: Event): string {
  const { type, ...rest } = event;
  const words = Object.entries(rest).flatMap(([name, value]) => (typeof value === 'string' || typeof value === 'number' ? [`${name}=${String(value)}`] : []));
  return `${type} ${words.join(' ')}`.slice(0, 200);
}
