import * as fs from 'node:fs';
import { promisify } from 'node:util';

/** A path as the system takes it: bytes where a name may not be UTF-8. */
export type RawPath = string | Buffer;

/**
 * The calls the adapter makes, one system call each, so that a test can make any one of them fail. Descriptors are plain numbers.
 * Errors are Node's own, with `code`.
 */
export interface RawFs {
  readonly open: (path: RawPath, flags: number, mode: number) => Promise<number>;
  readonly close: (fd: number) => Promise<void>;
  /** Bytes read; 0 at the end. */
  readonly read: (fd: number, into: Uint8Array, offset: number, length: number) => Promise<number>;
  /** Bytes written, which may be fewer than asked. */
  readonly write: (fd: number, from: Uint8Array, offset: number, length: number) => Promise<number>;
  readonly fsync: (fd: number) => Promise<void>;
  readonly fstat: (fd: number) => Promise<fs.Stats>;
  readonly lstat: (path: RawPath) => Promise<fs.Stats>;
  readonly link: (from: RawPath, to: RawPath) => Promise<void>;
  readonly rename: (from: RawPath, to: RawPath) => Promise<void>;
  readonly unlink: (path: RawPath) => Promise<void>;
  readonly mkdir: (path: RawPath, mode: number) => Promise<void>;
  readonly rmdir: (path: RawPath) => Promise<void>;
  readonly chmod: (path: RawPath, mode: number) => Promise<void>;
  readonly readdir: (path: RawPath) => Promise<Buffer[]>;
  /** Free bytes for this user. */
  readonly free: (path: RawPath) => Promise<number>;
}

const read = promisify(fs.read);
const write = promisify(fs.write);
const readdir = promisify(fs.readdir);
const statfs = promisify(fs.statfs);
const mkdir = promisify(fs.mkdir);
const rmdir = promisify(fs.rmdir);
const fstat = promisify(fs.fstat);
const lstat = promisify(fs.lstat);

/** The real ones. Callback functions, not `fs/promises`: no FileHandle is ever closed by the garbage collector behind our back. */
export const nodeFs: RawFs = {
  open: promisify(fs.open),
  close: promisify(fs.close),
  read: async (fd, into, offset, length) => (await read(fd, into, offset, length, null)).bytesRead,
  write: async (fd, from, offset, length) => (await write(fd, from, offset, length, null)).bytesWritten,
  fsync: promisify(fs.fsync),
  fstat: (fd) => fstat(fd),
  lstat: (path) => lstat(path),
  link: promisify(fs.link),
  rename: promisify(fs.rename),
  unlink: promisify(fs.unlink),
  mkdir: (path, mode) => mkdir(path, mode),
  rmdir: (path) => rmdir(path),
  chmod: promisify(fs.chmod),
  readdir: (path) => readdir(path, { encoding: 'buffer' }),
  async free(path) {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  },
};

/** Runs `work` on an open descriptor and closes it. A failed close is an error too, unless the work failed first: then that one is told. */
export async function withFd<T>(raw: RawFs, fd: number, work: (fd: number) => Promise<T>): Promise<T> {
  let result: T;
  try {
    result = await work(fd);
  } catch (error) {
    await settled(raw.close(fd));
    throw error;
  }
  await raw.close(fd);
  return result;
}

/** Waits for a step of clean-up after a failure; its own failure is returned, not thrown, so that the first one is told. */
export async function settled(step: Promise<unknown>): Promise<unknown> {
  try {
    await step;
    return undefined;
  } catch (error) {
    return error;
  }
}
