import { planText } from '../support/plans.ts';
import type { WrittenStep } from '../support/plans.ts';
import { org, seat } from '../support/state-builder.ts';
import type { Chance } from './chance.ts';

/** Those who work by hand: they claim what they do. */
export const SEATS: readonly string[] = ['ada', 'bob', 'you'];

/** The address of `you`, who is listed. */
export const PERSON = 'you@example.com';

/** Short times and small numbers, so that a minute meets every limit. */
export const ORG = org({
  seats: [...['dev-1', 'dev-2', 'dev-3'].map((name) => seat(name, { group: 'dev' })), ...SEATS.map((name) => seat(name, name === 'you' ? { harness: 'person', email: PERSON } : { harness: 'bus' }))],
  seats_open: true,
  integrate: 'merge',
  target: 'main',
  workspace: { setup: [], ports: 0 },
  breaker: { failures: 3, cooldown_ms: 5_000 },
  limits: { workers: 3, lease_ms: 8_000, beat_ms: 2_000, held_lease_ms: 20_000, person_lease_ms: 30_000, ask_ms: 5_000, wall_ms: 20_000, check_ms: 8_000, retries: 2, losses: 3, backoff_ms: 500, backoff_cap_ms: 2_000 },
});

const NAMES = ['a', 'b', 'c', 'd'] as const;

/** The text of a plan: some steps for workers, some for people, some of which wait for others, or write what others write. */
export function planBytes(plan_id: string, chance: Chance): Uint8Array {
  const names = NAMES.slice(0, chance.between(1, chance.happens(0.2) ? NAMES.length : 2));
  const steps = names.map((step_id, at) => stepOf(step_id, names.slice(0, at), chance));
  return new TextEncoder().encode(planText({ plan_id, integrate: chance.happens(0.7) ? 'merge' : 'none', steps }));
}

function stepOf(step_id: string, before: readonly string[], chance: Chance): WrittenStep {
  const byHand = chance.happens(0.2);
  const path = !byHand && chance.happens(0.1) ? 'src/shared.txt' : `src/${step_id}.txt`;
  const depends_on = before.filter(() => chance.happens(0.3));
  return {
    step_id,
    objective: `do ${step_id} ${String(chance.below(3))}`,
    ...(byHand ? { prompt: 'think' } : { commands: [`write ${path}`] }),
    ...(chance.happens(0.5) ? { scope: [path] } : {}),
    ...(depends_on.length > 0 ? { depends_on } : {}),
    ...(chance.happens(0.2) ? { outputs: [path] } : {}),
    ...(chance.happens(0.2) ? { checks: { after: ['check'] } } : {}),
    ...(chance.happens(0.3) ? { rollback: ['write src/undone.txt'] } : {}),
    ...(chance.happens(0.3) ? { retry: { max: 1 } } : {}),
  };
}
