import { sha256Hex } from '../../../src/format/canonical.ts';
import { renderFile } from '../../../src/format/file.ts';
import { decide } from '../../../src/kernel/decide.ts';
import { nextTimer } from '../../../src/kernel/due.ts';
import type { Event } from '../../../src/kernel/event.ts';
import { apply } from '../../../src/kernel/fold.ts';
import type { Fence, PlanId, StepId } from '../../../src/kernel/ids.ts';
import type { Input } from '../../../src/kernel/input.ts';
import { DEFAULT_LIMITS } from '../../../src/kernel/limits.ts';
import type { Org } from '../../../src/kernel/org.ts';
import type { Plan, Step } from '../../../src/kernel/plan.ts';
import { emptyState } from '../../../src/kernel/state.ts';
import type { State } from '../../../src/kernel/state.ts';

export const SEATS = 10;
const START_MS = Date.UTC(2030, 0, 1);

type Untimed = Input extends infer I ? (I extends Input ? Omit<I, 'at_ms'> : never) : never;
type Told = (input: Input, events: readonly Event[]) => void;
interface Attempt {
  readonly plan_id: PlanId;
  readonly step_id: StepId;
  readonly fence: Fence;
}

const hex = (seed: number, length: number): string => (seed >>> 0).toString(16).padStart(8, '0').repeat(8).slice(0, length);

/** What stands for the file that somebody wrote. */
export function textOf(written: Plan | Org): Uint8Array {
  return renderFile(written);
}

/** A plan in short chains: a step waits for the one three before it, every tenth for a second one. */
export function chainPlan(plan_id: PlanId, length: number): Plan {
  const steps = Array.from({ length }, (_, at): Step => {
    const depends_on = [at - 3, at % 10 === 9 ? at - 7 : -1].filter((before) => before >= 0).map((before) => `step-${String(before)}`);
    return { step_id: `step-${String(at)}`, objective: `do part ${String(at)} of ${plan_id}`, role: 'developer', commands: [`make part-${String(at)}`], outputs: [`out/${String(at)}.txt`], ...(depends_on.length > 0 ? { depends_on } : {}) };
  });
  return { plan_id, title: `Plan ${plan_id}`, target: 'main', integrate: 'merge', steps };
}

/** A manager with ten seats that does what the ledger allows, the way the real one is told: one input after the other. */
export class Crew {
  readonly state: State = emptyState();
  private readonly told: Told;
  private now = START_MS;
  private count = 0;
  private readonly atWork: { at: Attempt; next: 'start' | 'say' | 'finish' | 'judge' }[] = [];

  private readonly paceMs: number;

  /** `paceMs`: how much time goes by between two inputs. */
  constructor(told: Told = () => undefined, paceMs = 37) {
    this.told = told;
    this.paceMs = paceMs;
    const seats = Array.from({ length: SEATS }, (_, at) => ({ seat: `dev-${String(at + 1)}`, group: 'dev', roles: ['developer'], harness: 'shell' as const }));
    const org: Org = {
      mode: 'dev',
      seats,
      env: ['PATH', 'HOME', 'LANG'],
      workspace: { setup: ['npm ci'], ports: 10 },
      checks: { before: [], after: ['npm test'] },
      limits: DEFAULT_LIMITS,
      breaker: { failures: 3, cooldown_ms: 600_000 },
      notify: [],
      branch_prefix: 'coo',
      target: 'main',
      integrate: 'merge',
    };
    this.tell({ type: 'start', ledger: hex(1, 32), object_format: 'sha1' });
    this.tell({ type: 'organise', digest: sha256Hex(textOf(org)), org });
    this.tell({ type: 'begin', manager: 'bench', after: 0 });
  }

  submit(plan: Plan): void {
    this.tell({ type: 'submit', plan, digest: sha256Hex(textOf(plan)), base: hex(3, 40), by: 'op' });
  }

  /** One input of the daily work; false when nothing is left to do. */
  turn(): boolean {
    if (this.state.workers < SEATS && this.tell({ type: 'assign', epoch: 1, nonce: hex(this.count * 7_919, 32), token_sha256: hex(this.count * 104_729, 64) })) return true;
    const job = this.atWork.shift();
    if (job !== undefined) return this.work(job);
    const timer = nextTimer(this.state);
    if (timer === null) return this.integrate();
    this.now = Math.max(this.now, timer);
    return this.tell({ type: 'tick' });
  }

  private work(job: { at: Attempt; next: 'start' | 'say' | 'finish' | 'judge' }): boolean {
    const { at } = job;
    const receipt = `_report/agent/${this.state.claims.get(`${at.plan_id}/${at.step_id}`)?.seat ?? ''}/runs/${new Date(this.now).toISOString().slice(0, 10)}/${String(this.now)}-${at.plan_id}.${at.step_id}.${String(at.fence)}.json`;
    const fingerprint = hex(this.count, 16);
    if (job.next !== 'judge') this.atWork.push(job);
    switch (job.next) {
      case 'start':
        job.next = 'say';
        return this.tell({ type: 'started', ...at, worker: `4711/${hex(this.count, 8)}` });
      case 'say':
        job.next = 'finish';
        return this.tell({ type: 'progress', ...at, text: `working on ${at.step_id}` });
      case 'finish':
        job.next = 'judge';
        if (this.count % 17 !== 0) return this.tell({ type: 'finished', ...at, result: 'passed', commit: hex(this.count, 40), findings: [], receipt, fingerprint });
        this.atWork.splice(this.atWork.indexOf(job), 1);
        return this.tell({ type: 'finished', ...at, result: 'failed', commit: null, findings: [{ code: 'COMMAND_FAILED', message: 'make: exit 2' }], receipt, fingerprint });
      case 'judge':
        return this.tell({ type: 'judged', ...at, plan_before: this.state.plans.get(at.plan_id)?.tip ?? null, receipt, fingerprint, verdict: { kind: 'accepted', plan_after: hex(this.count, 40) } });
      default:
        return job.next satisfies never;
    }
  }

  private integrate(): boolean {
    for (const command of this.state.owed.values()) {
      if (command.kind !== 'integrate') continue;
      return this.tell({ type: 'integrated', plan_id: command.plan_id, before: hex(3, 40), after: hex(this.count, 40) });
    }
    return false;
  }

  private tell(told: Untimed): boolean {
    this.count += 1;
    this.now += this.paceMs;
    const input = { ...told, at_ms: this.now };
    const decision = decide(this.state, input);
    if (!decision.ok) return false;
    for (const event of decision.events) {
      apply(this.state, event);
      if (event.type === 'step.claimed') this.atWork.push({ at: { plan_id: event.plan_id, step_id: event.step_id, fence: event.fence }, next: 'start' });
    }
    this.told(input, decision.events);
    return true;
  }
}
