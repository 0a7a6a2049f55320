import { orderPath } from '../../format/order.ts';
import type { Entry } from '../../format/entry.ts';
import type { Event, EventOf } from '../../kernel/event.ts';
import { orderId, stepKey } from '../../kernel/ids.ts';
import { findStep } from '../../kernel/state.ts';
import type { State } from '../../kernel/state.ts';
import { GRANT_WORDS, grantFacts } from './facts.ts';
import type { Granted, RunFacts } from './facts.ts';
import type { Findings } from './findings.ts';

type Claimed = EventOf<'step.claimed'>;
type Ended = EventOf<'run.accepted' | 'run.ended' | 'run.lost'>;

/** An attempt that the ledger knows the end of, and what its receipt must say. */
export interface EndedAttempt {
  readonly entry: string;
  readonly event: Ended;
  readonly order: string;
  /** Whether the organisation or a plan changed since the grant: then the coordinator's order is not word for word the one that was committed. */
  readonly isChanged: boolean;
  readonly byPerson: boolean;
}

interface Grant {
  readonly entry: string;
  readonly granted: Granted;
  /** How often the organisation or a plan had changed. */
  readonly changes: number;
}

/** What the ledger grants and takes back, held against what orders and receipts say. Meets each event before it is folded. */
export class Attempts {
  readonly #grants = new Map<string, Grant>();
  readonly #ended = new Map<string, EndedAttempt>();
  /** Receipts of attempts that went on: what was reported did not merge, and the holder was told so. */
  readonly #returned = new Map<string, string>();
  #changes = 0;
  readonly #findings: Findings;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** Run receipts by path, of attempts that ended. */
  get ended(): ReadonlyMap<string, EndedAttempt> {
    return this.#ended;
  }

  /** The path of the order that a receipt answers, committed with its grant: an entry before, as a rule. Undefined where no entry tells of the receipt. */
  orderOf(receipt: string): string | undefined {
    return this.#ended.get(receipt)?.order ?? this.#returned.get(receipt);
  }

  /** `state`: before the event. `path`: of its entry. */
  meet(state: State, event: Event, path: string): void {
    if (event.type === 'org.set' || event.type === 'plan.revised') this.#changes += 1;
    else if (event.type === 'step.claimed') this.#grant(state, event, path);
    else if (event.type === 'run.accepted' || event.type === 'run.ended' || event.type === 'run.lost') this.#end(state, event, path);
    else if (event.type === 'epoch.began' && event.epoch !== (state.epoch?.number ?? 0) + 1) this.#findings.say('EPOCH_NOT_NEXT', path, `begins epoch ${String(event.epoch)} after epoch ${String(state.epoch?.number ?? 0)}: an epoch has one manager, and they only grow`);
  }

  /** After an entry was folded: what it names is there, and its epoch is the one that was live. */
  close(state: State, entry: Entry, path: string, before: number): void {
    const live = state.epoch?.number ?? 0;
    if (entry.epoch < before || entry.epoch > live) this.#findings.say('EPOCH_OTHER', path, `was appended in epoch ${String(entry.epoch)}, when epoch ${String(live)} was live`);
    const named = new Set(entry.files.map((file) => file.path));
    for (const input of entry.inputs) {
      if (input.type === 'judged' && named.has(input.receipt) && !this.#ended.has(input.receipt)) this.#returned.set(input.receipt, orderPath(input.plan_id, input.step_id, input.fence));
    }
    for (const event of entry.events) {
      if (event.type === 'step.claimed' && !named.has(orderPath(event.plan_id, event.step_id, event.fence))) this.#findings.say('ORDER_UNNAMED', path, `grants ${event.plan_id}/${event.step_id} under fence ${String(event.fence)} without its work order`);
      if ((event.type === 'run.accepted' || event.type === 'run.ended' || event.type === 'run.lost') && !named.has(event.receipt)) this.#findings.say('RECEIPT_UNNAMED', path, `ends ${orderId(event.plan_id, event.step_id, event.fence)} without its run receipt`);
    }
  }

  #grant(state: State, event: Claimed, path: string): void {
    const { plan_id, step_id, fence, seat, nonce, start } = event;
    const order_id = orderId(plan_id, step_id, fence);
    const last = findStep(state, plan_id, step_id)?.fence;
    if (last === undefined) this.#findings.say('GRANT_UNKNOWN', path, `grants ${stepKey(plan_id, step_id)}, which is in no plan`);
    else if (fence !== last + 1) this.#findings.say('FENCE_NOT_NEXT', path, `grants ${stepKey(plan_id, step_id)} under fence ${String(fence)} after fence ${String(last)}`);
    const granted = { order_id, plan_id, step_id, attempt: fence, fence, seat, start, nonce, plan_digest: state.plans.get(plan_id)?.digest ?? '' };
    this.#grants.set(orderPath(plan_id, step_id, fence), { entry: path, granted, changes: this.#changes });
  }

  #end(state: State, event: Ended, path: string): void {
    const { plan_id, step_id, fence, receipt } = event;
    const claim = state.claims.get(stepKey(plan_id, step_id));
    if (claim?.fence !== fence) return this.#findings.say('FENCE_NOT_LIVE', path, `ends ${orderId(plan_id, step_id, fence)}, whose fence is not live`);
    const order = orderPath(plan_id, step_id, fence);
    const grant = this.#grants.get(order);
    this.#ended.set(receipt, { entry: path, event, order, isChanged: grant?.changes !== this.#changes, byPerson: state.seats.get(claim.seat)?.seat.harness === 'person' });
    return undefined;
  }

  /** What an order says against what was granted. */
  checkOrder(path: string, facts: string): void {
    const grant = this.#grants.get(path);
    if (grant === undefined) return this.#findings.say('ORDER_UNGRANTED', path, 'no entry grants what this order orders');
    const expected = grantFacts(facts.slice(0, facts.indexOf(' ')), grant.granted);
    if (facts === expected) return undefined;
    const words = expected.split(' ');
    const wrong = facts.split(' ').findIndex((word, at) => word !== words[at]);
    return this.#findings.say('ORDER_NOT_GRANTED', path, `has another ${GRANT_WORDS[wrong] ?? 'word'} than ${grant.entry} granted`);
  }

  /** What a run receipt says against how the ledger ended its attempt. `orders`: facts of each order; `digestOf`: what an entry recorded of a path. */
  checkRun(path: string, run: RunFacts, orders: ReadonlyMap<string, string>, digestOf: (path: string) => string | undefined): void {
    const ended = this.#ended.get(path);
    const order = this.orderOf(path);
    if (order === undefined) return this.#findings.say('RECEIPT_UNTOLD', path, 'no entry tells of an attempt with this receipt');
    const other = (ended === undefined ? undefined : outcomeFault(run, ended.event)) ?? orderFault(run.order, orders.get(order) ?? '', ended?.isChanged ?? true);
    if (other !== undefined) return this.#findings.say('RECEIPT_NOT_ACCEPTED', path, `has another ${other} than the ledger (${ended?.entry ?? order})`);
    for (const [stored, sha256] of run.stored) if (digestOf(stored) !== sha256) return this.#findings.say('EVIDENCE_OTHER', path, `shows ${stored} with another digest than the one that was recorded`);
    return undefined;
  }
}

/** What differs between the order in a receipt and the committed one; where something was changed meanwhile, its grant alone must be the same. */
function orderFault(facts: string, committed: string, isChanged: boolean): string | undefined {
  if (facts === committed) return undefined;
  const words = committed.split(' ');
  const wrong = facts.split(' ').findIndex((word, at) => word !== words[at] && !(isChanged && CHANGEABLE.has(GRANT_WORDS[at] ?? '')));
  return wrong < 0 ? undefined : (GRANT_WORDS[wrong] ?? 'order');
}

const CHANGEABLE: ReadonlySet<string> = new Set<(typeof GRANT_WORDS)[number]>(['seal', 'plan digest']);

/** What differs between a receipt and the event that names it. */
function outcomeFault(run: RunFacts, event: Ended): string | undefined {
  switch (event.type) {
    case 'run.accepted':
      if (run.result !== 'passed') return 'result';
      if (run.commit !== null && run.commit !== event.commit) return 'commit';
      return run.plan_before === event.plan_before ? undefined : "tip of the plan's branch";
    case 'run.ended':
      return run.result === event.result ? undefined : 'result';
    case 'run.lost':
      return run.result === 'lost' ? undefined : 'result';
    default:
      return event satisfies never;
  }
}
