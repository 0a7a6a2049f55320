import { renderFile } from '../../format/file.ts';
import { busPaths } from '../layout.ts';
import type { World } from '../world.ts';

/** Why something was not taken, in words for its author. */
export interface Reason {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  readonly line?: number;
  readonly column?: number;
  readonly pointer?: string;
  readonly severity?: 'error' | 'warning';
}

/** Writes the reason of a refusal into `_bus/rejected/`, with the message's own text where the message is not kept elsewhere. */
export async function writeRejected(world: Pick<World, 'files' | 'clock'>, worktree: string, name: string, what: string, reasons: readonly Reason[], text?: string): Promise<void> {
  const folder = busPaths.rejected(worktree);
  await world.files.folder(folder);
  const value = { schema: 'coo/rejected.v1', what, name, at_ms: world.clock.now(), reasons, ...(text === undefined ? {} : { text }) };
  await world.files.replaceView(`${folder}/${name}.json`, renderFile(value));
}

export async function clearRejected(world: Pick<World, 'files'>, worktree: string, name: string): Promise<void> {
  await world.files.remove(`${busPaths.rejected(worktree)}/${name}.json`);
}
