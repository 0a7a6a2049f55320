import { renderFile } from '../../format/file.ts';
import { busPaths } from '../layout.ts';
import type { LedgerWorld } from '../world.ts';
import type { Desk } from './shared.ts';

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

/** Writes the reason of a refusal into `_bus/rejected/`, with the message's own text where the message is not kept elsewhere. False where nothing can be written there. */
export async function writeRejected({ world, folders }: Pick<Desk, 'world' | 'folders'>, worktree: string, name: string, what: string, reasons: readonly Reason[], text?: string): Promise<boolean> {
  const folder = busPaths.rejected(worktree);
  return folders.tend(folder, 'telling', false, async () => {
    await world.files.folder(folder);
    const value = { schema: 'coo/rejected.v1', what, name, at_ms: world.clock.now(), reasons, ...(text === undefined ? {} : { text }) };
    await world.files.replaceView(`${folder}/${name}.json`, renderFile(value));
    return true;
  });
}

export async function clearRejected({ world, folders }: { readonly world: Pick<LedgerWorld, 'files'>; readonly folders: Desk['folders'] }, worktree: string, name: string): Promise<void> {
  const folder = busPaths.rejected(worktree);
  await folders.tend(folder, 'telling', undefined, async () => world.files.remove(`${folder}/${name}.json`));
}
