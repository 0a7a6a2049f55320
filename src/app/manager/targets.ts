import type { Oid, PlanId } from '../../kernel/ids.ts';
import type { PlanState } from '../../kernel/state.ts';
import { targetStanding, targetTips } from '../integrate/target-standing.ts';
import type { Holds, TargetStanding } from '../integrate/target-standing.ts';
import type { Pending } from './offers.ts';
import type { Desk } from './shared.ts';

interface Look {
  /** Where the target stood. */
  readonly of: string;
  readonly standing: TargetStanding;
  /** The last tip that was good. */
  readonly good: Oid | null;
}

/** The branches that plans go into, looked at just before orders are issued: a read of a ref a branch, and of history only where one moved. */
export class Targets {
  readonly #desk: Desk;
  #looks: ReadonlyMap<PlanId, Look> = new Map();

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** What the ledger does not know yet. */
  async scan(): Promise<readonly Pending[]> {
    await this.#look();
    return this.#offers();
  }

  async #look(): Promise<void> {
    const { world, session } = this.#desk;
    const stood = new Map<string, string>();
    const looks = new Map<PlanId, Look>();
    const holds = onceEach(async (ancestor, tip) => ancestor === tip || world.work.isAncestor(ancestor, tip));
    for (const plan of session.state.plans.values()) {
      if (!isAhead(plan)) continue;
      const { plan_id, target, integrate } = plan.plan;
      const of = stood.get(`${integrate} ${target}`) ?? [target, ...(await targetTips(world.git, plan))].join(' ');
      stood.set(`${integrate} ${target}`, of);
      const before = this.#looks.get(plan_id);
      looks.set(plan_id, before?.of === of ? before : await this.#lookAt(plan, of, before?.good ?? null, holds));
    }
    this.#looks = looks;
  }

  async #lookAt(plan: PlanState, of: string, since: Oid | null, holds: Holds): Promise<Look> {
    const standing = await targetStanding(this.#desk.world.git, holds, plan, since);
    return { of, standing, good: standing.kind === 'good' ? standing.tip : since };
  }

  #offers(): readonly Pending[] {
    const { world, session } = this.#desk;
    const at_ms = world.clock.now();
    return [...this.#looks].flatMap(([plan_id, { standing }]): readonly Pending[] => {
      const fault = standing.kind === 'wrong' ? standing.fault : null;
      const known = session.state.plans.get(plan_id)?.target_fault ?? null;
      return known?.code === fault?.code && known?.message === fault?.message ? [] : [{ input: { type: 'target_look', plan_id, fault, at_ms } }];
    });
  }
}

/** Whether orders may follow, and end in the target. */
function isAhead({ base, cancelled, counts, steps, plan }: PlanState): boolean {
  return base !== null && plan.integrate !== 'none' && cancelled === null && counts.done < steps.size;
}

/** A question that many plans have is asked of git once. */
function onceEach(ask: Holds): Holds {
  const answers = new Map<string, Promise<boolean>>();
  return async (ancestor, tip) => {
    const key = `${ancestor} ${tip}`;
    const answer = answers.get(key) ?? ask(ancestor, tip);
    answers.set(key, answer);
    return answer;
  };
}
