/** Why watching does not work. `fix` is what to type or change. */
export class WatchFailure extends Error {
  override readonly name = 'WatchError';
  readonly code: 'WATCH_LIMIT' | 'WATCH_IO';
  readonly fix: string;

  constructor(code: WatchFailure['code'], fix: string, cause: unknown) {
    super(`${code}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.code = code;
    this.fix = fix;
  }
}

/** Translates what the watcher said. ENOSPC is how Linux says that a user has no inotify watches left, EMFILE that he has no inotify instances. */
export function watchFailure(error: unknown): WatchFailure {
  if (error instanceof WatchFailure) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC') {
    return new WatchFailure('WATCH_LIMIT', 'raise the limit: sudo sysctl fs.inotify.max_user_watches=524288, or close programs that watch many files', error);
  }
  if (code === 'EMFILE') {
    return new WatchFailure('WATCH_LIMIT', 'raise the limits: sudo sysctl fs.inotify.max_user_instances=1024, and ulimit -n', error);
  }
  return new WatchFailure('WATCH_IO', 'look at the message; changes are still found, but only by the regular scan', error);
}
