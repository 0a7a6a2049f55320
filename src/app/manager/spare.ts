import type { State } from '../../kernel/state.ts';
import type { Spare } from '../../ports/process.ts';
import type { World } from '../world.ts';
import { workerEnv } from '../worker/environment.ts';
import type { ManagerOptions } from './options.ts';

type Room = Pick<World, 'processes' | 'env' | 'layout' | 'workerArgv'>;

/** Workers that wait at most, while work goes on. Each holds some 60 MB. */
const WAITING = 4;

/**
 * Worker processes that are up and wired ahead of their order: a start then costs a line through a pipe. One is started ahead; whoever is done
 * with an attempt waits for the next. None knows an order, a token or a key before it is given one, and they leave when their manager does.
 * What cannot be given is started as if there were none.
 */
export class SpareWorkers {
  readonly #room: Room;
  /** The last one to come back stands last: it is the warmest. */
  #waiting: Spare[] = [];
  #coming: Promise<void> | undefined;
  #closed = false;
  /** Process ids that get no further order. */
  readonly #retired = new Set<number>();

  constructor(room: Room) {
    this.#room = room;
  }

  /** Starts one beside what goes on, unless one waits. */
  warm(): void {
    if (this.#coming !== undefined || this.#waiting.some(({ waits }) => waits)) return;
    const { processes, env, layout, workerArgv } = this.#room;
    const come = async (): Promise<void> => {
      const spare: Spare = await processes.spare({ argv: [...workerArgv, layout.common], cwd: layout.coo, env: workerEnv(env, { env: [] }) }, () => this.#back(spare));
      this.#waiting.push(spare);
    };
    const over = (): void => {
      this.#coming = undefined;
    };
    // Whatever keeps it from starting is told when an order wants a worker.
    this.#coming = come().then(over, over);
  }

  /** Gives the order to one that waits, and the environment that a worker started for it would have. False when there is none. */
  async give(order_id: string, env: Readonly<Record<string, string>>): Promise<boolean> {
    const line = new TextEncoder().encode(`${JSON.stringify({ order_id, env })}\n`);
    for (let spare = this.#waiting.pop(); spare !== undefined; spare = this.#waiting.pop()) {
      if (await spare.give(line)) return true;
    }
    return false;
  }

  /** This process is about to be stopped: from here on no order goes to it that the stop could hit. */
  retire(pid: number): void {
    this.#retired.add(pid);
    const there = this.#waiting.find((spare) => spare.pid === pid);
    if (there === undefined) return;
    this.#waiting = this.#waiting.filter((spare) => spare !== there);
    void there.close();
  }

  /** Keeps one: nothing goes on. */
  rest(): void {
    for (const spare of this.#waiting.splice(0, this.#waiting.length - 1)) void spare.close();
  }

  /** Leaves none behind that waits. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#coming;
    await Promise.all(this.#waiting.splice(0).map((spare) => spare.close()));
  }

  #back(spare: Spare): void {
    if (this.#closed || this.#waiting.length >= WAITING || this.#retired.delete(spare.pid)) void spare.close();
    else this.#waiting.push(spare);
  }
}

/** Whether a worker may be wanted soon: a manager that is about to leave starts none ahead. */
export function mayStart({ until, drain }: Pick<ManagerOptions, 'until' | 'drain'>, { plans }: Pick<State, 'plans'>): boolean {
  if (drain.aborted || until === 'once') return false;
  return until === 'stopped' || [...plans.values()].some(({ counts }) => counts.waiting > 0 || counts.ready > 0);
}
