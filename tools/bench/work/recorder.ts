import { sha256Hex } from '../../../src/format/canonical.ts';
import { sealOrder } from '../../../src/format/order.ts';
import type { Order } from '../../../src/format/order.ts';
import { renderRun } from '../../../src/format/run.ts';
import type { CommandRecord } from '../../../src/format/run.ts';
import type { Offer } from '../../../src/app/step.ts';
import type { Event } from '../../../src/kernel/event.ts';
import { stepKey } from '../../../src/kernel/ids.ts';
import type { Input } from '../../../src/kernel/input.ts';
import { isoTime } from '../../../src/kernel/iso.ts';
import { findStep } from '../../../src/kernel/state.ts';
import { workOrder } from '../../../src/kernel/work-order.ts';
import { chainPlan, Crew, textOf } from './crew.ts';

const COMMAND_MS = 1_200;
/** Some 800 attempts a day: a busy crew of ten. */
const PACE_MS = 21_600;

/** What a crew of ten is told, as offers with the files that a manager would publish with them: run receipts among them. */
export class Recorder {
  private readonly crew: Crew;
  private readonly orders = new Map<string, Order>();
  private made: Offer[] = [];
  private plans = 0;
  private readonly stepsAPlan: number;
  /** Run receipts so far. */
  receipts = 0;

  constructor(stepsAPlan = 50) {
    this.stepsAPlan = stepsAPlan;
    this.crew = new Crew((input, events) => this.told(input, events), PACE_MS);
  }

  /** Goes on working until there are `count` new offers. */
  next(count: number): readonly Offer[] {
    while (this.made.length < count) {
      if (this.crew.turn()) continue;
      this.crew.submit(chainPlan(`plan-${String(this.plans)}`, this.stepsAPlan));
      this.plans += 1;
    }
    return this.made.splice(0, count);
  }

  private told(input: Input, events: readonly Event[]): void {
    for (const event of events) {
      if (event.type !== 'step.claimed') continue;
      const { state } = this.crew;
      const step = findStep(state, event.plan_id, event.step_id);
      const claim = state.claims.get(stepKey(event.plan_id, event.step_id));
      const plan = state.plans.get(event.plan_id);
      if (step !== undefined && claim !== undefined && plan !== undefined) this.orders.set(keyOf(event), sealOrder(workOrder(state, step, claim), { plan_digest: plan.digest, nonce: claim.nonce }));
    }
    this.made.push(this.offer(input, events));
  }

  private offer(input: Input, events: readonly Event[]): Offer {
    if (input.type === 'judged' || input.type === 'finished') return { input, files: this.receipt(input, events) };
    if (input.type === 'submit') return { input, files: [{ path: `_plans/${input.plan.plan_id}.plan.json`, bytes: textOf(input.plan) }] };
    return input.type === 'organise' ? { input, files: [{ path: '_plans/coo.yaml', bytes: textOf(input.org) }] } : { input };
  }

  private receipt(input: Extract<Input, { readonly type: 'judged' | 'finished' }>, events: readonly Event[]): NonNullable<Offer['files']> {
    const order = this.orders.get(keyOf(input));
    const passed = input.type === 'judged';
    if (order === undefined || (!passed && input.result === 'passed')) return [];
    this.orders.delete(keyOf(input));
    this.receipts += 1;
    const { plan_id, step_id, at_ms, fingerprint } = input;
    const accepted = events.find((event) => event.type === 'run.accepted');
    const log = { sha256: sha256Hex(`${plan_id}/${step_id}`), bytes: 42, kept: 42 };
    const common = { ending: 'exited', ms: COMMAND_MS, log, head: `building ${step_id}\nall is well\n`, tail: '' } as const;
    const command: CommandRecord = { ...common, phase: 'command', sh: order.commands?.[0]?.toString() ?? 'true', exit: passed ? 0 : 2 };
    const path = input.receipt;
    const bytes = renderRun({
      schema: 'coo/run.v1',
      order,
      who: { seat: order.seat, harness: 'shell', harness_version: '0.1.0', mode: order.mode, sandbox: 'off' },
      started_at: isoTime(at_ms - COMMAND_MS),
      ended_at: isoTime(at_ms),
      commands: [command],
      result: passed ? 'passed' : 'failed',
      outputs: passed ? order.outputs.map((output) => ({ path: output, sha256: sha256Hex(output), bytes: 11 })) : [],
      receipts: [],
      change: passed ? { commit: accepted?.commit ?? '', tree: sha256Hex(fingerprint).slice(0, 40), patch_id: null, files: 1, added: 1, removed: 0 } : null,
      judgement: passed ? { candidate_tree: sha256Hex(step_id).slice(0, 40), plan_before: accepted?.plan_before ?? null, checks: [{ ...common, phase: 'check', sh: 'npm test', exit: 0 }], findings: [] } : null,
      findings: passed ? [] : input.findings,
      by: 'worker',
    });
    return [{ path, bytes }];
  }
}

function keyOf(at: { readonly plan_id: string; readonly step_id: string; readonly fence: number }): string {
  return `${at.plan_id}.${at.step_id}.${String(at.fence)}`;
}
