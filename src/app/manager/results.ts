import { sha256Hex } from '../../format/canonical.ts';
import { orderId, parseOrderId, stepKey } from '../../kernel/ids.ts';
import { findStep } from '../../kernel/state.ts';
import { receiptFiles } from '../judge/receipt.ts';
import { readIfRegular } from '../faults.ts';
import { cooPaths } from '../layout.ts';
import { usageOf } from '../used.ts';
import { parseResult, parseStart } from '../worker/read-result.ts';
import { leftNothing } from '../worker/result.ts';
import type { Result } from '../worker/result.ts';
import type { Start } from '../worker/host.ts';
import type { LedgerWorld } from '../world.ts';
import { grantedOrder } from './granted-order.ts';
import type { Pending } from './offers.ts';
import { say } from './shared.ts';
import type { Desk } from './shared.ts';

/** A start is not worth an entry of its own at once: it goes with the result if that comes within this time, in milliseconds. */
export const STARTED_MS = 250;
const RESULT_CAP = 16_777_216;

/** The result that a harness left for an order, or undefined. */
export async function readResult(desk: Pick<Desk, 'world'>, order_id: string): Promise<Result | undefined> {
  const path = cooPaths.result(desk.world.layout, order_id);
  const bytes = await readIfRegular(desk.world.files, path, RESULT_CAP);
  return bytes === undefined ? undefined : parseResult(bytes);
}

/** Who started an order, or undefined while nobody has. */
export async function readStart(desk: { readonly world: Pick<LedgerWorld, 'files' | 'layout'> }, order_id: string): Promise<Start | undefined> {
  const path = cooPaths.start(desk.world.layout, order_id);
  const bytes = await readIfRegular(desk.world.files, path, 65_536);
  return bytes === undefined ? undefined : parseStart(bytes);
}

/** Starts and results of harnesses. A result whose fence is over is kept aside and recorded: late, refused, not lost. */
export class ResultSource {
  readonly #desk: Desk;
  readonly #done = new Set<string>();
  /** Starts that have no entry yet: when each was seen first, in monotonic milliseconds. */
  #fresh: ReadonlyMap<string, number> = new Map();

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Starts and results as offers. `again` is true when a start was too fresh: look again after `STARTED_MS`. */
  async scan(): Promise<{ readonly offers: readonly Pending[]; readonly again: boolean }> {
    const results = await this.#results();
    const ended = new Set(results.flatMap(({ input }) => (input.type === 'finished' ? [stepKey(input.plan_id, input.step_id)] : [])));
    const starts = await this.#starts(ended);
    return { offers: [...starts.offers, ...results], again: starts.again };
  }

  async #starts(ended: ReadonlySet<string>): Promise<{ readonly offers: readonly Pending[]; readonly again: boolean }> {
    const offers: Pending[] = [];
    const now = this.#desk.world.clock.monotonic();
    const fresh = new Map<string, number>();
    for (const claim of this.#desk.session.state.claims.values()) {
      if (claim.kind !== 'beating' || claim.worker !== null || claim.reported !== null) continue;
      const { plan_id, step_id, fence } = claim;
      const order_id = orderId(plan_id, step_id, fence);
      const start = await readStart(this.#desk, order_id);
      if (start === undefined || start.owner === null) continue;
      const since = this.#fresh.get(order_id) ?? now;
      if (now - since < STARTED_MS && !ended.has(stepKey(plan_id, step_id))) {
        fresh.set(order_id, since);
        continue;
      }
      offers.push({ input: { type: 'started', plan_id, step_id, fence, worker: `${String(start.owner.pid)} on ${start.owner.host}`, at_ms: this.#desk.world.clock.now() } });
    }
    this.#fresh = fresh;
    return { offers, again: fresh.size > 0 };
  }

  async #results(): Promise<readonly Pending[]> {
    const { world, session, folders } = this.#desk;
    const offers: Pending[] = [];
    for (const name of await folders.list(cooPaths.results(world.layout))) {
      const order_id = name.replace(/\.json$/, '');
      const at = parseOrderId(order_id);
      if (name.startsWith('.') || at === undefined || this.#done.has(order_id)) continue;
      const claim = session.state.claims.get(stepKey(at.plan_id, at.step_id));
      if (claim?.fence === at.fence && claim.reported !== null) continue;
      if (findStep(session.state, at.plan_id, at.step_id)?.settled.includes(at.fence) === true) continue;
      const result = await readResult(this.#desk, order_id);
      this.#done.add(order_id);
      if (result === undefined) {
        say(this.#desk, 'error', 'result.broken', `.git/coo/results/${name} is not a result`);
        continue;
      }
      offers.push(claim?.fence === at.fence ? await this.#finished(result, at) : this.#late(result, at, order_id));
    }
    return offers;
  }

  async #finished(result: Result, at: { readonly plan_id: string; readonly step_id: string; readonly fence: number }): Promise<Pending> {
    const { session, world } = this.#desk;
    const at_ms = world.clock.now();
    const { findings, fingerprint, commit, question, until_ms, unfit } = result;
    const usage = result.agent === undefined ? undefined : usageOf(result.agent);
    const empty = leftNothing(result, session.state.claims.get(stepKey(at.plan_id, at.step_id))?.start ?? null);
    const failed = result.result === 'passed' ? undefined : await this.#failureReceipt(result, at, at_ms);
    return {
      input: { type: 'finished', ...at, result: result.result, commit, findings, receipt: failed?.path ?? '', fingerprint, ...(empty ? { empty } : {}), ...(question === undefined ? {} : { question }), ...(usage === undefined ? {} : { usage }), ...(until_ms === undefined ? {} : { until_ms }), ...(unfit === undefined ? {} : { unfit }), at_ms },
      ...(failed === undefined ? {} : { files: failed.files }),
      settle: async (answer) => {
        if (answer === undefined) this.#done.delete(result.order_id);
        else if (!answer.ok && session.state.claims.get(stepKey(at.plan_id, at.step_id))?.fence !== at.fence) this.#done.delete(result.order_id);
        await Promise.resolve();
      },
    };
  }

  async #failureReceipt(result: Result, at: { readonly plan_id: string; readonly step_id: string; readonly fence: number }, at_ms: number): Promise<ReturnType<typeof receiptFiles>> {
    const { order } = await grantedOrder(this.#desk.session, at);
    const judged = { result: result.result, findings: result.findings, outputs: [], receipts: [], change: null, judgement: null };
    return receiptFiles(order, judged, result, { at_ms, started_at_ms: result.started_at_ms, harness: result.harness });
  }

  #late(result: Result, at: { readonly plan_id: string; readonly step_id: string; readonly fence: number }, order_id: string): Pending {
    const { world } = this.#desk;
    const digest = sha256Hex(JSON.stringify(result));
    return {
      input: { type: 'late', ...at, what: `result ${result.result}`, digest, at_ms: world.clock.now() },
      settle: async (answer) => {
        if (answer?.ok !== true) {
          this.#done.delete(order_id);
          return;
        }
        await world.files.folder(cooPaths.late(world.layout));
        await world.files.rename(cooPaths.result(world.layout, order_id), `${cooPaths.late(world.layout)}/${order_id}.json`);
        const isKept = result.commit !== null && result.pack && (await this.#rescue(order_id, result.commit));
        say(this.#desk, 'warn', 'result.late', `${order_id} reported after its fence was over; its work is kept ${isKept ? `at refs/coo/rescue/${order_id}` : 'in its workspace: coo gc rescues what is there'}`);
      },
    };
  }

  /** Whether it is pinned now. What cannot be is said, and stays in its workspace. */
  async #rescue(order_id: string, commit: string): Promise<boolean> {
    const { world } = this.#desk;
    const pack = `${cooPaths.evidence(world.layout, order_id)}/change.pack`;
    const imported = await world.work.importPack(pack, this.#desk.session.state.org?.limits.import_bytes ?? 268_435_456);
    if (imported.kind === 'imported') await world.work.rescue(order_id, commit);
    else say(this.#desk, 'warn', 'rescue.refused', `${order_id}: ${imported.message}`);
    return imported.kind === 'imported';
  }
}
