import type { Rejection } from '../../kernel/rejection.ts';
import { inWords } from '../../app/faults.ts';
import type { FileFault } from '../../ports/files.ts';
import { EXIT, REJECTION_EXITS } from './exit-codes.ts';

/** An error as a command shows it: what, where, why, what to type next. */
export interface Report {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  readonly where?: string;
  readonly why?: string;
  readonly exit: number;
}

/** A rejection of the domain as a report. */
export function reportRejection({ code, message, fix }: Rejection): Report {
  return { code, message, fix, exit: REJECTION_EXITS[code] };
}

/** A wrong command line. `fix` is the command to type. */
export function reportUsage(message: string, fix: string): Report {
  return { code: 'USAGE', message, fix, exit: EXIT.usage };
}

/** What was thrown on purpose, by its shape (the adapters' classes are not known here); undefined for a fault of coo itself. */
export function reportThrown(error: unknown): Report | undefined {
  if (!(error instanceof Error)) return undefined;
  if (isFileError(error)) return reportFile(error.fault);
  if (isGitError(error)) return reportGit(error.fault);
  if (!('code' in error) || typeof error.code !== 'string') return undefined;
  const fix = 'fix' in error && typeof error.fix === 'string' ? error.fix : undefined;
  const exit = 'exit' in error && typeof error.exit === 'number' ? error.exit : EXIT.failed;
  // Git's own words stand in the message already, as far as they matter: what is left of them is what mends it.
  if (error.cause instanceof Error && isGitError(error.cause)) return { code: error.code, message: error.message.split('\n')[0] ?? '', fix: error.cause.fault.fix ?? fix ?? 'coo verify', exit };
  const why = causeOf(error);
  if (NO_ROOM.has(error.code)) return { code: 'DISK_FULL', message: `there is no room on a disk: ${error.message}`, fix: 'make room (df -h says where, coo gc drops what coo keeps), then run the command again', exit: EXIT.tryAgain };
  // Anything with a code of the system (EPIPE, ERR_...) was not expected where it was thrown.
  if (fix === undefined && (error.code.startsWith('ERR_') || /^E[A-Z0-9]+$/.test(error.code))) return undefined;
  return { code: error.code, message: withoutCode(error.message, error.code), fix: fix ?? 'coo verify', exit, ...(why === undefined ? {} : { why }) };
}

/** The system's codes for a disk, or a quota of it, that takes nothing more. */
const NO_ROOM: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);

function causeOf(error: Error): string | undefined {
  return error.cause instanceof Error ? error.cause.message : undefined;
}

function withoutCode(message: string, code: string): string {
  return message.startsWith(`${code}: `) ? message.slice(code.length + 2) : message;
}

function isFileError(error: Error): error is Error & { readonly fault: FileFault } {
  return 'fault' in error && typeof error.fault === 'object' && error.fault !== null && 'path' in error.fault;
}

interface GitFaultShape {
  readonly code: string;
  readonly message: string;
  readonly fix?: string;
  readonly stderr?: string;
}

function isGitError(error: Error): error is Error & { readonly fault: GitFaultShape } {
  return 'fault' in error && typeof error.fault === 'object' && error.fault !== null && 'message' in error.fault;
}

function reportGit({ code, message, fix, stderr }: GitFaultShape): Report {
  const why = stderr === undefined || stderr === '' ? {} : { why: stderr };
  const otherwise = code === 'GIT_NOT_A_REPOSITORY' ? 'go into a repository, or name one: coo -C <dir> ...; to make one: git init' : 'run the command again; coo verify says whether the ledger holds';
  return { code, message, fix: fix ?? otherwise, exit: code === 'GIT_TIMED_OUT' ? EXIT.timedOut : EXIT.failed, ...why };
}

const IO_FIXES: Readonly<Record<string, string>> = {
  ENOSPC: 'free space on that disk, then run the command again',
  EDQUOT: 'free space in your quota, then run the command again',
  EACCES: 'give yourself the right to it (ls -ld shows whose it is)',
  EPERM: 'give yourself the right to it (ls -ld shows whose it is)',
  EROFS: 'mount that file system for writing',
  EMFILE: 'raise the limit of open files: ulimit -n 4096',
};

function reportFile(fault: FileFault): Report {
  const at = { code: fault.code, where: fault.path, exit: EXIT.failed };
  switch (fault.code) {
    case 'FILE_ABSENT':
      return { ...at, message: 'there is no such file', fix: 'check the name' };
    case 'FILE_EXISTS':
      return { ...at, message: 'the name is taken', fix: 'choose another name, or look at what stands there' };
    case 'FILE_NOT_REGULAR':
      return { ...at, message: `a regular file was expected, and this is ${inWords(fault.kind)}`, fix: 'put a plain file there; links are not followed' };
    case 'FILE_TOO_LARGE':
      return { ...at, message: `${String(fault.size)} bytes are more than the ${String(fault.cap)} that are read`, fix: 'make it smaller' };
    case 'FILE_IO':
      return { ...at, message: 'the file could not be used', why: fault.cause, fix: IO_FIXES[fault.cause] ?? 'look at the disk, then run the command again' };
    default:
      return fault satisfies never;
  }
}
