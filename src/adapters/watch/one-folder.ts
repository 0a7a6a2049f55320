import { FSWatcher } from 'chokidar';
import { watchFailure, type WatchFailure } from './failure.ts';

/** What is heard from one folder. */
export interface Ears {
  /** Something happened to `name` directly in it; null when the system does not say to what. Its own name stands for its own end. */
  readonly heard: (name: string | null) => void;
  /** The watch broke. */
  readonly failed: (error: WatchFailure) => void;
}

/** One running watch. */
export interface OneFolder {
  close(): Promise<void>;
}

/**
 * Watches one folder, not what lies deeper, by one native watch. Resolves when the watch stands; throws a `WatchFailure` when it cannot.
 * Each folder has a watcher of its own: one that was removed and came back is not watched again by the same one (chokidar 6.0.0, depth 0).
 */
export async function watchOne(folder: string, { heard, failed }: Ears): Promise<OneFolder> {
  const watcher = new FSWatcher({
    backend: 'native',
    depth: 0,
    ignoreInitial: true,
    atomic: false,
    followSymlinks: false,
    // The folder's own watch reports all that happens in it; without this every file in it would be read, and watched as well.
    ignored: (path) => path.startsWith(`${folder}/`),
  });
  watcher.on('raw', (_event, name, details) => {
    if (isAbout(folder, details)) heard(name);
  });
  try {
    await new Promise<void>((resolve, reject) => {
      watcher.once('ready', resolve).once('error', reject);
      watcher.add(folder);
    });
  } catch (error) {
    await watcher.close();
    throw watchFailure(error);
  }
  watcher.on('error', (error) => failed(watchFailure(error)));
  return watcher;
}

function isAbout(folder: string, details: unknown): boolean {
  return typeof details === 'object' && details !== null && 'watchedPath' in details && details.watchedPath === folder;
}
