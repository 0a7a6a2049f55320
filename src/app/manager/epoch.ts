import type { LedgerSession } from '../ledger/session.ts';
import { Failure } from '../failure.ts';
import { step } from '../step.ts';
import { ownerText, parseOwner } from './owner-text.ts';

/** How long a new manager tries to begin its epoch, in milliseconds. */
const WITHIN_MS = 10_000;

/** Who manages, as far as it can be seen from here. */
export type ManagerLife = { readonly kind: 'none' } | { readonly kind: 'alive' | 'stopped' | 'unknown' | 'dead'; readonly pid: number; readonly host: string; readonly epoch: number; readonly since_ms: number };

export function managerLife(session: LedgerSession): ManagerLife {
  const { epoch } = session.state;
  if (epoch === null || epoch.ended) return { kind: 'none' };
  const owner = parseOwner(epoch.manager);
  if (owner === undefined) return { kind: 'none' };
  return { kind: session.world.processes.life(owner), pid: owner.pid, host: owner.host, epoch: epoch.number, since_ms: epoch.at_ms };
}

/**
 * Begins an epoch, or says who manages already (exit 75). Two that begin at once: the second loses the swap, looks again, and finds the first alive.
 */
export async function beginEpoch(session: LedgerSession): Promise<number> {
  const manager = ownerText(session.world.processes.self());
  const { answers } = await step(
    session,
    (state) => {
      const life = managerLife(session);
      if (life.kind === 'alive' || life.kind === 'stopped' || life.kind === 'unknown') throw managed(life);
      return [{ input: { type: 'begin', manager, after: state.epoch?.number ?? 0, at_ms: session.world.clock.now() } }];
    },
    { writer: 'manager', withinMs: WITHIN_MS },
  );
  const [answer] = answers;
  if (answer?.ok !== true) throw new Failure({ code: answer?.rejection.code ?? 'NO_EPOCH', message: answer?.rejection.message ?? 'no epoch could be begun', fix: answer?.rejection.fix ?? 'coo status', exit: 75 });
  return session.state.epoch?.number ?? 0;
}

function managed(life: Exclude<ManagerLife, { readonly kind: 'none' }>): Failure {
  const stopped = life.kind === 'stopped' ? `it is stopped: kill -CONT ${String(life.pid)} wakes it, kill ${String(life.pid)} ends it` : 'coo status';
  return new Failure({ code: 'MANAGED', message: `another manager is ${life.kind}: process ${String(life.pid)} on ${life.host}, epoch ${String(life.epoch)}`, fix: stopped, exit: 75 });
}
