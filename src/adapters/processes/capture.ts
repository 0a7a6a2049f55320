import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, unlinkSync, write } from 'node:fs';
import { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

const LOG = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_APPEND | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const OWNER_ONLY = 0o600;
/** Where `mkfifo` is on every system. */
const ENV = { PATH: '/usr/bin:/bin' };

const writeFd = promisify(write);
let serial = 0;

/** Standard output and error of one child, on their way to a file. */
export interface Capture {
  /** What the child gets for both streams. */
  readonly stdio: number | 'pipe' | 'ignore';
  /** Call once the child has been spawned, with its own pipes where `stdio` is 'pipe'. */
  start(pipes: readonly (Readable | null)[]): void;
  /** Resolves when every writer has closed its end and the file is closed. */
  readonly drained: Promise<void>;
  /** Stops reading; whoever still writes gets SIGPIPE. */
  abandon(): void;
  /** Bytes seen in all, and why not all below the cap were stored. */
  total(): { readonly bytes: number; readonly fault?: string };
}

/** Keeps the first `cap` bytes in a file and counts the rest: a flood costs neither disk nor memory. */
class Sink {
  bytes = 0;
  fault: string | undefined;
  readonly #fd: number;
  #room: number;

  constructor(fd: number, cap: number) {
    this.#fd = fd;
    this.#room = cap;
  }

  async take(chunk: Uint8Array): Promise<void> {
    this.bytes += chunk.length;
    const kept = chunk.subarray(0, this.#room);
    this.#room -= kept.length;
    try {
      for (let done = 0; done < kept.length; ) {
        const { bytesWritten } = await writeFd(this.#fd, kept, done, kept.length - done, null);
        if (bytesWritten === 0) throw Object.assign(new Error('the disk took no bytes'), { code: 'ENOSPC' });
        done += bytesWritten;
      }
    } catch (error) {
      // A full disk is no reason to block or end the child: go on counting.
      this.fault ??= codeOf(error);
      this.#room = 0;
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : String(error);
}

/**
 * A pipe of one's own: a FIFO that loses its name at once. Node's own 'pipe' is a socket, which a program cannot open again as
 * `/dev/stderr`; and it is one per stream, which loses the order of the two. undefined where FIFOs cannot be made.
 */
function makePipe(folder: string): { readonly readEnd: number; readonly writeEnd: number } | undefined {
  const path = join(folder, `.pipe-${process.pid}-${serial++}`);
  if (spawnSync('mkfifo', ['-m', '600', path], { env: ENV, stdio: 'ignore' }).status !== 0) return undefined;
  try {
    // The reader first and without waiting: then the writer, which the child inherits, need not be non-blocking.
    const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return { readEnd, writeEnd: openSync(path, constants.O_WRONLY) };
  } finally {
    unlinkSync(path);
  }
}

async function pump(source: Readable, sink: Sink, watch?: (chunk: Uint8Array) => void): Promise<void> {
  try {
    for await (const chunk of source) {
      watch?.(chunk as Uint8Array);
      await sink.take(chunk as Uint8Array);
    }
  } catch (error) {
    // Abandoned on purpose (premature close), or the pipe broke: either way nothing more comes.
    if (codeOf(error) !== 'ERR_STREAM_PREMATURE_CLOSE') sink.fault ??= codeOf(error);
  }
}

/** Opens the file and the pipe. Throws what the system says when the file cannot be opened. */
export function captureTo(file: string, cap: number, watch?: (chunk: Uint8Array) => void): Capture {
  const sink = new Sink(openSync(file, LOG, OWNER_ONLY), cap);
  // Who wants to know standard output from standard error has two pipes.
  const pipe = watch === undefined ? makePipe(dirname(file)) : undefined;
  const sources: Readable[] = [];
  const { promise: drained, resolve } = Promise.withResolvers<void>();
  return {
    stdio: pipe?.writeEnd ?? 'pipe',
    start(pipes) {
      if (pipe === undefined) sources.push(...pipes.filter((one) => one !== null));
      else {
        closeSync(pipe.writeEnd);
        sources.push(new Socket({ fd: pipe.readEnd, readable: true, writable: false }));
      }
      void Promise.all(sources.map((source, index) => pump(source, sink, index === 0 ? watch : undefined))).then(() => {
        sink.close();
        resolve();
      });
    },
    drained,
    abandon() {
      for (const source of sources) source.destroy();
    },
    total: () => ({ bytes: sink.bytes, ...(sink.fault !== undefined && { fault: sink.fault }) }),
  };
}

/** For a child whose output nobody wants. */
export function captureNothing(): Capture {
  return { stdio: 'ignore', start: () => undefined, drained: Promise.resolve(), abandon: () => undefined, total: () => ({ bytes: 0 }) };
}
