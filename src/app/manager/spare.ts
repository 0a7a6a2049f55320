import type { State } from '../../kernel/state.ts';
import type { Spare } from '../../ports/process.ts';
import type { World } from '../world.ts';
import { workerEnv } from '../worker/environment.ts';
import type { ManagerOptions } from './options.ts';

/**
 * One worker process, started and wired ahead of its order: a start then costs a line through a pipe. It knows no order, no token and no
 * key before it is given one, and it leaves when its manager does. What cannot be given is started as if there were none.
 */
export class SpareWorker {
  readonly #world: Pick<World, 'processes' | 'env' | 'layout' | 'workerArgv'>;
  #spare: Spare | undefined;
  #coming: Promise<void> | undefined;

  constructor(world: Pick<World, 'processes' | 'env' | 'layout' | 'workerArgv'>) {
    this.#world = world;
  }

  /** Starts one beside what goes on, unless one waits. */
  warm(): void {
    if (this.#coming !== undefined || this.#spare?.waits === true) return;
    const { processes, env, layout, workerArgv } = this.#world;
    const start = async (): Promise<void> => {
      try {
        this.#spare = await processes.spare({ argv: [...workerArgv, layout.common], cwd: layout.coo, env: workerEnv(env, []) });
      } catch {
        // Whatever keeps it from starting is told when an order wants a worker.
        this.#spare = undefined;
      }
      this.#coming = undefined;
    };
    this.#coming = start();
  }

  /** Gives the order to the spare, and the environment that a worker started for it would have. False when there is none. */
  async give(order_id: string, env: Readonly<Record<string, string>>): Promise<boolean> {
    const spare = this.#spare;
    this.#spare = undefined;
    return spare !== undefined && spare.give(new TextEncoder().encode(`${JSON.stringify({ order_id, env })}\n`));
  }

  /** Leaves no spare behind. */
  async close(): Promise<void> {
    await this.#coming;
    await this.#spare?.close();
  }
}

/** Whether a worker may be wanted soon: a manager that is about to leave starts none ahead. */
export function mayStart({ until, drain }: Pick<ManagerOptions, 'until' | 'drain'>, { plans }: Pick<State, 'plans'>): boolean {
  if (drain.aborted || until === 'once') return false;
  return until === 'stopped' || [...plans.values()].some(({ counts }) => counts.waiting > 0 || counts.ready > 0);
}
