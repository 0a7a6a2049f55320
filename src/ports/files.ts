/** What a name in a folder is, from `lstat`: links are never followed. */
export interface FileInfo {
  readonly kind: 'file' | 'folder' | 'symlink' | 'other';
  /** Bytes. */
  readonly size: number;
  /** Last change of content, milliseconds since 1970, with fractions. */
  readonly mtimeMs: number;
  /** Last change of content, name or rights; later than `mtimeMs` where a file was linked or renamed after it was written. */
  readonly ctimeMs: number;
  readonly inode: number;
  readonly device: number;
  readonly links: number;
}

/** Why a file could not be used. `path` is the one that failed; `cause` is the system's error code, if there was one. */
export type FileFault =
  | { readonly code: 'FILE_ABSENT'; readonly path: string }
  | { readonly code: 'FILE_EXISTS'; readonly path: string }
  | { readonly code: 'FILE_NOT_REGULAR'; readonly path: string; readonly kind: FileInfo['kind'] }
  | { readonly code: 'FILE_TOO_LARGE'; readonly path: string; readonly size: number; readonly cap: number }
  | { readonly code: 'FILE_IO'; readonly path: string; readonly cause: string };

/** Thrown by `Files`. `fault` is the machine-readable half. */
export interface FileError extends Error {
  readonly fault: FileFault;
}

/**
 * The file system as coo uses it. Paths are absolute. Every error is a `FileError`.
 *
 * "Durable" means: written whole, fsynced, linked or renamed into place, and the folder fsynced, before the promise resolves.
 * After a failed fsync nothing is retried: the caller latches `halted`.
 */
export interface Files {
  /** The information of one name, or undefined when it is absent. */
  info(path: string): Promise<FileInfo | undefined>;
  /** Names in a folder, sorted by code unit; empty when the folder is absent. */
  list(folder: string): Promise<readonly string[]>;
  /** All bytes of a regular file no larger than `cap` bytes. Opened with O_NOFOLLOW and O_NONBLOCK: a link, FIFO or folder is refused. */
  read(path: string, cap: number): Promise<Uint8Array>;
  /** Creates the folder and its parents. */
  folder(path: string, mode?: number): Promise<void>;
  /** Durable; refuses with FILE_EXISTS if the name is taken (by `link`, so it is atomic against every other process). */
  create(path: string, bytes: Uint8Array, mode?: number): Promise<void>;
  /** Durable; takes the place of what stood there. */
  replace(path: string, bytes: Uint8Array, mode?: number): Promise<void>;
  /** Like `replace`, atomic but not fsynced: for views and caches that can be made again. */
  replaceView(path: string, bytes: Uint8Array, mode?: number): Promise<void>;
  /** Appends to a file that may be lost in a power cut (logs, heartbeats). */
  append(path: string, bytes: Uint8Array): Promise<void>;
  /** Renames. With `keep`, refuses with FILE_EXISTS if the new name is taken (link + unlink). */
  rename(from: string, to: string, keep?: boolean): Promise<void>;
  /** A hard link; FILE_EXISTS if taken. */
  link(from: string, to: string): Promise<void>;
  /** Removes one name; nothing happens if it is absent. */
  remove(path: string): Promise<void>;
  /** Removes a folder and all below it, without following links, unlocking read-only folders on the way. */
  removeAll(path: string): Promise<void>;
  /** The nonce of the process that is, or was, writing a file of this name before it gets its own; undefined for any other name. */
  writer(name: string): string | undefined;
  /** Free bytes of the file system that holds `path`. */
  free(path: string): Promise<number>;
}
