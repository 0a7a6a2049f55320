import type { Ending, Finished, Life, Owner, Processes, Running, Spare, Spawn } from '../../src/ports/process.ts';
import type { Chance } from './chance.ts';
import type { Actor, Scheduler } from './scheduler.ts';

type Program = Pick<Spawn, 'argv' | 'cwd' | 'env'>;

/** A process of the simulated machine. */
export interface SimProcess extends Actor {
  readonly owner: Owner;
  readonly env: Readonly<Record<string, string>>;
  readonly parent: SimProcess | undefined;
  /** Aborted when it is asked to end. */
  readonly asked: AbortController;
  /** Called once, when it has ended. */
  readonly ended: (() => void)[];
}

/** What runs in a process that another one starts. */
export interface Programs {
  /** A worker for one order; its process ends when this resolves. */
  worker(self: SimProcess, order_id: string): Promise<void>;
  /** A command of a step or a check: how it ends, after how long; null = never by itself. `work` is done when it ends by itself. */
  command(spawn: Spawn): { readonly ending: Ending; readonly afterMs: number | null; readonly work: () => void };
}

const HOST = 'host-1';
const FIRST_PID = 100;

/** The processes of one machine. Each dies where it stands, keeps its children, and may be stopped and woken. */
export class Machine {
  readonly scheduler: Scheduler;
  readonly #chance: Chance;
  readonly #programs: Programs;
  readonly #all = new Map<number, SimProcess>();
  #pids = FIRST_PID;
  #boot = 1;

  constructor(scheduler: Scheduler, chance: Chance, programs: Programs) {
    this.scheduler = scheduler;
    this.#chance = chance;
    this.#programs = programs;
  }

  get living(): readonly SimProcess[] {
    return [...this.#all.values()];
  }

  start(name: string, env: Readonly<Record<string, string>> = {}, parent?: SimProcess): SimProcess {
    const pid = (this.#pids += 1);
    const owner: Owner = { boot: `boot-${String(this.#boot)}`, host: HOST, pidns: 'ns', pid, started: String(pid), nonce: `n${String(pid)}` };
    const made: SimProcess = { name: `${name}.${String(pid)}`, life: 'alive', held: [], owner, env, parent, asked: new AbortController(), ended: [] };
    this.#all.set(pid, made);
    return made;
  }

  /** It ends here, whatever it was about to do. */
  kill(one: SimProcess): void {
    if (one.life === 'dead') return;
    one.life = 'dead';
    one.held.length = 0;
    this.#all.delete(one.owner.pid);
    for (const tell of one.ended.splice(0)) tell();
  }

  stop(one: SimProcess): void {
    if (one.life === 'alive') one.life = 'stopped';
  }

  wake(one: SimProcess): void {
    if (one.life === 'stopped') this.scheduler.wake(one);
  }

  /** Every process ends at once, and the machine comes up again. */
  restart(): void {
    for (const one of this.living) this.kill(one);
    this.#boot += 1;
  }

  life(owner: Owner): Life {
    if (owner.host !== HOST) return 'unknown';
    const found = this.#all.get(owner.pid);
    return found?.owner.nonce === owner.nonce ? found.life : 'dead';
  }

  /** The port as one process has it. Its answers come as steps of that process. */
  portOf(self: SimProcess): Processes {
    return {
      self: () => self.owner,
      life: (owner) => this.life(owner),
      run: (spawn) => this.#run(self, spawn),
      cpuMs: () => 0,
      detach: async (program) => this.#answer(self, `detach ${program.env['COO_ORDER'] ?? ''}`, () => this.#detach(program)),
      spare: async (program, again) => this.#answer(self, 'spare', () => this.#spare(self, program, again)),
      killTree: async (target, graceMs) => this.#killAll(self, () => this.living.filter((one) => belongs(one, target)), graceMs).then((left) => left.map(({ owner }) => owner.pid)),
    };
  }

  #answer<T>(self: SimProcess, label: string, act: () => T): Promise<T> {
    return new Promise((resolve) => {
      this.scheduler.add(self, label, () => resolve(act()));
    });
  }

  #detach({ env }: Program): number {
    const worker = this.start('worker', env);
    this.#work(worker, env['COO_ORDER'] ?? '', () => this.kill(worker));
    return worker.owner.pid;
  }

  /** What a worker throws ends it, as it ends a real one. */
  #work(worker: SimProcess, order_id: string, over: () => void): void {
    this.scheduler.add(worker, `works at ${order_id}`, () => {
      this.#programs.worker(worker, order_id).then(over, (cause: unknown) => {
        this.scheduler.note(`${worker.name} fails: ${cause instanceof Error ? cause.message : String(cause)}`);
        this.kill(worker);
      });
    }, this.#chance.below(50));
  }

  #spare(self: SimProcess, { env }: Program, again: () => void): Spare {
    const spare = this.start('spare', env);
    let state: 'waits' | 'works' = 'waits';
    // It reads the end of its input when its manager is gone.
    const leave = (): void => {
      if (state === 'waits') this.kill(spare);
    };
    self.ended.push(leave);
    return {
      pid: spare.owner.pid,
      get waits() {
        return state === 'waits' && spare.life !== 'dead';
      },
      give: (bytes) =>
        this.#answer(self, 'give', () => {
          if (state === 'works' || spare.life === 'dead') return false;
          state = 'works';
          const { order_id } = JSON.parse(new TextDecoder().decode(bytes)) as { readonly order_id: string };
          this.#work(spare, order_id, () => {
            state = 'waits';
            if (self.life === 'dead') this.kill(spare);
            else this.scheduler.add(self, 'a spare waits again', again);
          });
          return true;
        }),
      close: () => this.#answer(self, 'close a spare', leave),
    };
  }

  #run(self: SimProcess, spawn: Spawn): Running {
    const { scheduler } = this;
    const child = this.start('command', { ...spawn.env, [spawn.marker.slice(0, spawn.marker.indexOf('='))]: spawn.marker.slice(spawn.marker.indexOf('=') + 1) }, self);
    const began = scheduler.now;
    const { ending, afterMs, work } = this.#programs.command(spawn);
    let result: Ending = { kind: 'signalled', signal: 'SIGKILL' };
    const finished = new Promise<Finished>((resolve) => {
      child.ended.push(() => scheduler.add(self, `${child.name} ended`, () => resolve({ ending: result, ms: scheduler.now - began, outputBytes: 0 })));
    });
    const endWith = (how: Ending) => (): void => {
      result = how;
      this.kill(child);
    };
    if (afterMs !== null) {
      scheduler.add(child, `ends by itself: ${ending.kind}`, () => {
        work();
        endWith(ending)();
      }, afterMs);
    }
    if (spawn.wallMs !== undefined) scheduler.add(self, `${child.name} is out of time`, endWith({ kind: 'timed_out' }), spawn.wallMs);
    child.asked.signal.addEventListener('abort', endWith({ kind: 'stopped' }));
    return {
      pid: child.owner.pid,
      finished,
      write: () => undefined,
      stop: async () => {
        child.asked.abort();
        await finished;
      },
    };
  }

  /** Asks, waits until all have ended or the time is up, and kills what is left. */
  async #killAll(self: SimProcess, chosen: () => readonly SimProcess[], graceMs: number): Promise<readonly SimProcess[]> {
    const { scheduler } = this;
    return new Promise((resolve) => {
      const end = (): void => {
        for (const one of chosen()) this.kill(one);
        resolve(chosen());
      };
      scheduler.add(self, 'kill a tree', () => {
        if (graceMs > 0) for (const one of chosen()) if (one.life === 'alive') one.asked.abort();
        if (chosen().length === 0 || graceMs === 0) end();
        else scheduler.add(self, 'the grace is over', end, graceMs);
      });
    });
  }
}

function belongs(one: SimProcess, { marker, owner }: { readonly marker: string; readonly owner?: Owner }): boolean {
  const at = marker.indexOf('=');
  if (one.env[marker.slice(0, at)] === marker.slice(at + 1)) return true;
  for (let up: SimProcess | undefined = one; up !== undefined && owner !== undefined; up = up.parent) if (up.owner.nonce === owner.nonce) return true;
  return false;
}
