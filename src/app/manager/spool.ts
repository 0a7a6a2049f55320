import type { SpoolMark } from '../../kernel/event.ts';
import { isFault } from '../faults.ts';
import { cooPaths } from '../layout.ts';
import type { LedgerWorld } from '../world.ts';

/** A message or a claim request that was taken: under a name that is never used again and that only grows. */
export interface Spooled {
  readonly mark: SpoolMark;
  readonly kind: 'message' | 'claim';
  /** The name its author gave it. */
  readonly name: string;
  readonly path: string;
}

const NAME = /^([0-9]{1,9})\.([0-9]{1,9})\.(message|claim)\.(.+)$/;

/** Whatever comes in by file goes through here: renamed (or, for claims, linked) first, decided later, removed when the ledger has it. */
export class Spool {
  readonly #world: LedgerWorld;
  readonly #epoch: number;
  #number: number;

  constructor(world: LedgerWorld, epoch: number) {
    this.#world = world;
    this.#epoch = epoch;
    this.#number = 0;
  }

  /** Everything in the spool, oldest first. */
  async list(): Promise<readonly Spooled[]> {
    const folder = cooPaths.spool(this.#world.layout);
    const found: Spooled[] = [];
    for (const file of await this.#world.files.list(folder)) {
      const parts = NAME.exec(file);
      if (parts === null) continue;
      found.push({ mark: { epoch: Number(parts[1]), number: Number(parts[2]) }, kind: parts[3] === 'claim' ? 'claim' : 'message', name: parts[4] ?? '', path: `${folder}/${file}` });
    }
    return found.sort(byMark);
  }

  /** Takes a message by renaming it. Undefined when it is gone already. */
  async takeMessage(path: string, name: string): Promise<Spooled | undefined> {
    return this.#take(path, name, 'message');
  }

  /** Takes a claim request by a link, so that its name stays taken while it is decided. */
  async takeClaim(path: string, name: string): Promise<Spooled | undefined> {
    return this.#take(path, name, 'claim');
  }

  async remove(item: Spooled): Promise<void> {
    await this.#world.files.remove(item.path);
  }

  async #take(path: string, name: string, kind: Spooled['kind']): Promise<Spooled | undefined> {
    const { files, layout } = this.#world;
    this.#number += 1;
    const mark = { epoch: this.#epoch, number: this.#number };
    const to = `${cooPaths.spool(layout)}/${String(mark.epoch)}.${String(mark.number)}.${kind}.${name}`;
    try {
      if (kind === 'claim') await files.link(path, to);
      // One rename, not link and unlink: a kill between those two would leave the message in both places.
      else await files.rename(path, to);
    } catch (cause) {
      if (isFault(cause, 'FILE_ABSENT')) return undefined;
      throw cause;
    }
    return { mark, kind, name, path: to };
  }
}

/** The order in which messages were taken. */
export function byMark(a: Spooled, b: Spooled): number {
  return a.mark.epoch - b.mark.epoch || a.mark.number - b.mark.number;
}

/** Whether the ledger has handled this one. */
export function handled(mark: SpoolMark, upTo: SpoolMark): boolean {
  return mark.epoch < upTo.epoch || (mark.epoch === upTo.epoch && mark.number <= upTo.number);
}
