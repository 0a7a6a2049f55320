import type { Event } from '../event.ts';
import { entriesUpTo } from '../heap.ts';
import type { InputOf } from '../input.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import type { State } from '../state.ts';

/** Wall-time timers that are over: back-offs end, cool-downs let one trial through. */
export function tickRule(state: State, input: InputOf<'tick'>): Decision<Event> {
  const events = entriesUpTo(state.timers, input.at_ms).map(({ of }): Event => {
    switch (of.kind) {
      case 'backoff':
        return { type: 'step.ready', plan_id: of.plan_id, step_id: of.step_id };
      case 'breaker':
        return { type: 'breaker.half_opened', scope: of.scope };
      default:
        return of satisfies never;
    }
  });
  return events.length > 0 ? { ok: true, events } : reject('NOTHING_TO_DO', 'no timer is over', 'nothing to do');
}
