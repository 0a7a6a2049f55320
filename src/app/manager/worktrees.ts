import { busWorktrees } from '../ledger/mirror.ts';
import type { World } from '../world.ts';

/** Worktrees as they come and go under a manager: the one that it runs in, and the others that show the bus. */
export class Worktrees {
  readonly #world: Pick<World, 'files'>;
  readonly #all: () => Promise<readonly string[]>;
  #shown: readonly string[] = [];

  constructor(world: Pick<World, 'files'>, all: () => Promise<readonly string[]>) {
    this.#world = world;
    this.#all = all;
  }

  /** As of the last look. */
  get shown(): readonly string[] {
    return this.#shown;
  }

  /** Looks again. True when there are others than before. */
  async look(): Promise<boolean> {
    const before = this.#shown.join('\0');
    this.#shown = await busWorktrees(this.#world, await this.#all());
    return this.#shown.join('\0') !== before;
  }
}
