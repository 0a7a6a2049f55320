import type { FileError, FileFault } from '../ports/files.ts';

/** Whether something thrown is the `Files` port's error of this code. */
export function isFault(cause: unknown, code: FileFault['code']): cause is FileError {
  return cause instanceof Error && 'fault' in cause && (cause as FileError).fault.code === code;
}
