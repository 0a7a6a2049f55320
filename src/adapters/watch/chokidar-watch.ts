import { lstat, mkdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Watch, Watching } from '../../ports/watch.ts';
import { watchFailure, type WatchFailure } from './failure.ts';
import { watchOne, type OneFolder } from './one-folder.ts';

export interface ChokidarWatchOptions {
  /** Told, once for each code, when there are no watches left, a running one breaks, or a folder added later cannot be watched. */
  readonly failed?: (error: WatchFailure) => void;
}

/**
 * Folders watched by the system's own events: one inotify watch each. Only what changes directly in them counts, and
 * names with a dot do not: they are files still being written. A burst makes one call per folder, on the next turn of the loop, never
 * inside the event. A folder that is removed is not made again; it is watched again once it is back.
 *
 * Where the system has no watches left (WATCH_LIMIT) every folder wakes once a second instead, until this is closed. `folders` throws a
 * `WatchFailure` (WATCH_IO) when a folder cannot be watched for another reason.
 */
export function chokidarWatch({ failed = () => undefined }: ChokidarWatchOptions = {}): Watch {
  return {
    async folders(paths, wake): Promise<Watching> {
      const folders = new FolderWatch(wake, failed);
      try {
        await folders.add(paths);
      } catch (error) {
        const failure = watchFailure(error);
        if (failure.code !== 'WATCH_LIMIT') {
          await folders.close();
          throw failure;
        }
        folders.fail(failure);
      }
      return {
        add: (more) => void folders.add(more).then(() => more.forEach(folders.note), folders.fail),
        close: () => folders.close(),
      };
    },
  };
}

/** How often a folder wakes when it cannot be watched, in milliseconds. */
const POLL_MS = 1_000;

class FolderWatch {
  readonly #wake: (folder: string) => void;
  readonly #failed: (error: WatchFailure) => void;
  /** Folders that are watched, or looked for while they are missing. */
  readonly #folders = new Set<string>();
  readonly #missing = new Set<string>();
  /** Running watches, on folders and on the folders above missing ones. */
  readonly #open = new Map<string, Promise<OneFolder>>();
  /** Watched folders whose end was heard of. */
  readonly #ended = new Set<string>();
  readonly #woken = new Set<string>();
  #search: Promise<void> = Promise.resolve();
  readonly #told = new Set<WatchFailure['code']>();
  #polling: NodeJS.Timeout | undefined;
  #isAsked = false;
  #isClosed = false;

  constructor(wake: (folder: string) => void, failed: (error: WatchFailure) => void) {
    this.#wake = wake;
    this.#failed = failed;
  }

  async add(folders: readonly string[]): Promise<void> {
    for (const folder of folders) await makeFolder(folder);
    for (const folder of folders) this.#folders.add(folder);
    await Promise.all(folders.map((folder) => this.#watch(folder)));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#polling);
    await this.#search;
    await Promise.all([...this.#open.keys()].map((folder) => this.#unwatch(folder)));
  }

  readonly fail = (error: unknown): void => {
    const failure = watchFailure(error);
    if (this.#isClosed || this.#told.has(failure.code)) return;
    this.#told.add(failure.code);
    if (failure.code === 'WATCH_LIMIT') this.#polling = setInterval(() => this.#folders.forEach(this.note), POLL_MS);
    this.#failed(failure);
  };

  /** Wakes for a folder, once for all that happens in this turn of the loop. */
  readonly note = (folder: string): void => {
    if (this.#woken.size === 0) setImmediate(() => this.#flush());
    this.#woken.add(folder);
  };

  #flush(): void {
    const woken = [...this.#woken];
    this.#woken.clear();
    for (const folder of woken) if (!this.#isClosed) this.#wake(folder);
  }

  async #watch(folder: string): Promise<void> {
    if (this.#isClosed || this.#open.has(folder)) return;
    const opening = watchOne(folder, { heard: (name) => this.#hear(folder, name), failed: this.fail });
    this.#open.set(folder, opening);
    try {
      await opening;
    } catch (error) {
      this.#open.delete(folder);
      throw error;
    }
    // It may have gone while the watch was being set up.
    if (!(await isFolder(folder))) this.#look(folder);
  }

  async #unwatch(folder: string): Promise<void> {
    const one = this.#open.get(folder);
    this.#open.delete(folder);
    // One that never stood has been told and has nothing to close.
    await one?.then((watch) => watch.close(), () => undefined);
  }

  #hear(folder: string, name: string | null): void {
    if (this.#isClosed) return;
    if (this.#folders.has(folder) && name?.startsWith('.') !== true) this.note(folder);
    // Its own name means its end, even if another already stands in its place: the old watch is deaf.
    if (name === basename(folder)) this.#look(folder);
    else if (this.#missing.size > 0) this.#look();
  }

  /** Has the missing looked for, one search at a time; those asked for meanwhile become one. */
  #look(ended?: string): void {
    if (ended !== undefined) this.#ended.add(ended);
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#search = this.#search.then(async () => {
      this.#isAsked = false;
      await this.#seek();
    });
    this.#search = this.#search.then(undefined, this.fail);
  }

  /** Looks for all that is missing, from the nearest folder above it that is there. */
  async #seek(): Promise<void> {
    for (const folder of this.#ended) {
      this.#ended.delete(folder);
      await this.#unwatch(folder);
      if (this.#folders.has(folder)) this.#missing.add(folder);
    }
    for (const folder of this.#missing) await this.#find(folder);
    if (this.#missing.size > 0) return;
    for (const folder of this.#open.keys()) if (!this.#folders.has(folder)) await this.#unwatch(folder);
  }

  /** Watches a missing folder if it is back, else the nearest one above it; looks again once that watch stands, for what came before. */
  async #find(folder: string): Promise<void> {
    for (;;) {
      const found = await nearest(folder);
      if (this.#isClosed || (found !== folder && this.#open.has(found))) return;
      if (found === folder) this.#missing.delete(folder);
      await this.#watch(found);
      if (found === folder) return this.note(folder);
    }
  }
}

/** What stands in the place of a folder leaves it missing: it is looked for until it is there. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EEXIST' && code !== 'ENOTDIR') throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw error;
  }
}

/** The folder, or the nearest one above it that is there. */
async function nearest(path: string): Promise<string> {
  for (let at = path; ; at = dirname(at)) if (dirname(at) === at || (await isFolder(at))) return at;
}
