import type { Event } from '../../kernel/event.ts';
import { narrate } from '../manager/narrate.ts';
import type { LedgerSession } from '../ledger/session.ts';

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

/** The newest events about a subject, oldest first. Reads the ledger backwards until there are enough. */
export async function history(session: LedgerSession, filter: LogFilter): Promise<readonly LogEntry[]> {
  const found: LogEntry[] = [];
  for (let end = session.seq; end > 0 && found.length < filter.limit; end -= CHUNK) {
    const first = Math.max(1, end - CHUNK + 1);
    const known = await Promise.all(Array.from({ length: end - first + 1 }, async (_, at) => session.entry(end - at)));
    for (const { entry } of known) {
      for (const event of entry.events.toReversed()) if (concerns(event, filter)) found.push({ seq: entry.seq, at: entry.at, type: event.type, text: textOf(event), event });
      if (found.length >= filter.limit) break;
    }
  }
  return found.slice(0, filter.limit).toReversed();
}

function concerns(event: Event, filter: LogFilter): boolean {
  const plan_id = event.type === 'plan.accepted' || event.type === 'plan.revised' ? event.plan.plan_id : 'plan_id' in event ? event.plan_id : undefined;
  if (filter.plan_id !== undefined && plan_id !== filter.plan_id) return false;
  if (filter.step_id !== undefined && !('step_id' in event && event.step_id === filter.step_id)) return false;
  return filter.seat === undefined || ('seat' in event && event.seat === filter.seat);
}

/** An event in words; unlike the manager's own lines never silent. */
export function textOf(event: Event): string {
  return narrate(event).map((line) => line.message).join('; ') || plain(event);
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
      return `coo.yaml taken over: ${event.org.seats.map((seat) => seat.seat).join(', ')}`;
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
    case 'message.taken':
      return `messages up to ${String(event.mark.epoch)}.${String(event.mark.number)} are handled`;
    case 'message.refused':
      return `${event.what} ${event.name} refused: ${event.message}`;
    case 'checkpointed':
      return `views as of entry ${String(event.as_of)}`;
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
