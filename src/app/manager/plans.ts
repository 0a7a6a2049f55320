import { sha256Hex } from '../../format/canonical.ts';
import { isPlanFile, readPlan } from '../../format/plan.ts';
import { stepKey } from '../../kernel/ids.ts';
import type { PlanId } from '../../kernel/ids.ts';
import type { FileInfo } from '../../ports/files.ts';
import { readIfThere, unfitFile } from '../faults.ts';
import { tryParse } from '../stored.ts';
import { submitOffer } from '../operations/submit.ts';
import { busPaths } from '../layout.ts';
import type { Pending } from './offers.ts';
import { keepOrigin, planOrigin } from './plan-origin.ts';
import { clearRejected, writeRejected } from './rejected.ts';
import { say } from './shared.ts';
import type { Desk } from './shared.ts';

/** A file counts as whole when it was not written for this long, in milliseconds. */
const SETTLE_MS = 50;
/** An empty file may be one that an editor has just truncated; after this long it is an empty plan, in milliseconds. */
const EMPTY_MS = 2_000;
const PLAN_CAP = 4_194_304;
/** Faults of a refused plan that are said, one a line; `_bus/rejected` has all of them. */
const SAID = 20;

/** Looks for plans in every worktree's `_plans`. Takes only whole files; a bad one stays where it is, with its reason in `_bus/rejected`. */
export class PlanSource {
  readonly #desk: Desk;
  /** Last known identity of each file, and the digest that was dealt with. */
  readonly #known = new Map<string, { readonly stamp: string; readonly settled: boolean }>();

  /** Revisions that wait until steps are free: path and plan. */
  readonly #waiting = new Map<string, string>();
  /** Names of plans that stand refused. */
  readonly #refused = new Set<string>();
  /** Texts on their way into the ledger: plan, and the worktree that it comes from. */
  readonly #coming = new Map<PlanId, string>();
  /** Digest of the organisation that they were read against. */
  #against: string | null = null;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Plans that stand refused now, by file name. */
  get refused(): readonly string[] {
    return [...this.#refused];
  }

  /** New and changed plans as offers. `again` is true when a file was too fresh: look again in a moment. */
  async scan(): Promise<{ readonly offers: readonly Pending[]; readonly again: boolean }> {
    const offers: Pending[] = [];
    let again = false;
    this.#forgetFreed();
    const { org_digest } = this.#desk.session.state;
    // Whoever brought another organisation in: what was refused under the one before may stand under this one.
    if (org_digest !== this.#against) this.#known.clear();
    this.#against = org_digest;
    for (const worktree of this.#desk.worktrees) {
      const folder = busPaths.plans(worktree);
      for (const name of await this.#desk.folders.list(folder)) {
        if (!isPlanFile(name)) continue;
        const path = `${folder}/${name}`;
        const info = await this.#desk.world.files.info(path);
        if (info === undefined) continue;
        const stamp = `${info.kind}.${String(info.inode)}.${String(info.size)}.${String(info.mtimeMs)}`;
        const known = this.#known.get(path);
        if (known?.stamp === stamp && known.settled) continue;
        if (!this.#whole(info) && !(known === undefined && (await this.#closed(path, info)))) {
          this.#known.set(path, { stamp, settled: false });
          again = true;
          continue;
        }
        this.#known.set(path, { stamp, settled: true });
        const offer = await this.#read(worktree, name, path, info);
        if (offer !== undefined) offers.push(offer);
      }
    }
    return { offers, again };
  }

  /** A revision that waited is read again once nobody holds what it changes. */
  #forgetFreed(): void {
    const { claims, plans } = this.#desk.session.state;
    for (const [path, plan_id] of this.#waiting) {
      const plan = plans.get(plan_id);
      if (plan?.wanted?.steps.some((id) => claims.has(stepKey(plan_id, id)) || plan.steps.get(id)?.stopping !== null) === true) continue;
      this.#waiting.delete(path);
      this.#known.delete(path);
    }
  }

  /** Whole: linked or renamed in (its name changed after its content), or not written for a while. */
  #whole(info: FileInfo): boolean {
    if (info.kind !== 'file') return true;
    const age = this.#desk.world.clock.now() - info.mtimeMs;
    if (info.size === 0) return age >= EMPTY_MS;
    return info.links > 1 || info.ctimeMs > info.mtimeMs || age >= SETTLE_MS;
  }

  /** A JSON document cut short is none: one that was never seen before and parses is whole, however fresh. */
  async #closed(path: string, info: FileInfo): Promise<boolean> {
    if (!path.endsWith('.json') || unfitFile(info, PLAN_CAP) !== undefined) return false;
    const bytes = await readIfThere(this.#desk.world.files, path, PLAN_CAP);
    return bytes !== undefined && tryParse(bytes) !== undefined;
  }

  async #read(worktree: string, name: string, path: string, info: FileInfo): Promise<Pending | undefined> {
    const { world, session } = this.#desk;
    const { org } = session.state;
    if (org === null) return undefined;
    this.#refused.delete(name);
    const unfit = unfitFile(info, PLAN_CAP);
    if (unfit !== undefined) {
      await this.#refuse(worktree, name, [unfit]);
      return undefined;
    }
    const bytes = await readIfThere(world.files, path, PLAN_CAP);
    if (bytes === undefined) return undefined;
    const digest = sha256Hex(bytes);
    const taken = [...session.state.plans.values()].find((plan) => plan.digest === digest);
    if (taken !== undefined) {
      await this.#agrees(worktree, name, taken.plan.plan_id);
      return undefined;
    }
    const read = readPlan(name, bytes, { target: org.target, integrate: org.integrate }, org);
    if (!read.ok) {
      await this.#refuse(worktree, name, read.faults);
      return undefined;
    }
    if (read.draft) return undefined;
    const { plan_id } = read.plan;
    const origin = this.#coming.get(plan_id) ?? (session.state.plans.has(plan_id) ? await this.#origin(plan_id, name) : worktree);
    if (origin !== worktree) {
      await this.#elsewhere(worktree, name, plan_id, origin);
      return undefined;
    }
    const offer = await submitOffer(session, { plan: read.plan, digest, bytes, name, by: `file ${this.#shortPath(worktree, name)}` });
    if (!offer.ok) {
      await this.#refuse(worktree, name, [offer.rejection]);
      return undefined;
    }
    this.#coming.set(plan_id, worktree);
    return {
      ...offer.offer,
      settle: async (answer) => {
        this.#coming.delete(plan_id);
        if (answer?.ok === false && answer.rejection.code === 'STEP_STARTED') this.#waiting.set(path, plan_id);
        if (answer?.ok === true) {
          await keepOrigin(world, plan_id, worktree);
          this.#tell('warn', 'plan.warned', name, read.warnings);
        }
        if (answer === undefined) this.#known.delete(path);
        else if (answer.ok || answer.rejection.code === 'UNCHANGED') await clearRejected(this.#desk, worktree, name);
        else await this.#refuse(worktree, name, [answer.rejection]);
      },
    };
  }

  /** Where the text of a known plan comes from; where that is not known, the first worktree that has such a file. */
  async #origin(plan_id: PlanId, name: string): Promise<string | undefined> {
    const { world, worktrees } = this.#desk;
    const origin = await planOrigin(world, plan_id);
    if (origin !== undefined) return origin;
    for (const worktree of worktrees) if ((await world.files.info(`${busPaths.plans(worktree)}/${name}`)) !== undefined) return worktree;
    return undefined;
  }

  /** The accepted text: once the worktree that it came from is gone, another that has it stands in for it. */
  async #agrees(worktree: string, name: string, plan_id: PlanId): Promise<void> {
    const { world, worktrees } = this.#desk;
    const origin = await planOrigin(world, plan_id);
    if (origin === undefined || (origin !== worktree && !worktrees.includes(origin))) await keepOrigin(world, plan_id, worktree);
    if (worktrees.length > 1) await clearRejected(this.#desk, worktree, name);
  }

  /** Worktrees on several branches have several texts of one plan: no order of looks decides between them, a person does. */
  async #elsewhere(worktree: string, name: string, plan_id: PlanId, origin: string | undefined): Promise<void> {
    const reason = { code: 'PLAN_ELSEWHERE', message: `${worktree}/_plans/${name} is another text of ${plan_id} than the accepted one, which came from ${origin ?? 'elsewhere'}; it is not taken by itself`, fix: `cd ${worktree} && coo plan amend ${plan_id}` };
    await writeRejected(this.#desk, worktree, name, 'plan', [reason]);
    this.#tell('warn', 'plan.elsewhere', name, [reason]);
  }

  /** A plan's file for the record: as seen from where the manager runs, and without the folders above a worktree. */
  #shortPath(worktree: string, name: string): string {
    return worktree === this.#desk.worktrees[0] ? `_plans/${name}` : `${worktree.slice(worktree.lastIndexOf('/') + 1)}/_plans/${name}`;
  }

  async #refuse(worktree: string, name: string, reasons: Parameters<typeof writeRejected>[4]): Promise<void> {
    await writeRejected(this.#desk, worktree, name, 'plan', reasons);
    this.#refused.add(name);
    this.#tell('error', 'plan.rejected', name, reasons.filter((reason) => reason.severity !== 'warning'));
  }

  #tell(level: 'warn' | 'error', what: string, name: string, reasons: Parameters<typeof writeRejected>[4]): void {
    for (const { code, line, message, fix } of reasons.slice(0, SAID)) {
      say(this.#desk, level, what, `_plans/${name}${line === undefined ? '' : `:${String(line)}`}: ${message}\n  fix: ${fix}`, { name, code });
    }
    if (reasons.length > SAID) say(this.#desk, level, what, `_plans/${name}: and ${String(reasons.length - SAID)} more faults: coo plan lint _plans/${name}`, { name });
  }
}
