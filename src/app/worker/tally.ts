import type { OrderId } from '../../kernel/ids.ts';
import type { Usage } from '../../kernel/input.ts';
import { isFault } from '../faults.ts';
import { cooPaths } from '../layout.ts';
import { storedBytes } from '../stored.ts';
import type { UsedNote } from '../used.ts';
import type { World } from '../world.ts';

/** Keeps the note of what an agent used so far. */
export interface Tally {
  /** Written beside the agent; of several in a hurry the newest. */
  note(usage: Usage): void;
  /** Resolves when the newest is written. */
  settled(): Promise<void>;
}

/** What cannot be written is no reason to end an attempt. */
export function keepTally({ files, layout }: Pick<World, 'files' | 'layout'>, order_id: OrderId): Tally {
  const path = cooPaths.used(layout, order_id);
  let next: Usage | undefined;
  let writing: Promise<void> | undefined;
  const write = async (): Promise<void> => {
    try {
      await files.folder(path.slice(0, path.lastIndexOf('/')));
      for (let usage = next; usage !== undefined; usage = next) {
        next = undefined;
        await files.replaceView(path, storedBytes({ schema: 'coo/used.v1', order_id, usage } satisfies UsedNote));
      }
    } catch (cause) {
      if (!isFault(cause, 'FILE_IO')) throw cause;
    } finally {
      writing = undefined;
    }
  };
  return {
    note(usage) {
      next = usage;
      writing ??= write();
    },
    settled: async () => writing,
  };
}
