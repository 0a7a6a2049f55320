import type { PlanId } from '../../kernel/ids.ts';
import type { PlanState } from '../../kernel/state.ts';
import type { Forge } from '../../ports/forge.ts';
import type { History } from '../../ports/history.ts';
import { Failure } from '../failure.ts';
import type { Pending } from '../manager/offers.ts';
import { say } from '../manager/shared.ts';
import type { Desk } from '../manager/shared.ts';
import { forgeFor } from '../pull-request/pr.ts';
import type { Doors } from '../pull-request/pr.ts';
import { learntFrom, seeMerge } from './seen-merge.ts';

/** The ways to where merges happen without coo. */
export interface Elsewhere {
  readonly history: History;
  readonly doors: Doors;
}

/** Between two looks, in milliseconds: two reads of a ref for each plan, and more only where one moved. */
const LOOK_MS = 9_000;
/** How often the forge is asked for one pull request, in milliseconds: 60 times an hour of the 5,000 that a token has, and most are answered by ETag. */
const ASK_MS = 60_000;
/** After it could not be asked. */
const TROUBLE_MS = 300_000;

/** Plans that await their merge: asks the forge, and looks at what the target is known to hold, beside the loop. */
export class MergeWatch {
  readonly #desk: Desk;
  #elsewhere: Promise<Elsewhere> | undefined;
  #looking = false;
  /** Monotonic time before which no look begins. */
  #lookAt = 0;
  readonly #found: Pending[] = [];
  /** Monotonic time before which the forge is not asked, by plan. */
  readonly #askAt = new Map<PlanId, number>();
  /** The target's tips that were looked at, by plan. */
  readonly #looked = new Map<PlanId, string>();
  /** The remote that each target is pulled from. */
  readonly #remotes = new Map<string, string>();
  readonly #forges = new Map<string, Promise<Forge>>();
  readonly #numbers = new Map<PlanId, number>();
  readonly #said = new Set<string>();

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** What was found since, and whether a look is under way. Begins one where a plan waits. */
  scan(): { readonly offers: readonly Pending[]; readonly again: boolean } {
    const { session, world } = this.#desk;
    const offers = this.#found.splice(0);
    const waiting = [...session.state.plans.values()].filter(({ integration }) => integration.kind === 'awaiting_merge');
    if (!this.#looking && world.clock.monotonic() >= this.#lookAt && waiting.length > 0 && world.elsewhere !== undefined) {
      this.#looking = true;
      this.#elsewhere ??= world.elsewhere();
      void this.#look(waiting).finally(() => {
        this.#looking = false;
        this.#lookAt = world.clock.monotonic() + LOOK_MS;
      });
    }
    return { offers, again: this.#looking };
  }

  async #look(plans: readonly PlanState[]): Promise<void> {
    try {
      const elsewhere = await this.#elsewhere;
      for (const plan of plans) {
        if (this.#desk.signal.aborted) return;
        if (elsewhere !== undefined && !(await this.#lookInGit(elsewhere, plan))) await this.#askForge(elsewhere.doors, plan);
      }
    } catch (cause) {
      this.#tell('merge.unseen', cause instanceof Error ? cause.message : String(cause));
    }
  }

  /** Looks at the target, here and as it was fetched, where it moved since the last look. True when the plan was found in it. */
  async #lookInGit({ history, doors }: Elsewhere, plan: PlanState): Promise<boolean> {
    const { git, clock } = this.#desk.world;
    const { plan_id, target } = plan.plan;
    const remote = this.#remotes.get(target) ?? (await doors.remote.nameFor(target)) ?? 'origin';
    this.#remotes.set(target, remote);
    const tips = [...new Set([await git.ref(`refs/heads/${target}`), await git.ref(`refs/remotes/${remote}/${target}`)])].flatMap((tip) => tip ?? []);
    const key = [plan.tip, ...tips].join(' ');
    if (this.#looked.get(plan_id) === key) return false;
    for (const tip of tips) {
      const seen = await seeMerge(history, plan, tip);
      if (seen === null) continue;
      this.#found.push({ input: { type: 'merged_elsewhere', plan_id, commit: seen.commit, kind: seen.kind, at_ms: clock.now() } });
      return true;
    }
    this.#looked.set(plan_id, key);
    return false;
  }

  async #askForge(doors: Doors, plan: PlanState): Promise<void> {
    const { world, session } = this.#desk;
    const { plan_id, target } = plan.plan;
    if (world.clock.monotonic() < (this.#askAt.get(plan_id) ?? 0)) return;
    this.#askAt.set(plan_id, world.clock.monotonic() + ASK_MS);
    const forge = await this.#forge(doors, target);
    if (forge === undefined) {
      this.#askAt.set(plan_id, world.clock.monotonic() + TROUBLE_MS);
      return;
    }
    const number = this.#numbers.get(plan_id);
    const answer = await (number === undefined ? forge.find(session.refs.plan(plan_id).slice('refs/heads/'.length)) : forge.pull(number));
    if (!answer.ok) {
      const { fault } = answer;
      const later = fault.code === 'FORGE_RATE_LIMITED' ? Math.max(TROUBLE_MS, fault.retry_at_ms - world.clock.now()) : TROUBLE_MS;
      this.#askAt.set(plan_id, world.clock.monotonic() + later);
      this.#tell(fault.code, fault.message);
      return;
    }
    const pull = answer.value;
    if (pull === null) return;
    this.#numbers.set(plan_id, pull.number);
    if (pull.state.kind === 'merged' && pull.head !== plan.tip) this.#tell('merge.other', `${pull.url} was merged at ${pull.head}, and ${plan_id} stands at ${plan.tip ?? 'nothing'}\n  fix: coo pr ${plan_id}`);
    const learnt = learntFrom(plan, pull, world.clock.now());
    if (learnt !== undefined) this.#found.push({ input: learnt });
  }

  /** The forge of a target; undefined where there is none to ask, which is said once: git alone is looked at then. */
  async #forge(doors: Doors, target: string): Promise<Forge | undefined> {
    const known = this.#forges.get(target) ?? forgeFor(doors, target).then(({ forge }) => forge);
    this.#forges.set(target, known);
    try {
      return await known;
    } catch (cause) {
      this.#forges.delete(target);
      if (!(cause instanceof Failure)) throw cause;
      this.#tell(cause.code, `merges are looked for in git alone: ${cause.message}\n  fix: ${cause.fix}; or git fetch, when it is merged`);
      return undefined;
    }
  }

  #tell(code: string, message: string): void {
    if (this.#said.has(`${code} ${message}`)) return;
    this.#said.add(`${code} ${message}`);
    say(this.#desk, 'warn', code, message);
  }
}
