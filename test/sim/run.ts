import { sha256Hex } from '../../src/format/canonical.ts';
import { Failure } from '../../src/app/failure.ts';
import { writeHome } from '../../src/app/ledger/home.ts';
import { LedgerSession } from '../../src/app/ledger/session.ts';
import { Manager } from '../../src/app/manager/manager.ts';
import { step } from '../../src/app/step.ts';
import type { Event } from '../../src/kernel/event.ts';
import { FileFailure } from '../../src/adapters/files/failure.ts';
import { GitError } from '../../src/adapters/git-store/errors.ts';
import type { ManagerOptions } from '../../src/app/manager/options.ts';
import { Broken } from './laws.ts';
import type { SimProcess } from './machine.ts';
import { People } from './people.ts';
import { layout, LEDGER, REPO, TARGET } from './places.ts';
import { firstOrg, orgOf } from './orgs.ts';
import { planBytes } from './plans.ts';
import { NOBODY, Sim } from './sim.ts';
import { whatIsWrong } from './end.ts';
import { calm, drawn } from './weather.ts';

/** What came of one run. `broken`: the law that does not hold, or what could not come to its end; undefined = all is well. */
export interface Ran {
  readonly seed: number;
  readonly broken: string | undefined;
  /** Entries of the ledger. */
  readonly entries: number;
  /** Kinds of events that happened. */
  readonly met: ReadonlySet<string>;
  /** What happened, a line each: the same seed gives the same. */
  readonly trace: readonly string[];
}

/** A run that needs more steps than this does not come to its end. */
const MOST_STEPS = 60_000;
/** Virtual time that faults have, and that all may take to come to its end when there are none any more, in milliseconds. */
const STORM_MS = 12_000;
const CALM_MS = 600_000;
const LEASE_MS = 8_000;
/** Events that stand in every ledger before anybody does anything: it has begun, and has an organisation. */
const FOUNDED = 2;
/** A manager that is to end when nothing is left waits so long for seats that get nothing for now. */
const WAIT_MS = 5_000;
const ROUNDS = 24;

/** One run of the whole of coo, as its seed says. */
export async function run(seed: number): Promise<Ran> {
  const sim = new Sim(seed);
  const play = new Play(sim);
  try {
    await play.whole();
  } catch (cause) {
    if (!(cause instanceof Broken)) sim.laws.broken ??= cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  }
  const { broken, seq: entries, events } = sim.laws;
  return { seed, broken, entries, met: new Set(events.slice(FOUNDED).map(kindOf)), trace: sim.scheduler.trace };
}

/** Of what kind an event is, where it has kinds. */
function kindOf(event: Event): string {
  switch (event.type) {
    case 'seat.parked':
      return `${event.type} (${event.why})`;
    case 'run.ended':
      return `${event.type} (${event.findings[0]?.code ?? event.result})`;
    case 'breaker.opened':
      return `${event.type} (${event.cause ?? 'in a row'})`;
    default:
      return event.type;
  }
}

class Play {
  readonly #sim: Sim;
  readonly #people: People;
  readonly #managers = new Map<SimProcess, { readonly drain: AbortController; readonly stop: AbortController }>();
  #left = MOST_STEPS;
  /** The furthest that the wall clock was ahead. */
  #latest: number;

  constructor(sim: Sim) {
    this.#sim = sim;
    this.#latest = sim.wallOffset;
    this.#people = new People(sim, (self, cause) => this.#ended(self, cause));
  }

  async whole(): Promise<void> {
    const { scheduler, chance } = this.#sim;
    await this.#found();
    this.#sim.weather = drawn(chance);
    this.#manage();
    this.#storm();
    await this.#until(() => scheduler.now >= STORM_MS);
    await this.#comeToRest();
    const wrong = await this.#answerOf('looks', async (self) => whatIsWrong(this.#sim, this.#sim.world(self), this.#people.dropped));
    if (wrong !== undefined) this.#sim.laws.break(wrong);
  }

  /** A repository with a commit on its target, a ledger, an organisation and some plans. */
  async #found(): Promise<void> {
    const { files, chance, laws, agents, worktrees } = this.#sim;
    const org = firstOrg(agents);
    for (const folder of [...worktrees.flatMap((worktree) => [`${worktree}/_plans`, `${worktree}/_bus/in`, `${worktree}/_bus/claims`]), layout.coo, `${layout.coo}/spool`, `${layout.coo}/results`, `${layout.coo}/start`]) await files.folder(folder);
    const first = this.#sim.workshop.commitByHand(null, 'README.md', 'a project\n');
    laws.allow(TARGET, first);
    this.#sim.moveRef(TARGET, first);
    const bytes = new TextEncoder().encode(org);
    await files.replace(`${REPO}/_plans/coo.yaml`, bytes);
    await this.#answerOf('init', async (self) => {
      const world = this.#sim.world(self);
      await writeHome(world, LEDGER, 'coo');
      const session = await LedgerSession.open(world, 'asked');
      const at_ms = world.clock.now();
      await step(session, () => [{ input: { type: 'start', ledger: LEDGER, object_format: 'sha1', at_ms } }, { input: { type: 'organise', digest: sha256Hex(org), org: orgOf(org), at_ms }, files: [{ path: '_plans/coo.yaml', bytes }] }], { writer: 'init', withinMs: 1_000 });
    });
    for (const plan_id of ['p0', 'p1'].slice(0, chance.happens(0.2) ? 2 : 1)) await files.replace(`${REPO}/_plans/${plan_id}.plan.json`, planBytes(plan_id, agents, chance));
  }

  /** What happens to the machine, who manages, and what people do, second by second. */
  #storm(): void {
    const { scheduler, chance } = this.#sim;
    const busy = chance.happens(0.5) ? 0.6 : 0.15;
    const tick = (): void => {
      if (this.#sim.weather.slow === 0) return;
      if (chance.happens(this.#sim.weather.jump)) this.#jump();
      if (chance.happens(this.#sim.weather.power)) this.#sim.powerCut();
      this.#watchOverManagers();
      if (chance.happens(busy)) this.#people.act();
      scheduler.add(NOBODY, 'a second', tick, 1_000);
    };
    scheduler.add(NOBODY, 'a second', tick, 500);
  }

  #jump(): void {
    const { chance, scheduler } = this.#sim;
    const ms = chance.between(1_000, chance.pick([5_000, 600_000, 86_400_000]) ?? 1_000) * (chance.happens(0.5) ? 1 : -1);
    this.#sim.wallOffset += ms;
    this.#latest = Math.max(this.#latest, this.#sim.wallOffset);
    scheduler.note(`the wall clock jumps by ${String(ms)} ms`);
  }

  #watchOverManagers(): void {
    const { chance } = this.#sim;
    const living = [...this.#managers.keys()];
    if (!living.some(({ life }) => life === 'alive') && chance.happens(0.3)) this.#manage(chance.happens(0.3));
    else if (chance.happens(0.02)) this.#manage(chance.happens(0.5));
    const one = chance.pick([...this.#managers.values()]);
    if (chance.happens(0.01)) one?.drain.abort();
    if (chance.happens(0.01)) one?.stop.abort();
    // A person has looked at the disk.
    if (chance.happens(0.2)) void this.#sim.files.remove(`${layout.coo}/halted.json`);
  }

  #manage(takeover = false, until: ManagerOptions['until'] = 'stopped'): void {
    const { machine, scheduler, laws } = this.#sim;
    const self = machine.start('manager');
    const [drain, stop] = [new AbortController(), new AbortController()];
    this.#managers.set(self, { drain, stop });
    self.ended.push(() => this.#managers.delete(self));
    const options: ManagerOptions = {
      until,
      takeover,
      waitMs: WAIT_MS,
      leaseMs: LEASE_MS,
      version: '0.0.0',
      worktrees: async () => Promise.resolve(this.#sim.worktrees),
      drain: drain.signal,
      stop: stop.signal,
      onTurn: ({ head, seq }) => laws.acknowledged(self.name, head, seq),
    };
    scheduler.add(self, `begins to manage${takeover ? ', taking over' : ''}`, () => {
      Manager.run(this.#sim.world(self), this.#sim.watch(self), options).then(
        ({ exit, why }) => {
          scheduler.note(`${self.name} leaves with ${String(exit)}: ${why}`);
          machine.kill(self);
        },
        (cause: unknown) => {
          this.#ended(self, cause);
          machine.kill(self);
        },
      );
    });
  }

  /** A process ended with an error. What the faults bring about is fine, and what coo has a word for. */
  #ended(self: SimProcess, cause: unknown): void {
    const { scheduler, laws } = this.#sim;
    scheduler.note(`${self.name} fails: ${cause instanceof Error ? cause.message : String(cause)}`);
    if (cause instanceof Broken || cause instanceof Failure || cause instanceof FileFailure || cause instanceof GitError) return;
    laws.broken ??= `${self.name} fails: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`;
  }

  /** No more faults: everything comes to its end, and people do what is left to them. */
  async #comeToRest(): Promise<void> {
    const { scheduler, machine, files } = this.#sim;
    this.#sim.weather = calm();
    // Whoever set the clock back sets it right: a back-off that began tomorrow ends the day after.
    this.#sim.wallOffset = this.#latest;
    for (const one of machine.living) machine.wake(one);
    for (const { stop } of this.#managers.values()) stop.abort();
    this.#people.organise();
    const end = scheduler.now + CALM_MS;
    await this.#until(() => this.#managers.size === 0 || scheduler.now >= end);
    const halted = `${layout.coo}/halted.json`;
    const types = (): boolean => machine.living.some(({ name }) => name.startsWith('coo-'));
    for (let round = 0; round < ROUNDS; round += 1) {
      // A command may still meet a fault that was on its way: whoever mends the disk lifts what follows from it.
      const mended = (await files.info(halted)) !== undefined;
      if (mended) await files.remove(halted);
      const any = this.#people.clearAway() || types() || mended || round === 0;
      await this.#until(() => !types() || scheduler.now >= end);
      if (any) {
        this.#manage(true, 'idle');
        await this.#until(() => this.#managers.size === 0 || scheduler.now >= end);
        continue;
      }
      await this.#until(() => machine.living.length === 0 || scheduler.now >= end);
      return;
    }
    this.#sim.laws.break('people have something to do again and again');
  }

  async #until(over: () => boolean): Promise<void> {
    const { scheduler, laws } = this.#sim;
    await scheduler.steps(() => {
      if (laws.broken !== undefined || over()) return false;
      this.#left -= 1;
      if (this.#left < 0) laws.break(`does not come to its end in ${String(MOST_STEPS)} steps`);
      return true;
    });
    if (laws.broken !== undefined) throw new Broken(laws.broken);
  }

  /** What a process of its own gives, in a calm. */
  async #answerOf<T>(name: string, act: (self: SimProcess) => Promise<T>): Promise<T> {
    const self = this.#sim.machine.start(name);
    let answer: { readonly value: T } | undefined;
    let failed: unknown;
    this.#sim.scheduler.add(self, 'begins', () => {
      act(self).then(
        (value) => {
          answer = { value };
        },
        (cause: unknown) => {
          failed = cause;
        },
      );
    });
    await this.#until(() => answer !== undefined || failed !== undefined);
    this.#sim.machine.kill(self);
    if (answer === undefined) throw failed instanceof Error ? failed : new Error(`${name} never ended`);
    return answer.value;
  }
}
