/** Standard output or standard error of this process. */
export interface Standard {
  readonly isTTY: boolean;
  readonly columns: number;
  readonly rows: number;
  /** Whether nothing was left to the streams, so that all is written. */
  readonly isEmpty: boolean;
  write(text: string): void;
}

/**
 * Writes without Node's streams, which take longer to make than a short command takes to work. What a full pipe does not take at once is left to
 * them, and all after it. Who reads us may stop reading (`coo log | head`), or hang up a terminal; what we do goes on.
 */
export function standard(fd: 1 | 2): Standard {
  const streamOf = (): NodeJS.WriteStream => (fd === 1 ? process.stdout : process.stderr);
  let stream: NodeJS.WriteStream | undefined;
  return {
    get isTTY() { return process.getBuiltinModule('node:tty').isatty(fd); },
    get columns() { return streamOf().columns; },
    get rows() { return streamOf().rows; },
    get isEmpty() { return stream === undefined; },
    write(text) {
      const left = stream === undefined ? writeAtOnce(fd, Buffer.from(text)) : Buffer.from(text);
      if (left.length === 0) return;
      stream ??= streamOf().on('error', ignoreClosed);
      stream.write(left);
    },
  };
}

/** Returns what a full pipe did not take. */
function writeAtOnce(fd: number, bytes: Buffer): Buffer {
  const { writeSync } = process.getBuiltinModule('node:fs');
  let done = 0;
  try {
    while (done < bytes.length) done += writeSync(fd, bytes, done);
  } catch (error) {
    if (isOneOf(error, 'EAGAIN')) return bytes.subarray(done);
    if (!isOneOf(error, 'ENOSPC', 'EDQUOT')) ignoreClosed(error);
    // The answer is lost, and that must be said; of what is said beside it, nothing can be.
    else if (fd === 1) throw outputFull(error);
    return bytes.subarray(bytes.length);
  }
  return bytes.subarray(done);
}

/** In the shape of a failure of the app: what, why, and what to do. */
function outputFull(cause: unknown): Error {
  return Object.assign(new Error('standard output takes nothing more: the disk that it leads to is full', { cause }), { code: 'OUTPUT_FULL', fix: 'make room there, or send it elsewhere; what was done is done: coo log' });
}

function ignoreClosed(error: unknown): void {
  if (!isOneOf(error, 'EPIPE', 'EIO')) throw error;
}

function isOneOf(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
