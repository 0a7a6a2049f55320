import type { State } from '../../kernel/state.ts';
import { busPaths, cooPaths } from '../layout.ts';
import { MergeWatch } from '../integrate/merge-watch.ts';
import { BusSource } from './bus.ts';
import { Liveness } from './liveness.ts';
import { showWhatIsMissing } from './missing.ts';
import type { Pending } from './offers.ts';
import { PlanSource } from './plans.ts';
import { PolicySource } from './policy-source.ts';
import type { PolicyWait } from './policy-source.ts';
import { showAll } from './recover.ts';
import type { Worktrees } from './worktrees.ts';
import { ResultSource, STARTED_MS } from './results.ts';
import type { Desk } from './shared.ts';
import { Targets } from './targets.ts';

/** Everything is looked at again this often, whatever the watcher said, in milliseconds. */
const SCAN_MS = 10_000;
/** While attempts are at work, their processes are looked at this often, in milliseconds. */
const POLL_MS = 1_000;
/** A file that was too fresh is looked at again after this, in milliseconds. */
const SOON_MS = 55;
/** A look elsewhere that is under way is asked for what it found after this, in milliseconds. */
const LOOKING_MS = 250;

const KINDS = ['worktrees', 'plans', 'bus', 'results', 'liveness', 'merges'] as const;
type Kind = (typeof KINDS)[number];

interface Scanned {
  readonly offers: readonly Pending[];
  /** How long until it is to be looked at again although nothing changes, in milliseconds; null = no need. */
  readonly againMs: number | null;
}

/** All that offers come in by. Each is looked at when its folders changed, and now and then whatever the watcher said. */
export class Sources {
  readonly #desk: Desk;
  readonly #policies: readonly PolicySource[];
  readonly #plans: PlanSource;
  readonly #bus: BusSource;
  readonly #results: ResultSource;
  readonly #liveness: Liveness;
  readonly #merges: MergeWatch;
  readonly #targets: Targets;
  readonly #worktrees: Worktrees;
  /** When each is looked at next, in monotonic milliseconds. */
  readonly #at: Record<Kind, number> = { worktrees: SCAN_MS, plans: 0, bus: 0, results: 0, liveness: 0, merges: 0 };
  /** Where something was too fresh to be taken. */
  readonly #fresh = new Set<Kind>();
  /** Told of folders in which things arrive from now on. */
  onMore: ((folders: readonly string[]) => void) | undefined;

  constructor(desk: Desk, worktrees: Worktrees) {
    this.#desk = desk;
    this.#policies = PolicySource.all(desk);
    this.#plans = new PlanSource(desk);
    this.#bus = new BusSource(desk);
    this.#results = new ResultSource(desk);
    this.#liveness = new Liveness(desk);
    this.#merges = new MergeWatch(desk);
    this.#targets = new Targets(desk);
    this.#worktrees = worktrees;
  }

  /** The folders in which things arrive, and what is to be looked at when one of them changed. */
  folders(): ReadonlyMap<string, 'plans' | 'bus' | 'results'> {
    const { world, worktrees } = this.#desk;
    const shown = worktrees.flatMap((worktree) => [[busPaths.plans(worktree), 'plans'] as const, [busPaths.inbox(worktree), 'bus'] as const, [busPaths.claims(worktree), 'bus'] as const]);
    return new Map([...shown, [cooPaths.results(world.layout), 'results'], [cooPaths.starts(world.layout), 'results']]);
  }

  /** Has something looked at in the next turn. */
  note(kind: Kind): void {
    this.#at[kind] = 0;
  }

  /** Has everything looked at, but not before `at`. */
  all(at: number): void {
    for (const kind of KINDS) this.#at[kind] = at;
  }

  /** When the next look is due, in monotonic milliseconds. */
  next({ claims, workers }: Pick<State, 'claims' | 'workers'>): number {
    const kinds = claims.size > 0 || workers > 0 ? KINDS : KINDS.filter((kind) => kind !== 'liveness');
    return Math.min(...kinds.map((kind) => this.#at[kind]));
  }

  /** Why files of `_plans` stand refused, and what to do: a policy file before plans, which are read against it. */
  get refused(): readonly string[] {
    return [...this.#policies.flatMap((policy) => policy.refused ?? []), ...this.#plans.refused.map((name) => `_plans/${name} is refused: coo plan lint`)];
  }

  /** Whether all that was there has been taken. */
  get empty(): boolean {
    return !this.#fresh.has('plans') && !this.#fresh.has('bus') && !this.#fresh.has('merges') && this.#bus.empty;
  }

  /** What came in where a look was due. */
  async scan(): Promise<readonly Pending[]> {
    const now = this.#desk.world.clock.monotonic();
    const offers: Pending[] = [];
    for (const kind of KINDS) {
      if (now < this.#at[kind]) continue;
      const everyMs = kind === 'liveness' ? POLL_MS : SCAN_MS;
      // On a common beat, so that a manager at rest wakes once for all.
      this.#at[kind] = (Math.floor(now / everyMs) + 1) * everyMs;
      const scanned = await this.#scan(kind);
      offers.push(...scanned.offers);
      if (scanned.againMs === null) this.#fresh.delete(kind);
      else {
        this.#fresh.add(kind);
        this.#at[kind] = now + scanned.againMs;
      }
    }
    // In every turn: orders may go out at the end of it.
    return [...offers, ...(await this.#targets.scan())];
  }

  /** Whether nothing may be granted: a policy that was refused asks for more rules than those that hold. */
  get holdsBack(): boolean {
    return this.#policies.some((policy) => policy.holdsBack);
  }

  /** Policy files that approvers are waited for. */
  get waits(): readonly PolicyWait[] {
    return this.#policies.flatMap((policy) => policy.waits ?? []);
  }

  async #scan(kind: Kind): Promise<Scanned> {
    switch (kind) {
      case 'worktrees':
        await this.#followWorktrees();
        await showWhatIsMissing(this.#desk);
        return { offers: [], againMs: null };
      case 'plans': {
        const organised: Pending[] = [];
        for (const policy of this.#policies) organised.push(...(await policy.scan()));
        // Plans are read against the organisation: a new one becomes a fact first, then all of them are looked at again.
        const { offers, again } = organised.length > 0 ? { offers: [], again: true } : await this.#plans.scan();
        return { offers: [...organised, ...offers], againMs: again ? SOON_MS : null };
      }
      case 'bus': {
        if (this.#desk.folders.behind) await showAll(this.#desk);
        const { offers, again } = await this.#bus.scan();
        return { offers, againMs: again ? SOON_MS : null };
      }
      case 'results': {
        const { offers, again } = await this.#results.scan();
        return { offers, againMs: again ? STARTED_MS : null };
      }
      case 'merges': {
        const { offers, again } = this.#merges.scan();
        return { offers, againMs: again ? LOOKING_MS : null };
      }
      case 'liveness':
        return { offers: await this.#liveness.scan(), againMs: null };
      default:
        return kind satisfies never;
    }
  }

  /** A worktree that came shows the claims, and what is in it already is taken in this very turn; one that went is not made again. */
  async #followWorktrees(): Promise<void> {
    const before = this.folders();
    if (!(await this.#worktrees.look())) return;
    const more = [...this.folders().keys()].filter((folder) => !before.has(folder));
    if (more.length === 0) return;
    this.onMore?.(more);
    await showAll(this.#desk);
    for (const kind of ['plans', 'bus'] as const) this.note(kind);
  }
}
