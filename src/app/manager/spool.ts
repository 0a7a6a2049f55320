import type { SpoolMark } from '../../kernel/event.ts';
import { inWords, isFault } from '../faults.ts';
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

const NAME = /^([0-9]{1,9})\.(message|claim)\.(.+)$/;
/** `<epoch>`, or `<epoch>.<epoch>` once a later one has closed it. */
const FOLDER = /^([0-9]{1,9})(?:\.([0-9]{1,9}))?$/;

/**
 * Whatever comes in by file goes through here: renamed (or, for claims, linked) first, decided later, removed when the ledger has it.
 * Each epoch takes into a folder of its own, which the next one closes by renaming it: a manager that was replaced and wakes can take nothing
 * more, since what it took after that nobody would look at.
 */
export class Spool {
  readonly #world: LedgerWorld;
  readonly #epoch: number;
  #number: number;

  constructor(world: LedgerWorld, epoch: number) {
    this.#world = world;
    this.#epoch = epoch;
    this.#number = 0;
  }

  /** Makes the folder of this epoch. Afterwards, and before anything is taken, the epoch must be seen to be the living one. */
  async open(): Promise<void> {
    await this.#world.files.folder(this.#folder(String(this.#epoch)));
  }

  /** Closes the folders of epochs before. What they took, oldest first. */
  async leftovers(): Promise<readonly Spooled[]> {
    const { files, layout } = this.#world;
    const found: Spooled[] = [];
    for (const folder of await files.list(cooPaths.spool(layout))) {
      const [, epoch = '', closer = epoch] = FOLDER.exec(folder) ?? [];
      if (epoch === '' || Number(closer) >= this.#epoch) continue;
      const closed = this.#folder(`${epoch}.${String(this.#epoch)}`);
      await files.rename(this.#folder(folder), closed);
      const items = await files.list(closed);
      if (items.length === 0) await files.removeAll(closed);
      for (const file of items) {
        const [, number = '', kind = '', name = ''] = NAME.exec(file) ?? [];
        if (number !== '') found.push({ mark: { epoch: Number(epoch), number: Number(number) }, kind: kind === 'claim' ? 'claim' : 'message', name, path: `${closed}/${file}` });
      }
    }
    return found.sort(byMark);
  }

  /** Takes a message by renaming it. Undefined when it is gone already, or when the folder of this epoch was closed. */
  async takeMessage(path: string, name: string): Promise<Spooled | undefined> {
    return this.#take(path, name, 'message');
  }

  /** Takes a claim request by a link, so that its name stays taken while it is decided. */
  async takeClaim(path: string, name: string): Promise<Spooled | undefined> {
    return this.#take(path, name, 'claim');
  }

  /** What was taken, or why it cannot be read: it may be another user's. */
  async read({ path }: Spooled, cap: number): Promise<{ readonly bytes: Uint8Array; readonly inode: number } | string> {
    const { files } = this.#world;
    const info = await files.info(path);
    if (info === undefined) return 'is gone';
    if (info.kind !== 'file') return `is ${inWords(info.kind)}, not a file`;
    if (info.size > cap) return `has ${String(info.size)} bytes; at most ${String(cap)} are taken`;
    try {
      return { bytes: await files.read(path, cap), inode: info.inode };
    } catch (cause) {
      if (isFault(cause, 'FILE_IO')) return `cannot be read: ${cause.message}`;
      throw cause;
    }
  }

  async remove(item: Spooled): Promise<void> {
    await this.#world.files.remove(item.path);
  }

  #folder(name: string): string {
    return `${cooPaths.spool(this.#world.layout)}/${name}`;
  }

  async #take(path: string, name: string, kind: Spooled['kind']): Promise<Spooled | undefined> {
    const { files } = this.#world;
    this.#number += 1;
    const mark = { epoch: this.#epoch, number: this.#number };
    const to = `${this.#folder(String(mark.epoch))}/${String(mark.number)}.${kind}.${name}`;
    try {
      if (kind === 'claim') await files.link(path, to);
      // One rename, not link and unlink: a kill between those two would leave the message in both places.
      else await files.rename(path, to);
    } catch (cause) {
      if (isFault(cause, 'FILE_ABSENT')) return undefined;
      // Taken all the same? A later mark would say of it that it is handled.
      if ((await files.info(to)) === undefined) throw cause;
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
