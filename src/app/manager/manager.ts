import { nextTimer } from '../../kernel/due.ts';
import type { Event } from '../../kernel/event.ts';
import { orderId } from '../../kernel/ids.ts';
import type { PlanId } from '../../kernel/ids.ts';
import type { State } from '../../kernel/state.ts';
import type { Watching, Watch } from '../../ports/watch.ts';
import { Failure } from '../failure.ts';
import { Folders } from '../folders.ts';
import { cooGone, unlessGone } from '../ledger/home.ts';
import { probeFiles } from '../ledger/probe.ts';
import { planOf } from '../ledger/event-plans.ts';
import { LedgerSession } from '../ledger/session.ts';
import { Notifier } from '../notify/notifier.ts';
import { noLedger } from '../operations/no-ledger.ts';
import { storeToken } from '../operations/tokens.ts';
import type { Token } from '../operations/tokens.ts';
import { requireEpoch, step } from '../step.ts';
import type { World } from '../world.ts';
import { assignments, bringsSeats } from './assignments.ts';
import { Caps } from './caps.ts';
import { cleanUp } from './cleanup.ts';
import { DiskFloor } from './disk-floor.ts';
import { Fitness } from './fitness.ts';
import { Beat } from './beat.ts';
import { beginEpoch } from './epoch.ts';
import { Housekeeping } from './housekeeping.ts';
import { WAIT_MS, leftOut, restOf, workersLeft } from './idle.ts';
import { endsWithQuestion, narrate } from './narrate.ts';
import type { Pending } from './offers.ts';
import type { ManagerEnd, ManagerOptions } from './options.ts';
import { OutTray } from './out-tray.ts';
import { Performer } from './performer.ts';
import { recover } from './recover.ts';
import { say } from './shared.ts';
import type { Desk } from './shared.ts';
import { Sources } from './sources.ts';
import { SpareWorkers, mayStart } from './spare.ts';
import { refreshClaims, showEntries } from './views.ts';
import { Wake } from './wake.ts';
import { Worktrees } from './worktrees.ts';

const PUBLISH_MS = 30_000;
/** After a publish that failed, in milliseconds. */
const FAILED_MS = 1_000;

/**
 * The manager: the one loop over load -> fold -> decide -> publish -> perform of a home. Everything that comes in becomes an offer;
 * everything owed is performed beside the loop and comes back as offers. It holds no state of its own that matters: kill it at any moment.
 */
export class Manager {
  readonly #world: World;
  readonly #desk: Desk;
  readonly #options: ManagerOptions;
  readonly #wake = new Wake();
  readonly #pending: Pending[] = [];
  readonly #performer: Performer;
  readonly #sources: Sources;
  readonly #disk: DiskFloor;
  readonly #beat: Beat;
  readonly #tray: OutTray;
  readonly #house: Housekeeping;
  readonly #notifier: Notifier;
  readonly #fitness: Fitness;
  /** Plans that something happened to in this run. */
  readonly #moved = new Set<PlanId>();
  readonly #caps: Caps;
  /** The last entry that was shown. */
  #told = 0;
  /** Events of others whose claims are not shown yet. */
  readonly #foreigners: Event[] = [];

  private constructor(world: World, desk: Desk, options: ManagerOptions, places: Worktrees) {
    this.#world = world;
    this.#desk = desk;
    this.#options = options;
    this.#performer = new Performer(desk, () => this.#wake.ring());
    this.#sources = new Sources(desk, places);
    this.#disk = new DiskFloor(desk);
    this.#beat = new Beat(world, desk.epoch, options.leaseMs);
    this.#tray = new OutTray(desk);
    this.#house = new Housekeeping(desk);
    this.#caps = new Caps(desk);
    this.#notifier = new Notifier(desk);
    this.#fitness = new Fitness(desk, () => this.#wake.ring());
  }

  /** Begins an epoch and manages until told to stop. Throws `Failure` with exit 75 when another manager lives or took over, 7 when the ledger does not hold. */
  static async run(world: World, watch: Watch, options: ManagerOptions): Promise<ManagerEnd> {
    const session = await LedgerSession.open(world, 'all');
    if (session.head === null) throw await noLedger(world);
    await session.ensureAll();
    await probeFiles(world);
    const epoch = await beginEpoch(session, { ...options, log: world.log, signal: AbortSignal.any([options.drain, options.stop]) });
    const replaced = new AbortController();
    const places = new Worktrees(world, options.worktrees);
    await places.look();
    const desk: Desk = { world, session, epoch, get worktrees() { return places.shown; }, version: options.version, page: options.page, signal: AbortSignal.any([options.stop, replaced.signal]), spare: new SpareWorkers(world), folders: new Folders(world.files, (level, code, message) => say({ world }, level, code, message)) };
    const manager = new Manager(world, desk, options, places);
    manager.#told = session.seq;
    session.onEntry = ({ entry }) => {
      // A reload goes over entries that were told already.
      if (entry.seq > manager.#told) manager.#foreign(entry.events);
      manager.#told = Math.max(manager.#told, entry.seq);
    };
    const watching = await unlessGone(world, manager.#begin(watch));
    let failed = true;
    try {
      const end = await manager.#loop();
      failed = false;
      return end;
    } catch (cause) {
      if (cause instanceof Failure && cause.code === 'EPOCH_OLD') replaced.abort();
      throw (await cooGone(world)) ?? cause;
    } finally {
      await desk.spare.close();
      await watching.close();
      if (replaced.signal.aborted) await manager.#performer.abandon();
      else {
        await manager.#fitness.close();
        await manager.#notifier.close();
        await manager.#leave(failed);
      }
    }
  }

  async #begin(watch: Watch): Promise<Watching> {
    await this.#beat.begin();
    await recover(this.#desk);
    const { layout } = this.#world;
    const { ledger } = this.#desk.session.refs;
    // Where the ledger's branch lies nothing is scanned: each turn begins with a look at the branch.
    const watching = await watch.folders([...this.#sources.folders().keys(), `${layout.common}/${ledger.slice(0, ledger.lastIndexOf('/'))}`], (folder) => {
      const source = this.#sources.folders().get(folder);
      if (source !== undefined) this.#sources.note(source);
      this.#wake.ring();
    });
    this.#sources.onMore = (folders) => watching.add(folders);
    return watching;
  }

  async #loop(): Promise<ManagerEnd> {
    const ring = (): void => this.#wake.ring();
    for (const signal of [this.#options.drain, this.#options.stop]) signal.addEventListener('abort', ring);
    for (;;) {
      const gone = await cooGone(this.#world);
      if (gone !== undefined) throw gone;
      await this.#beat.beat();
      if (this.#options.stop.aborted) return { exit: 130, why: 'stopped; workers go on and are adopted by the next manager' };
      const moved = await this.#turn();
      this.#caps.look();
      await this.#tray.show(moved);
      await this.#notifier.look(this.#sources.waits);
      this.#options.onTurn?.(this.#desk.session);
      const end = this.#end(moved);
      if (end !== undefined) return end;
      if (moved) continue;
      const more = await this.#house.tidy();
      this.#pending.push(...more);
      if (more.length > 0) this.#wake.ring();
      if (mayStart(this.#options, this.#desk.session.state)) this.#desk.spare.warm();
      const ms = this.#sleepMs();
      await this.#wake.wait((signal) => this.#world.clock.sleep(ms, signal));
    }
  }

  /** One turn: gather, decide and publish, perform. True when something moved, so that another turn is worth it at once. */
  async #turn(): Promise<boolean> {
    const { session, epoch } = this.#desk;
    await session.refresh();
    requireEpoch(session.state, epoch);
    const gathered = [...this.#performer.takeOffers(), ...this.#pending.splice(0), ...(await this.#sources.scan())];
    await this.#disk.look();
    const published = await this.#publish([...gathered, ...this.#disk.offers(), ...this.#fitness.offers(session.state)]);
    // Not before: while a publish is under way, the state says what may never be so.
    if (this.#foreigners.length > 0) await refreshClaims(this.#desk, this.#foreigners.splice(0));
    const performed = this.#performer.perform();
    return published || performed;
  }

  async #publish(gathered: readonly Pending[]): Promise<boolean> {
    const { session, epoch } = this.#desk;
    const tokens: Token[] = [];
    let all: readonly Pending[] = gathered;
    try {
      const stepped = await step(
        session,
        (state) => {
          tokens.length = 0;
          const assigned = this.#options.drain.aborted || this.#disk.short || this.#sources.holdsBack || bringsSeats(gathered) ? [] : assignments(this.#world, state, epoch, this.#fitness.unsure(state));
          tokens.push(...assigned.map(({ token }) => token));
          all = [...gathered, ...this.#timers(state), ...assigned.map(({ offer }) => offer)];
          return all;
        },
        { writer: 'manager', withinMs: PUBLISH_MS, epoch },
      );
      await this.#published(stepped.entries, stepped.events, tokens);
      for (const [at, offer] of all.entries()) await offer.settle?.(stepped.answers[at]);
      // A result whose fence ended meanwhile is looked at again: it is a late one now.
      if (gathered.some(({ input }, at) => input.type === 'finished' && stepped.answers[at]?.ok === false)) this.#sources.note('results');
      return stepped.entries.length > 0;
    } catch (cause) {
      for (const offer of gathered) await offer.settle?.(undefined);
      if (!(cause instanceof Failure) || cause.code === 'EPOCH_OLD' || (cause.code !== 'BRANCH_MOVED' && cause.exit !== 75)) throw cause;
      say(this.#desk, 'warn', cause.code, `${cause.message}\n  fix: ${cause.fix}`);
      this.#sources.all(this.#world.clock.monotonic() + FAILED_MS);
      // The state holds what was not published: nothing of it may be performed or shown.
      await session.refresh();
      return false;
    }
  }

  #timers(state: State): readonly Pending[] {
    const at_ms = this.#world.clock.now();
    const next = nextTimer(state);
    return next === null || next > at_ms ? [] : [{ input: { type: 'tick', at_ms } }];
  }

  async #published(entries: Awaited<ReturnType<typeof step>>['entries'], events: readonly Event[], tokens: readonly Token[]): Promise<void> {
    if (events.length === 0) return;
    this.#house.disturbed();
    const { session } = this.#desk;
    this.#told = session.seq;
    const bySha = new Map(tokens.map((token) => [token.sha256, token.token]));
    for (const event of events) {
      const token = event.type === 'step.claimed' ? bySha.get(event.token_sha256) : undefined;
      if (token !== undefined && event.type === 'step.claimed') await storeToken(this.#world, orderId(event.plan_id, event.step_id, event.fence), token);
    }
    this.#note(events);
    // What was published may be performed: views are written beside it. An integration waits until the moves of this turn are finished.
    this.#performer.perform('later');
    this.#tell(events);
    await showEntries(this.#desk, entries);
    await refreshClaims(this.#desk, events);
    void cleanUp(this.#desk, events);
  }

  #tell(events: readonly Event[]): void {
    const quiet = endsWithQuestion(events);
    for (const event of events) for (const line of quiet.has(event) ? [] : narrate(event)) say(this.#desk, line.level, event.type, line.message, line.fields);
  }

  #note(events: readonly Event[]): void {
    for (const event of events) {
      const plan_id = planOf(event);
      if (plan_id !== undefined) this.#moved.add(plan_id);
    }
    this.#wakeRevisions(events);
  }

  /** A step that became free may let in a revision that waited for it. */
  #wakeRevisions(events: readonly Event[]): void {
    const { plans } = this.#desk.session.state;
    const waits = (event: Event): boolean => 'step_id' in event && event.plan_id !== undefined && (plans.get(event.plan_id)?.wanted ?? null) !== null;
    if (events.some(waits)) this.#sources.note('plans');
  }

  /** Entries that somebody else appended: shown like our own. */
  #foreign(events: readonly Event[]): void {
    if (this.#desk.session.state.epoch?.number !== this.#desk.epoch) return;
    this.#note(events);
    for (const event of events) if (event.type === 'integration.retried') this.#performer.retryNow(`integrate ${event.plan_id}`);
    this.#tell(events);
    this.#foreigners.push(...events);
  }

  #end(moved: boolean): ManagerEnd | undefined {
    const { until, drain } = this.#options;
    const { state } = this.#desk.session;
    if (moved || this.#pending.length > 0 || this.#performer.busy || this.#fitness.busy(state)) return undefined;
    if (drain.aborted && workersLeft(state, this.#performer.held) === 0) return { exit: 0, why: 'drained' };
    if (until === 'once') return { exit: 0, why: 'one turn done' };
    if (until !== 'idle' || !this.#sources.empty) return undefined;
    const rest = restOf(state, { moved: this.#moved, now_ms: this.#world.clock.now(), wait_ms: this.#options.waitMs ?? WAIT_MS, held: this.#performer.held, holdsBack: this.#sources.holdsBack });
    if (rest.kind === 'busy') return undefined;
    return rest.exit === 0 || (rest.exit === 4 && this.#sources.holdsBack) ? leftOut(this.#desk.folders.untaken, this.#sources.refused[0], this.#sources.waits.map(({ file }) => file)) ?? rest : rest;
  }

  #sleepMs(): number {
    const now = this.#world.clock.monotonic();
    const { state } = this.#desk.session;
    const times = [this.#sources.next(state), this.#beat.next, this.#house.next, this.#performer.nextRetry, this.#fitness.next(state), this.#disk.next].flatMap((at) => at ?? []);
    const timer = nextTimer(state);
    return Math.max(1, Math.min(...times.map((at) => at - now), ...(timer === null ? [] : [timer - this.#world.clock.now()])));
  }

  /** Ends the epoch. `failed`: what stopped the loop is told already. */
  async #leave(failed: boolean): Promise<void> {
    const { session, epoch } = this.#desk;
    try {
      const { entries } = await step(session, () => [{ input: { type: 'end', epoch, at_ms: this.#world.clock.now() } }], { writer: 'manager', withinMs: PUBLISH_MS, epoch });
      await this.#beat.end();
      await showEntries(this.#desk, entries);
      await this.#house.cache();
    } catch (cause) {
      // Whoever was replaced just before it left did not come to the end, nor did whoever may not write any more: it says so.
      if (cause instanceof Failure && (cause.code === 'EPOCH_OLD' || (cause.code === 'HALTED' && !failed))) throw cause;
      say(this.#desk, 'warn', 'leave.failed', cause instanceof Error ? cause.message : String(cause));
    }
  }
}
