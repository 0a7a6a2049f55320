import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** What a name below /proc says; empty when the process is gone or another user's, or stands in a folder with a longer path than the system tells. */
function proc(read: () => string): string {
  try {
    return read();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EPERM' || code === 'ENAMETOOLONG') return '';
    throw cause;
  }
}

/** Whether a process is there and not only waiting to be reaped. */
export function isAlive(pid: number): boolean {
  return !['', 'Z', 'X'].includes(stateOf(pid));
}

/** The letter of a process's state, as `ps` has it; empty when it is gone. */
export function stateOf(pid: number): string {
  const stat = proc(() => readFileSync(`/proc/${String(pid)}/stat`, 'latin1'));
  return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
}

/** Living processes, not this one, whose environment, arguments or working folder hold the text. Linux only; elsewhere none is seen. */
export function processesAbout(text: string): readonly number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && isAlive(pid) && told(pid).some((said) => said.includes(text)));
}

/** A process in words, for the message of a failed test. */
export function describeProcess(pid: number): string {
  return `${String(pid)} ${proc(() => readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8')).replaceAll('\0', ' ')}`;
}

function told(pid: number): readonly string[] {
  const at = `/proc/${String(pid)}`;
  return [proc(() => readFileSync(`${at}/environ`, 'latin1')), proc(() => readFileSync(`${at}/cmdline`, 'latin1')), proc(() => readlinkSync(`${at}/cwd`))];
}

/** Sends a signal; false when the process is gone. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ESRCH') return false;
    throw cause;
  }
}

/** Looks until it gives something. The bound keeps a broken test from hanging; it is not what is tested. */
export async function eventually<T>(what: () => string, probe: () => Promise<T | undefined> | T | undefined, withinMs = 25_000): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`never came: ${what()}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}
