import type { Clock } from '../../src/ports/clock.ts';
import type { Queue } from '../../src/ports/lock.ts';
import type { Watch } from '../../src/ports/watch.ts';
import type { World } from '../../src/app/world.ts';
import type { Oid } from '../../src/ports/git-store.ts';
import { readMessage } from '../../src/format/messages.ts';
import { readOrg } from '../../src/format/org.ts';
import { shapeFault } from '../../src/format/record-shape.ts';
import { runAgent } from '../../src/app/worker/agent.ts';
import { hostAttempt } from '../../src/app/worker/host.ts';
import { fakeFiles } from '../support/fake-files.ts';
import type { FakeFiles } from '../support/fake-files.ts';
import { fakeGitStore } from '../support/fake-git-store.ts';
import { fakeGitWork, fakeWorkshop } from '../support/fake-git-work.ts';
import { simHarness } from './agents.ts';
import { Chance } from './chance.ts';
import { simFiles } from './files.ts';
import { simGit } from './git.ts';
import type { RefLocks } from './git.ts';
import { Laws } from './laws.ts';
import { Machine } from './machine.ts';
import type { SimProcess } from './machine.ts';
import { layout, OTHER, REPO } from './places.ts';
import { RefsOnDisk } from './refs-on-disk.ts';
import { Scheduler } from './scheduler.ts';
import { calm } from './weather.ts';
import type { Weather } from './weather.ts';
import { Workshop } from './workshop.ts';

const BEGIN_MS = Date.UTC(2030, 0, 1);
/** What lies in the same place for real: how far each process's monotonic clock may be from ours. */
const ORIGINS_MS = 1_000_000;
const VERSION = '0.0.0';
const NO_SANDBOX = { ok: false, code: 'SANDBOX_MISSING', message: 'none here', fix: 'none' } as const;

interface Listener {
  readonly self: SimProcess;
  readonly folders: Set<string>;
  readonly wake: (folder: string) => void;
  /** Folders of which it is being told. */
  readonly telling: Set<string>;
}

/** One repository on one machine: its disk, its git, its clock, its processes, and what goes wrong with them. */
export class Sim {
  readonly chance: Chance;
  readonly scheduler: Scheduler;
  readonly machine: Machine;
  readonly store = fakeGitStore();
  readonly laws = new Laws(this.store.repository);
  readonly files: FakeFiles;
  readonly locks: RefLocks = new Map();
  /** Which order each worker that has begun is at. */
  readonly working = new Map<SimProcess, string>();
  readonly workshop: Workshop;
  /** Those that show the bus. */
  readonly worktrees: readonly string[];
  /** Whether some seats are agents'. */
  readonly agents: boolean;
  weather: Weather = calm();
  /** Wall time minus monotonic time. */
  wallOffset = BEGIN_MS;
  powerCuts = 0;
  readonly #refs = new RefsOnDisk(this.store.repository.refs);
  readonly #shared = fakeWorkshop();
  readonly #listeners = new Set<Listener>();

  constructor(seed: number) {
    this.chance = new Chance(seed);
    this.agents = this.chance.happens(0.5);
    this.worktrees = this.chance.happens(0.3) ? [REPO, OTHER] : [REPO];
    this.scheduler = new Scheduler(this.chance);
    this.files = fakeFiles({ now: () => this.wall() }, true);
    this.workshop = new Workshop(this);
    this.machine = new Machine(this.scheduler, this.chance, {
      worker: async (self, order_id) => {
        await hostAttempt(this.world(self), order_id, VERSION, true, self.asked.signal);
        this.working.delete(self);
      },
      command: (spawn) => this.workshop.command(spawn),
    });
  }

  wall(): number {
    return Math.floor(this.scheduler.now + this.wallOffset);
  }

  /** A call of a port: a step of its process, which may not live to hear the answer. */
  call<T>(self: SimProcess, label: string, act: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const begin = (): void => {
        if (this.strikes()) {
          this.machine.kill(self);
          return;
        }
        if (this.chance.happens(this.weather.stop)) {
          this.#stop(self);
          this.scheduler.add(self, label, begin);
          return;
        }
        const answer = act();
        const dies = this.strikes();
        if (!dies && !this.chance.happens(this.weather.slow)) {
          answer.then(resolve, reject);
          return;
        }
        // Nobody may be there to hear it.
        answer.catch(() => undefined);
        if (dies) this.machine.kill(self);
        else this.scheduler.add(self, `${label}: answered`, () => void answer.then(resolve, reject), this.#delay());
      };
      this.scheduler.add(self, label, begin);
    });
  }

  async pause(self: SimProcess, label: string, ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.scheduler.add(self, label, resolve, ms);
    });
  }

  /** Whether the process whose step it is is to be killed here. */
  strikes(): boolean {
    return this.chance.happens(this.weather.kill / 2);
  }

  moveRef(ref: string, after: Oid | null): void {
    this.#refs.move(ref, after);
    this.laws.refsMoved();
    this.changed(`${layout.common}/${ref.slice(0, ref.lastIndexOf('/'))}`);
  }

  /** What was moved so far is on the disk, and every name of a file with it. */
  synced(): void {
    this.#refs.sync();
    this.files.sync();
    this.laws.told();
  }

  powerCut(): void {
    this.scheduler.note('the power goes');
    this.powerCuts += 1;
    this.machine.restart();
    this.#listeners.clear();
    this.working.clear();
    this.locks.clear();
    this.files.powerCut();
    this.#refs.powerCut(this.chance);
    this.laws.powerWent();
  }

  /** Tells those who listen that something changed in a folder, if they are lucky. */
  changed(folder: string): void {
    for (const listener of this.#listeners) {
      const { self, folders, telling, wake } = listener;
      if (!folders.has(folder) || telling.has(folder) || this.chance.happens(this.weather.deaf)) continue;
      telling.add(folder);
      const tell = (): void => {
        telling.delete(folder);
        wake(folder);
      };
      this.scheduler.add(self, `hears of ${folder}`, tell, 1 + this.chance.below(50));
      if (this.chance.happens(this.weather.echo)) this.scheduler.add(self, `hears of ${folder} again`, () => wake(folder), this.chance.below(500));
    }
  }

  watch(self: SimProcess): Watch {
    return {
      folders: async (paths, wake) => {
        const listener: Listener = { self, folders: new Set(paths), wake, telling: new Set() };
        this.#listeners.add(listener);
        self.ended.push(() => this.#listeners.delete(listener));
        return Promise.resolve({
          add: (more) => {
            for (const path of more) listener.folders.add(path);
          },
          close: async () => {
            this.#listeners.delete(listener);
            return Promise.resolve();
          },
        });
      },
    };
  }

  world(self: SimProcess): World {
    const work = fakeGitWork({ store: this.store, files: this.files, self: self.owner, workshop: this.#shared, isDead: (owner) => this.machine.life(owner) === 'dead' });
    return {
      clock: this.#clock(self),
      random: this.chance.random,
      files: simFiles(this, self),
      processes: this.#processes(self),
      git: simGit(this, self),
      queue: this.#queue(self),
      layout,
      log: { say: ({ level, code, message }) => this.scheduler.note(`${self.name} ${level} ${code} ${message}`) },
      work: this.#guarded(self, 'work', work),
      attemptGit: this.#guarded(self, 'attempt', this.workshop.git()),
      trees: { copy: async () => Promise.reject(new Error('nothing is kept')), bytes: async () => Promise.resolve(0) },
      sandbox: { whereabouts: () => [], standing: async () => Promise.resolve(NO_SANDBOX), open: async () => Promise.reject(new Error('no sandbox here')) },
      secrets: { scan: async () => Promise.resolve([]) },
      harness: async () => Promise.resolve(simHarness(this, self)),
      workerArgv: ['worker'],
      env: { PATH: '/bin' },
    };
  }

  #delay(): number {
    return this.chance.happens(0.1) ? this.chance.between(500, 5_000) : this.chance.between(1, 50);
  }

  #stop(self: SimProcess): void {
    this.machine.stop(self);
    const ms = this.chance.happens(0.3) ? this.chance.between(20_000, 60_000) : this.chance.between(100, 10_000);
    this.scheduler.note(`${self.name} is stopped for ${String(ms)} ms`);
    this.scheduler.add(NOBODY, `${self.name} is woken`, () => this.machine.wake(self), ms);
  }

  #clock(self: SimProcess): Clock {
    const origin = self.owner.pid * 7_919 % ORIGINS_MS;
    return {
      now: () => this.wall(),
      monotonic: () => this.scheduler.now + origin,
      sleep: async (ms, signal) =>
        new Promise((resolve) => {
          if (ms <= 0 || signal?.aborted === true) {
            resolve();
            return;
          }
          const over = (): void => {
            cancel();
            signal?.removeEventListener('abort', over);
            resolve();
          };
          const cancel = this.scheduler.add(self, 'wakes', over, ms);
          signal?.addEventListener('abort', over);
        }),
    };
  }

  /** Keeps nobody out for sure, as the real one. */
  #queue(self: SimProcess): Queue {
    return {
      busy: async () => this.call(self, 'queue', async () => Promise.resolve(this.chance.happens(0.1))),
      turn: async () => {
        await this.pause(self, 'has its turn', this.chance.below(40));
        return async () => Promise.resolve();
      },
    };
  }

  #processes(self: SimProcess): World['processes'] {
    const port = this.machine.portOf(self);
    return {
      ...port,
      detach: async (program) => {
        this.laws.starts(program.env['COO_ORDER'] ?? '');
        this.laws.marks(`COO_TREE=${program.env['COO_TREE'] ?? ''}`);
        return port.detach(program);
      },
      killTree: async (target, graceMs) => {
        this.laws.marks(target.marker);
        return port.killTree(target, graceMs);
      },
      spare: async (program, again) => {
        const spare = await port.spare(program, again);
        return {
          pid: spare.pid,
          get waits() {
            return spare.waits;
          },
          close: async () => spare.close(),
          give: async (bytes) => {
            this.laws.starts((JSON.parse(new TextDecoder().decode(bytes)) as { readonly order_id: string }).order_id);
            return spare.give(bytes);
          },
        };
      },
    };
  }

  /** Every method of a port as calls of one process. */
  #guarded<T extends object>(self: SimProcess, name: string, port: T): T {
    const guarded = Object.entries(port).map(([method, act]) => {
      const called = (...args: readonly unknown[]): Promise<unknown> =>
        this.call(self, `${name}.${method}`, async () => {
          const answer: unknown = await (act as (...given: readonly unknown[]) => unknown)(...args);
          this.laws.refsMoved();
          return answer;
        });
      return [method, called] as const;
    });
    return Object.fromEntries(guarded) as unknown as T;
  }
}

/** What happens to the machine, and is nobody's own doing. */
export const NOBODY = { name: 'world', life: 'alive' as const, held: [] };

/** What src loads only when it is wanted is loaded already: a step waits for nothing but other steps. */
export const LOADED = [readMessage, readOrg, runAgent, shapeFault];
