import type { Stats } from 'node:fs';
import type { FileError, FileFault, FileInfo } from '../../ports/files.ts';

/** What every call of the files adapter throws. */
export class FileFailure extends Error implements FileError {
  override readonly name = 'FileError';
  readonly fault: FileFault;

  constructor(fault: FileFault, cause?: unknown) {
    super(`${fault.code}: ${fault.path}${detail(fault)}`, { cause });
    this.fault = fault;
  }
}

function detail(fault: FileFault): string {
  switch (fault.code) {
    case 'FILE_ABSENT':
    case 'FILE_EXISTS':
      return '';
    case 'FILE_NOT_REGULAR':
      return ` is ${fault.kind === 'other' ? 'a pipe, socket or device' : `a ${fault.kind}`}`;
    case 'FILE_TOO_LARGE':
      return ` has ${fault.size} bytes, at most ${fault.cap} are read`;
    case 'FILE_IO':
      return ` (${fault.cause})`;
    default:
      return fault satisfies never;
  }
}

/** The system's error code (`ENOENT`, ...), or undefined for anything else. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Translates what the system said about `path`. */
export function failureOf(error: unknown, path: string): FileFailure {
  if (error instanceof FileFailure) return error;
  const code = errnoOf(error);
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new FileFailure({ code: 'FILE_ABSENT', path }, error);
    case 'EEXIST':
      return new FileFailure({ code: 'FILE_EXISTS', path }, error);
    case 'ELOOP':
      return new FileFailure({ code: 'FILE_NOT_REGULAR', path, kind: 'symlink' }, error);
    case 'EISDIR':
      return new FileFailure({ code: 'FILE_NOT_REGULAR', path, kind: 'folder' }, error);
    case 'ENXIO':
      return new FileFailure({ code: 'FILE_NOT_REGULAR', path, kind: 'other' }, error);
    default:
      return new FileFailure({ code: 'FILE_IO', path, cause: code ?? String(error) }, error);
  }
}

/** Runs `work`; whatever it throws comes out as a `FileFailure` about `path`. */
export async function about<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failureOf(error, path);
  }
}

export function kindOf(stats: Stats): FileInfo['kind'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'folder';
  return stats.isSymbolicLink() ? 'symlink' : 'other';
}
