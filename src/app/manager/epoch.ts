import { isoTime } from '../../kernel/iso.ts';
import type { Log } from '../../ports/log.ts';
import { Failure } from '../failure.ts';
import type { LedgerSession } from '../ledger/session.ts';
import { step } from '../step.ts';
import { LEASE_MS, beatSign } from './beat.ts';
import { ownerText, parseOwner } from './owner-text.ts';

/** How long a new manager tries to begin its epoch, in milliseconds. */
const WITHIN_MS = 10_000;
/** Looks at another's beat in a lease. */
const LOOKS = 80;

/** Who manages, as far as it can be seen from here. */
export type ManagerLife = { readonly kind: 'none' } | { readonly kind: 'alive' | 'stopped' | 'unknown' | 'dead'; readonly pid: number; readonly host: string; readonly epoch: number; readonly since_ms: number };
type Seen = Exclude<ManagerLife, { readonly kind: 'none' }>;

export function managerLife(session: LedgerSession): ManagerLife {
  const { epoch } = session.state;
  if (epoch === null || epoch.ended) return { kind: 'none' };
  const owner = parseOwner(epoch.manager);
  if (owner === undefined) return { kind: 'none' };
  return { kind: session.world.processes.life(owner), pid: owner.pid, host: owner.host, epoch: epoch.number, since_ms: epoch.at_ms };
}

/** How a manager comes to its epoch beside another. */
export interface Beginning {
  readonly log: Log;
  /** Replace whoever manages now; a person says so. */
  readonly takeover?: boolean;
  readonly leaseMs?: number;
  /** Aborted: do not wait any longer. */
  readonly signal: AbortSignal;
}

/**
 * Begins an epoch, or says who manages already (MANAGED, exit 75). One that is dead is replaced at once, one whose beat stands still when it
 * has done so for a lease: it may wake again, and is fenced then. Two that begin at once: the second is refused, and finds the first.
 */
export async function beginEpoch(session: LedgerSession, how: Beginning): Promise<number> {
  const { clock, processes } = session.world;
  for (let takeover = how.takeover === true; ; takeover = false) {
    await session.refresh();
    const before = managerLife(session);
    const after = session.state.epoch?.number ?? 0;
    if (before.kind !== 'none' && before.kind !== 'dead' && !takeover && !(await standsStill(session, before, how))) throw managed(before);
    const { answers } = await step(session, () => [{ input: { type: 'begin', manager: ownerText(processes.self()), after, at_ms: clock.now() } }], { writer: 'manager', withinMs: WITHIN_MS });
    const [answer] = answers;
    if (answer?.ok === true) {
      if (before.kind === 'dead') tell(how.log, clock.now(), 'manager.died', died(before, (await beatSign(session.world, before.epoch)).at_ms, session.state.claims.size));
      if (before.kind !== 'none' && before.kind !== 'dead') tell(how.log, clock.now(), 'manager.replaced', `took over from ${nameOf(before)}; should it wake, nothing of it is taken any more`);
      return after + 1;
    }
    if (answer?.rejection.code !== 'EPOCH_OLD') throw new Failure({ code: answer?.rejection.code ?? 'NO_EPOCH', message: answer?.rejection.message ?? 'no epoch could be begun', fix: answer?.rejection.fix ?? 'coo status', exit: 75 });
  }
}

/** Whether a manager that seems to hang is dead, or gives no sign for a lease. The wall clock only says whether it is worth waiting for. */
async function standsStill(session: LedgerSession, manager: Seen, { log, leaseMs = LEASE_MS, signal }: Beginning): Promise<boolean> {
  const { clock } = session.world;
  const first = await beatSign(session.world, manager.epoch);
  const last_ms = first.at_ms ?? manager.since_ms;
  if (manager.kind !== 'stopped' && clock.now() - last_ms < leaseMs / 2) return false;
  tell(log, clock.now(), 'manager.hangs', hangs(manager, last_ms, leaseMs));
  const lookMs = leaseMs / LOOKS;
  for (let stood = 0, at = clock.monotonic(); stood < leaseMs; ) {
    await clock.sleep(lookMs, signal);
    if (signal.aborted) return false;
    const now = clock.monotonic();
    // A pause of our own says nothing about others: it counts as one look.
    stood += Math.min(now - at, 2 * lookMs);
    at = now;
    if (managerLife(session).kind === 'dead') return true;
    if ((await beatSign(session.world, manager.epoch)).count !== first.count) return false;
  }
  return true;
}

function tell(log: Log, at_ms: number, code: string, message: string): void {
  log.say({ at_ms, level: 'warn', code, message });
}

function died(manager: Seen, last_ms: number | null, claims: number): string {
  const left = claims === 0 ? 'nobody held a step' : `${String(claims)} ${claims === 1 ? 'step was' : 'steps were'} in somebody's hands: workers that live go on, what died is given out again`;
  return `${nameOf(manager)} died without a word${last_ms === null ? '' : `, its last sign came at ${isoTime(last_ms)}`}; ${left}`;
}

function nameOf({ epoch, pid, host }: Seen): string {
  return `the manager of epoch ${String(epoch)} (process ${String(pid)} on ${host})`;
}

function hangs(manager: Seen, last_ms: number, leaseMs: number): string {
  const what = manager.kind === 'stopped' ? 'is stopped' : 'gives no sign';
  return `${nameOf(manager)} ${what}; the last one came at ${isoTime(last_ms)}. It is replaced if none comes for ${String(leaseMs / 1_000)} s\n  fix: to replace it now: coo run --takeover`;
}

function managed(life: Seen): Failure {
  const stopped = life.kind === 'stopped' ? `it is stopped: kill -CONT ${String(life.pid)} wakes it, kill ${String(life.pid)} ends it` : 'coo status';
  return new Failure({ code: 'MANAGED', message: `another manager is ${life.kind}: process ${String(life.pid)} on ${life.host}, epoch ${String(life.epoch)}`, fix: `${stopped}; to replace it: coo run --takeover`, exit: 75 });
}
