import type { OrderId } from '../../kernel/ids.ts';
import { isFault } from '../faults.ts';
import { cooPaths } from '../layout.ts';
import type { World } from '../world.ts';

/** Adds one byte to the beat file every `beatMs`: its size is a counter that only grows. A disk that takes none costs a beat, and no work: one that goes on so is the manager's to judge. */
export async function beat(world: Pick<World, 'files' | 'clock' | 'layout'>, order_id: OrderId, beatMs: number, signal: AbortSignal): Promise<void> {
  const path = cooPaths.beat(world.layout, order_id);
  await world.files.folder(cooPaths.beats(world.layout));
  while (!signal.aborted) {
    try {
      await world.files.append(path, new Uint8Array([46]));
    } catch (cause) {
      if (!isFault(cause, 'FILE_IO')) throw cause;
    }
    await world.clock.sleep(beatMs, signal);
  }
}
