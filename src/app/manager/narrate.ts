import { many } from '../../format/many.ts';
import type { Event, EventOf } from '../../kernel/event.ts';
import { orderId } from '../../kernel/ids.ts';
import { isoTime } from '../../kernel/iso.ts';
import { namedScope } from '../../kernel/scope.ts';
import type { LogLine } from '../../ports/log.ts';

export interface Told {
  readonly level: LogLine['level'];
  readonly message: string;
  readonly fields?: NonNullable<LogLine['fields']>;
}

/** An event as one line for a person; events that are only bookkeeping say nothing. */
export function narrate(event: Event): readonly Told[] {
  switch (event.type) {
    case 'plan.accepted':
      return [{ level: 'info', message: `${event.plan.plan_id}  accepted, ${many(event.plan.steps.length, 'step')}`, fields: { plan_id: event.plan.plan_id } }];
    case 'plan.revised':
      return [{ level: 'info', message: `${event.plan.plan_id}  revision ${String(event.revision)} by ${event.by}`, fields: { plan_id: event.plan.plan_id } }];
    case 'revision.waits':
      return [{ level: 'warn', message: `${event.plan_id}  a new text waits: it changes ${event.steps.join(', ')}, which somebody holds`, fields: { plan_id: event.plan_id } }];
    case 'step.deferred':
      return [{ level: 'info', message: `${event.plan_id}/${event.step_id}  waits for ${event.behind}: both may write the same files`, fields: { plan_id: event.plan_id, step_id: event.step_id } }];
    case 'claim.revoked':
      return [{ level: 'warn', message: `${event.plan_id}/${event.step_id}  taken from its holder by ${event.by}: ${event.reason}`, fields: at(event) }];
    case 'question.asked':
      return [{ level: 'warn', message: `${event.plan_id}/${event.step_id}  asks ${event.to}: ${event.text}`, fields: at(event) }];
    case 'question.answered':
      return [{ level: 'info', message: `${event.plan_id}/${event.step_id}  answered by ${event.by}: ${event.text}`, fields: at(event) }];
    case 'step.skipped':
      return [{ level: 'warn', message: `${event.plan_id}/${event.step_id}  skipped by ${event.by}: ${event.reason}`, fields: { plan_id: event.plan_id, step_id: event.step_id } }];
    case 'step.reassigned':
      return [{ level: 'info', message: `${event.plan_id}/${event.step_id}  ${event.seat === null ? 'left to its plan' : `kept for ${event.seat}`} by ${event.by}: ${event.reason}`, fields: { plan_id: event.plan_id, step_id: event.step_id } }];
    case 'step.undone':
      return [{ level: 'warn', message: `${event.plan_id}/${event.step_id}  is taken back by ${event.plan_id}/${event.undo.step_id}, for ${event.by}: ${event.reason}`, fields: { plan_id: event.plan_id, step_id: event.step_id } }];
    case 'seat.joined':
      return [{ level: 'warn', message: `${event.seat}  joined as a guest, for ${event.roles.join(', ')}: list it in _plans/coo.yaml to let it do more` }];
    case 'home.moved':
      return [{ level: 'warn', message: `the ledger moved to ${event.to}, by ${event.by}: ${event.reason}` }];
    case 'plan.cancelled':
      return [{ level: 'warn', message: `${event.plan_id}  cancelled by ${event.by}: ${event.reason}`, fields: { plan_id: event.plan_id } }];
    case 'plan.integrated':
      return [{ level: 'info', message: `${event.plan_id}  done, in ${event.target}`, fields: { plan_id: event.plan_id } }];
    case 'plan.awaiting_merge':
      return [{ level: 'info', message: `${event.plan_id}  all steps done, awaiting its merge`, fields: { plan_id: event.plan_id } }];
    case 'plan.merged_elsewhere':
      return [{ level: 'info', message: `${event.plan_id}  done, in ${event.target} by ${event.kind ?? 'a merge'} elsewhere`, fields: { plan_id: event.plan_id } }];
    case 'plan.merge_closed':
      return [{ level: 'error', message: `${event.plan_id}  is not merged: ${event.where} was closed`, fields: { plan_id: event.plan_id } }];
    case 'integration.blocked':
      return [{ level: 'error', message: `${event.plan_id}  cannot be merged: ${event.message}`, fields: { plan_id: event.plan_id, code: event.code } }];
    case 'step.claimed':
      return [{ level: 'info', message: `${event.plan_id}/${event.step_id}  claimed by ${event.seat} (fence ${String(event.fence)})`, fields: { plan_id: event.plan_id, step_id: event.step_id, seat: event.seat, fence: event.fence } }];
    case 'claim.released':
      return [{ level: event.next.kind === 'block' ? 'error' : 'info', message: `${event.plan_id}/${event.step_id}  ${event.next.kind === 'block' ? 'blocked' : 'released'}: ${event.reason}`, fields: at(event) }];
    case 'claim.asked':
      return [{ level: 'warn', message: `${event.plan_id}/${event.step_id}  its lease ran out: does its holder go on?`, fields: at(event) }];
    case 'claim.expired':
      return [{ level: 'warn', message: `${event.plan_id}/${event.step_id}  taken back: its holder did not answer`, fields: at(event) }];
    case 'run.progress':
      return [{ level: 'info', message: `${event.plan_id}/${event.step_id}  says: ${event.text}`, fields: at(event) }];
    case 'run.returned':
      return [{ level: 'warn', message: `${event.plan_id}/${event.step_id}  is not done yet: ${found(event.findings)}`, fields: at(event) }];
    case 'run.accepted':
      return [{ level: 'info', message: `${event.plan_id}/${event.step_id}  done`, fields: at(event) }];
    case 'run.ended':
      // Nobody's failure, and why and until when is said of the seat.
      if (event.result === 'parked') return [{ level: 'info', message: `${event.plan_id}/${event.step_id}  parked: it is tried again, and nothing is charged`, fields: at(event) }];
      return [{ level: 'error', message: `${event.plan_id}/${event.step_id}  ${event.result}: ${found(event.findings)}${next(event.next)}`, fields: at(event) }];
    case 'run.lost':
      return [{ level: 'warn', message: `${event.plan_id}/${event.step_id}  lost: ${event.why}${next(event.next)}`, fields: at(event) }];
    case 'late.refused':
      return [{ level: 'warn', message: `${event.plan_id}/${event.step_id}  fence ${String(event.fence)} is over: what it sent (${event.what}) came too late and is kept aside`, fields: at(event) }];
    case 'step.blocked':
      return [{ level: 'error', message: `${event.plan_id}/${event.step_id}  blocked: ${event.reason}`, fields: { plan_id: event.plan_id, step_id: event.step_id } }];
    case 'step.retried':
      return [{ level: 'info', message: `${event.plan_id}/${event.step_id}  retried by ${event.by}: ${event.reason}`, fields: { plan_id: event.plan_id, step_id: event.step_id } }];
    case 'step.overridden':
      return [{ level: 'warn', message: `${event.plan_id}/${event.step_id}  overridden to ${event.to} by ${event.by}: ${event.reason}`, fields: { plan_id: event.plan_id, step_id: event.step_id } }];
    case 'paused':
    case 'resumed':
      return [{ level: 'warn', message: `${namedScope(event.scope)}  ${event.type} by ${event.by}: ${event.reason}` }];
    case 'snapshot.taken':
      return [{ level: 'info', message: `snapshot ${event.name} of entries 1 to ${String(event.seq)}, by ${event.by}: ${event.reason}` }];
    case 'plan.rolled_back':
      return [{ level: 'warn', message: `${event.plan_id}  rolled back to ${event.snapshot} by ${event.by}: ${event.reason}${event.reopened.length === 0 ? '' : `; open again: ${event.reopened.join(', ')}`}`, fields: { plan_id: event.plan_id } }];
    case 'frozen':
      return [{ level: 'warn', message: `FROZEN by ${event.by}: ${event.reason}; no start, no judgement, no merge until: coo thaw` }];
    case 'thawed':
      return [{ level: 'warn', message: `thawed by ${event.by}: ${event.reason}` }];
    case 'breaker.opened':
      return [{ level: 'error', message: `${namedScope(event.scope)}  STOPPED (breaker open): ${event.reason}` }];
    case 'breaker.half_opened':
      return [{ level: 'warn', message: `${namedScope(event.scope)}  breaker half open: one step is tried` }];
    case 'breaker.closed':
      return [{ level: 'info', message: `${namedScope(event.scope)}  breaker closed by ${event.by}: ${event.reason}` }];
    case 'seat.parked':
      return [{ level: 'warn', message: `seat ${event.group} gets nothing until ${isoTime(event.until_ms)}: ${event.reason}`, fields: { seat: event.group } }];
    case 'seat.unparked':
      return [{ level: 'info', message: `seat ${event.group} gets work again`, fields: { seat: event.group } }];
    case 'seat.unfit':
      return [{ level: 'error', message: `seat ${event.group} gets nothing: ${event.message}\n  fix: ${event.fix}`, fields: { code: event.code } }];
    case 'seat.fit':
      return [{ level: 'info', message: `seat ${event.group} has what it needs again` }];
    case 'target.unfit':
      return [{ level: 'error', message: `plan ${event.plan_id} gets nothing: ${event.message}\n  fix: ${event.fix}`, fields: { code: event.code } }];
    case 'target.fit':
      return [{ level: 'info', message: `plan ${event.plan_id} goes on: its target holds what it began from` }];
    case 'noted':
      return [{ level: 'info', message: `note by ${event.by}: ${event.text}` }];
    default:
      return [];
  }
}

/** Ends of claims and runs that asked a question, beside it: they went as they should, and the question has said it all. */
export function endsWithQuestion(events: readonly Event[]): ReadonlySet<Event> {
  const asked = new Set(events.flatMap((event) => (event.type === 'question.asked' ? [orderOf(event)] : [])));
  return new Set(events.filter((event) => (event.type === 'claim.released' || event.type === 'run.ended') && asked.has(orderOf(event))));
}

function orderOf({ plan_id, step_id, fence }: EventOf<'question.asked' | 'claim.released' | 'run.ended'>): string {
  return orderId(plan_id, step_id, fence);
}

function at(event: { readonly plan_id: string; readonly step_id: string; readonly fence: number }): NonNullable<LogLine['fields']> {
  return { plan_id: event.plan_id, step_id: event.step_id, fence: event.fence };
}

function found(findings: readonly { readonly code: string; readonly message: string; readonly path?: string }[]): string {
  const [first, ...rest] = findings;
  if (first === undefined) return 'no reason given';
  const where = first.path === undefined ? '' : `${first.path}: `;
  return `${where}${first.message}${rest.length > 0 ? ` (and ${String(rest.length)} more)` : ''}`;
}

function next(step: { readonly kind: 'retry' | 'fail' | 'block' }): string {
  return step.kind === 'retry' ? '; tried again' : step.kind === 'fail' ? '; no attempt is left' : '; a person is needed';
}
