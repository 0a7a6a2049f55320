import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from 'node:fs';
import { hostname } from 'node:os';
import type { MarkedRow, ProcessRow, ProcessTable } from './table.ts';

/** How often one look asks for processes born meanwhile. On a busy machine there are always some. */
const BIRTH_ROUNDS = 8;

/**
 * Parses `/proc/<pid>/stat`. The second field is the program's name in parentheses, and may itself hold spaces and parentheses: the
 * fields are counted from the last `)`.
 */
export function parseStat(text: string): ProcessRow | undefined {
  const fields = text.slice(text.lastIndexOf(')') + 2).trim().split(' ');
  const [state, parent, group, session] = fields;
  // Field 22 of the whole line; `fields` begins with field 3.
  const started = fields[19];
  if (state === undefined || started === undefined) return undefined;
  return { pid: Number.parseInt(text, 10), parent: Number(parent), group: Number(group), session: Number(session), state, started, name: text.slice(text.indexOf('(') + 1, text.lastIndexOf(')')) };
}

/** Of one tick of /proc, in milliseconds: USER_HZ is 100 on every Linux that Node runs on (proc(5)). */
const TICK_MS = 10;

/** utime, stime, cutime and cstime of a `/proc/<pid>/stat`: fields 14 to 17. */
export function parseCpuMs(text: string): number {
  const fields = text.slice(text.lastIndexOf(')') + 2).trim().split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return Number.isFinite(ticks) ? ticks * TICK_MS : 0;
}

/** Files of /proc have no size to ask for; one buffer serves all, since a look is never interrupted. */
let buffer = Buffer.alloc(64 * 1024);

/**
 * A file of /proc, or undefined when the process has gone (ESRCH while reading), or is not ours to look at. The bytes are good until the
 * next call. `readFileSync` would take twice as long, and a tree is looked at twice for every command.
 */
function procBytes(path: string): Buffer | undefined {
  let fd: number;
  try {
    fd = openSync(`/proc/${path}`, 'r');
  } catch (error) {
    return absent(error);
  }
  try {
    let filled = 0;
    for (let count = -1; count !== 0; filled += count) {
      if (filled === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
      count = readSync(fd, buffer, filled, buffer.length - filled, null);
    }
    return buffer.subarray(0, filled);
  } catch (error) {
    return absent(error);
  } finally {
    closeSync(fd);
  }
}

function proc(path: string): string | undefined {
  return procBytes(path)?.toString('latin1');
}

/** Whether `entry` stands in the NUL-ended list, whole. */
export function holdsEntry(list: Buffer, entry: Buffer): boolean {
  for (let at = list.indexOf(entry); at >= 0; at = list.indexOf(entry, at + 1)) {
    const end = at + entry.length;
    if ((at === 0 || list[at - 1] === 0) && (end === list.length || list[end] === 0)) return true;
  }
  return false;
}

function absent(error: unknown): undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EPERM') return undefined;
  throw error;
}

function link(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    return absent(error);
  }
}

function machineId(): string | undefined {
  try {
    return readFileSync('/etc/machine-id', 'utf8').trim() || undefined;
  } catch (error) {
    return absent(error);
  }
}

/** Whether /proc is mounted and shows this process's own pid namespace. Where it does not, its pids would be other processes. */
export function hasProc(): boolean {
  return link('/proc/self') === String(process.pid);
}

function pids(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0);
}

/** The table of Linux. */
export function linuxTable(): ProcessTable {
  const row = (pid: number): ProcessRow | undefined => {
    const text = proc(`${pid}/stat`);
    return text === undefined ? undefined : parseStat(text);
  };
  return {
    place: {
      boot: proc('sys/kernel/random/boot_id')?.trim() ?? 'unknown',
      host: machineId() ?? hostname(),
      pidns: link('/proc/self/ns/pid') ?? 'unknown',
    },
    row,
    look(marker, meet) {
      const entry = Buffer.from(marker);
      const seen = new Map<number, MarkedRow | undefined>();
      for (let round = 0; round < BIRTH_ROUNDS; round++) {
        const fresh = pids().filter((pid) => !seen.has(pid));
        if (fresh.length === 0) break;
        for (const pid of fresh.sort((a, b) => b - a)) {
          const found = row(pid);
          const environ = found === undefined ? undefined : procBytes(`${pid}/environ`);
          const marked = environ !== undefined && holdsEntry(environ, entry);
          seen.set(pid, found === undefined ? undefined : { ...found, marked });
          if (marked && found !== undefined) meet?.(found);
        }
      }
      return [...seen.values()].filter((found) => found !== undefined);
    },
    cpuMs: (pid) => parseCpuMs(proc(`${pid}/stat`) ?? ''),
    ours(pid) {
      const real = /^Uid:\t([0-9]+)/m.exec(proc(`${pid}/status`) ?? '')?.[1];
      return real !== undefined && Number(real) === process.getuid?.();
    },
  };
}
