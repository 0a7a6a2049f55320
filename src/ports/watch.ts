/** A watcher's event only says "look again"; it never says what happened. */
export interface Watch {
  /** Calls `wake` soon after something changed directly in one of the folders (created when absent). Own writes may wake too. */
  folders(paths: readonly string[], wake: (folder: string) => void): Promise<Watching>;
}
export interface Watching {
  /** Adds folders to a running watch. */
  add(paths: readonly string[]): void;
  close(): Promise<void>;
}
