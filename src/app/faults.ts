import type { FileError, FileFault, FileInfo, Files } from '../ports/files.ts';

/** Whether something thrown is the `Files` port's error of this code. */
export function isFault(cause: unknown, code: FileFault['code']): cause is FileError {
  return cause instanceof Error && 'fault' in cause && (cause as FileError).fault.code === code;
}

/** A file's bytes, or undefined when it is absent. One call: between a look and a read somebody may take it away. */
export async function readIfThere(files: Pick<Files, 'read'>, path: string, cap: number): Promise<Uint8Array | undefined> {
  try {
    return await files.read(path, cap);
  } catch (cause) {
    if (isFault(cause, 'FILE_ABSENT')) return undefined;
    throw cause;
  }
}

/** A file of coo's own that others can reach: what is no readable file counts as absent, so that nothing odd under its name stops the work. */
export async function readIfRegular(files: Pick<Files, 'read'>, path: string, cap: number): Promise<Uint8Array | undefined> {
  try {
    return await readIfThere(files, path, cap);
  } catch (cause) {
    if (isFault(cause, 'FILE_NOT_REGULAR') || isFault(cause, 'FILE_TOO_LARGE')) return undefined;
    throw cause;
  }
}

/** What a file is, for a sentence. */
export function inWords(kind: FileInfo['kind']): string {
  return kind === 'other' ? 'a pipe, socket or device' : `a ${kind}`;
}

/** Why something that a person dropped cannot be read as a file; undefined when it can. */
export function unfitFile(info: FileInfo, cap: number): { readonly code: 'FILE_NOT_REGULAR' | 'FILE_TOO_LARGE'; readonly message: string; readonly fix: string } | undefined {
  if (info.kind !== 'file') return { code: 'FILE_NOT_REGULAR', message: `is ${inWords(info.kind)}, not a file`, fix: 'write a regular file' };
  if (info.size > cap) return { code: 'FILE_TOO_LARGE', message: `has ${String(info.size)} bytes; at most ${String(cap)} are read`, fix: 'split it' };
  return undefined;
}
