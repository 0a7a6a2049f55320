import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { ProcessRow, ProcessTable } from './table.ts';

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
  return { pid: Number.parseInt(text, 10), parent: Number(parent), group: Number(group), session: Number(session), state, started };
}

/** A file of /proc, or undefined when the process has gone (ESRCH while reading), or is not ours to look at. latin1 keeps every byte. */
function proc(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'latin1');
  } catch (error) {
    return absent(error);
  }
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
    rows: () =>
      readdirSync('/proc')
        .filter((name) => /^[0-9]+$/.test(name))
        .map((name) => row(Number(name)))
        .filter((found) => found !== undefined),
    carries(pid, entry) {
      const environ = proc(`${pid}/environ`);
      if (environ === undefined) return false;
      return `\0${environ}\0`.includes(`\0${Buffer.from(entry).toString('latin1')}\0`);
    },
    ours(pid) {
      const real = /^Uid:\t([0-9]+)/m.exec(proc(`${pid}/status`) ?? '')?.[1];
      return real !== undefined && Number(real) === process.getuid?.();
    },
  };
}
