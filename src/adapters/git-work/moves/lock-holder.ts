import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { look } from '../../processes/look.ts';

/**
 * Who may hold an index lock: a process that has it open, or else a git that runs inside the worktree (git closes the file while an
 * editor is open). A guess for a message, never a reason to do anything. Undefined where /proc cannot tell.
 */
export function lockHolder(lock: string, folder: string, gitDir: string): string | undefined {
  const pids = look(() => readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name))) ?? [];
  const holder = pids.find((pid) => hasOpen(pid, lock)) ?? pids.find((pid) => isGitIn(pid, folder, gitDir));
  return holder === undefined ? undefined : `pid ${holder} (${commandOf(holder)})`;
}

function hasOpen(pid: string, path: string): boolean {
  const fds = look(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
  return fds.some((fd) => look(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) === path);
}

function isGitIn(pid: string, folder: string, gitDir: string): boolean {
  const name = look(() => readFileSync(`/proc/${pid}/comm`, 'utf8'))?.trim() ?? '';
  const at = name.startsWith('git') ? look(() => readlinkSync(`/proc/${pid}/cwd`)) : undefined;
  // Coo's own kept-open helpers run in the git folder, wherever that is, and never touch an index.
  return at !== undefined && `${at}/`.startsWith(`${folder}/`) && !`${at}/`.startsWith(`${gitDir}/`);
}

function commandOf(pid: string): string {
  return (look(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? '').split('\0').slice(0, 3).join(' ').trim();
}
