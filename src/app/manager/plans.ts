import { sha256Hex } from '../../format/canonical.ts';
import { isPlanFile, readPlan } from '../../format/plan.ts';
import type { FileInfo } from '../../ports/files.ts';
import { submitOffer } from '../operations/submit.ts';
import { busPaths } from '../layout.ts';
import type { Pending } from './offers.ts';
import { clearRejected, writeRejected } from './rejected.ts';
import { say } from './shared.ts';
import type { Desk } from './shared.ts';

/** A file counts as whole when it was not written for this long, in milliseconds. */
const SETTLE_MS = 50;
const PLAN_CAP = 4_194_304;

/** Looks for plans in every worktree's `_plans`. Takes only whole files; a bad one stays where it is, with its reason in `_bus/rejected`. */
export class PlanSource {
  readonly #desk: Desk;
  /** Last known identity of each file, and the digest that was dealt with. */
  readonly #known = new Map<string, { readonly stamp: string; readonly settled: boolean }>();

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Forgets what was dealt with, also what was refused: the organisation that it was read against is another one now. */
  forget(): { readonly offers: readonly Pending[]; readonly again: boolean } {
    this.#known.clear();
    return { offers: [], again: true };
  }

  /** New and changed plans as offers. `again` is true when a file was too fresh: look again in a moment. */
  async scan(): Promise<{ readonly offers: readonly Pending[]; readonly again: boolean }> {
    const offers: Pending[] = [];
    let again = false;
    for (const worktree of this.#desk.worktrees) {
      const folder = busPaths.plans(worktree);
      for (const name of await this.#desk.world.files.list(folder)) {
        if (!isPlanFile(name)) continue;
        const path = `${folder}/${name}`;
        const info = await this.#desk.world.files.info(path);
        if (info?.kind !== 'file') continue;
        const stamp = `${String(info.inode)}.${String(info.size)}.${String(info.mtimeMs)}`;
        const known = this.#known.get(path);
        if (known?.stamp === stamp && known.settled) continue;
        if (!this.#whole(info)) {
          this.#known.set(path, { stamp, settled: false });
          again = true;
          continue;
        }
        this.#known.set(path, { stamp, settled: true });
        const offer = await this.#read(worktree, name, path);
        if (offer !== undefined) offers.push(offer);
      }
    }
    return { offers, again };
  }

  /** Whole: linked or renamed in (its name changed after its content), or not written for a while. */
  #whole(info: FileInfo): boolean {
    return info.size > 0 && (info.links > 1 || info.ctimeMs > info.mtimeMs || this.#desk.world.clock.now() - info.mtimeMs >= SETTLE_MS);
  }

  async #read(worktree: string, name: string, path: string): Promise<Pending | undefined> {
    const { world, session } = this.#desk;
    const { org } = session.state;
    if (org === null) return undefined;
    const bytes = await world.files.read(path, PLAN_CAP);
    const digest = sha256Hex(bytes);
    if ([...session.state.plans.values()].some((plan) => plan.digest === digest)) return undefined;
    const read = readPlan(name, bytes, { target: org.target, integrate: org.integrate }, org);
    if (!read.ok) {
      await this.#refuse(worktree, name, read.faults);
      return undefined;
    }
    if (read.draft) return undefined;
    const offer = await submitOffer(session, { plan: read.plan, digest, bytes, name, by: 'file' });
    if (!offer.ok) {
      await this.#refuse(worktree, name, [offer.rejection]);
      return undefined;
    }
    return {
      ...offer.offer,
      settle: async (answer) => {
        if (answer === undefined) this.#known.delete(path);
        else if (answer.ok || answer.rejection.code === 'UNCHANGED') await clearRejected(world, worktree, name);
        else await this.#refuse(worktree, name, [answer.rejection]);
      },
    };
  }

  async #refuse(worktree: string, name: string, reasons: Parameters<typeof writeRejected>[4]): Promise<void> {
    await writeRejected(this.#desk.world, worktree, name, 'plan', reasons);
    const [first] = reasons;
    const at = first?.line === undefined ? '' : `:${String(first.line)}`;
    say(this.#desk, 'error', 'plan.rejected', `_plans/${name}${at}: ${first?.message ?? 'refused'}${first?.fix === undefined ? '' : `\n  fix: ${first.fix}`}`, { name, code: first?.code ?? '' });
  }
}
