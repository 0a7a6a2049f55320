import type { Event } from '../event.ts';
import { entriesUpTo } from '../heap.ts';
import { stepKey } from '../ids.ts';
import type { InputOf } from '../input.ts';
import { MAX_EVENTS } from '../limits.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import type { State, TimerEntry, TimerOf } from '../state.ts';

/** Wall-time timers that are over: back-offs end, cool-downs let one trial through. As many as one entry holds; the next tick goes on. */
export function tickRule(state: State, input: InputOf<'tick'>): Decision<Event> {
  const over = entriesUpTo(state.timers, input.at_ms).sort(before).slice(0, MAX_EVENTS);
  const events = over.map(({ of }): Event => {
    switch (of.kind) {
      case 'backoff':
        return { type: 'step.ready', plan_id: of.plan_id, step_id: of.step_id };
      case 'breaker':
        return { type: 'breaker.half_opened', scope: of.scope };
      case 'seat':
        return { type: 'seat.unparked', group: of.group };
      default:
        return of satisfies never;
    }
  });
  return events.length > 0 ? { ok: true, events } : reject('NOTHING_TO_DO', 'no timer is over', 'nothing to do');
}

/** By time; at the same time by name, whatever history the heap has. */
function before(a: TimerEntry, b: TimerEntry): number {
  return a.rank - b.rank || (nameOf(a.of) < nameOf(b.of) ? -1 : 1);
}

function nameOf(of: TimerOf): string {
  switch (of.kind) {
    case 'backoff':
      return `step ${stepKey(of.plan_id, of.step_id)}`;
    case 'breaker':
      return `breaker ${of.scope}`;
    case 'seat':
      return `seat ${of.group}`;
    default:
      return of satisfies never;
  }
}
