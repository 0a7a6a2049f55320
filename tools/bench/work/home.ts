import { systemRandom } from '../../../src/adapters/random/system-random.ts';
import { writeHome } from '../../../src/app/ledger/home.ts';
import { LedgerSession } from '../../../src/app/ledger/session.ts';
import { step } from '../../../src/app/step.ts';
import type { Offer } from '../../../src/app/step.ts';
import type { LedgerWorld } from '../../../src/app/world.ts';
import { wireLedger } from '../../../src/bin/wire.ts';
import { DEFAULT_LIMITS } from '../../../src/kernel/limits.ts';
import type { Org, Seat } from '../../../src/kernel/org.ts';
import type { Plan } from '../../../src/kernel/plan.ts';
import { cleanEnv } from './scratch.ts';

const hex = (length: number): string => systemRandom().hex(length / 2);

/** Opens a repository the way a short command does. */
export function openWorld(folder: string): Promise<LedgerWorld> {
  return wireLedger(folder, cleanEnv(folder));
}

export function seatsNamed(names: readonly string[]): readonly Seat[] {
  return names.map((seat) => ({ seat, group: seat, roles: ['developer'], harness: 'person' }) as const);
}

/** An organisation of these seats that sets nothing up and checks nothing. */
export function orgOf(seats: readonly Seat[]): Org {
  return {
    mode: 'dev',
    seats,
    env: ['PATH', 'HOME', 'LANG'],
    workspace: { setup: [], ports: 0 },
    checks: { before: [], after: [] },
    limits: DEFAULT_LIMITS,
    breaker: { failures: 3, cooldown_ms: 600_000 },
    notify: [],
    branch_prefix: 'coo',
    target: 'main',
    integrate: 'none',
  };
}

/** Steps that are all ready at once. */
export function widePlan(plan_id: string, length: number): Plan {
  const steps = Array.from({ length }, (_, at) => ({ step_id: `step-${String(at)}`, objective: `do part ${String(at)}`, commands: ['true'] }));
  return { plan_id, title: `Plan ${plan_id}`, target: 'main', integrate: 'none', steps };
}

/** Makes this clone the home of a new ledger. */
export async function foundLedger(world: LedgerWorld, org: Org): Promise<LedgerSession> {
  const ledger = hex(32);
  await makeHome(world, ledger);
  const session = await LedgerSession.open(world, 'asked');
  const at_ms = world.clock.now();
  await publish(session, [{ input: { type: 'start', ledger, object_format: world.git.format, at_ms } }, { input: { type: 'organise', digest: hex(64), org, at_ms } }]);
  return session;
}

export async function makeHome(world: LedgerWorld, ledger: string): Promise<void> {
  await world.files.folder(world.layout.coo);
  await writeHome(world, ledger, 'coo');
}

/** Publishes offers that must all be granted. Returns the entries. */
export async function publish(session: LedgerSession, offers: readonly Offer[]): Promise<Awaited<ReturnType<typeof step>>['entries']> {
  const { answers, entries } = await step(session, () => offers, { writer: 'bench', withinMs: 60_000 });
  const no = answers.find((answer) => !answer.ok);
  if (no !== undefined && !no.ok) throw new Error(`refused: ${no.rejection.code} ${no.rejection.message}`);
  return entries;
}

export function submitOf(plan: Plan, base: string | null, at_ms: number): Offer {
  return { input: { type: 'submit', plan, digest: hex(64), base, by: 'bench', at_ms } };
}
