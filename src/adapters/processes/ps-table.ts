import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import type { ProcessRow, ProcessTable } from './table.ts';

/** What `ps` and `sysctl` need to be found and to speak one language. */
const ENV = { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' };
const COLUMNS = 'pid=,ppid=,pgid=,stat=,lstart=';

function lines(program: string, ...args: readonly string[]): readonly string[] {
  const { stdout } = spawnSync(program, args, { env: ENV, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return (stdout ?? '').split('\n').filter((line) => line.trim() !== '');
}

/** Parses a line of `COLUMNS`. There is no usable session column: the group stands in for it. */
export function parsePs(line: string): ProcessRow | undefined {
  const [pid, parent, group, state, ...started] = line.trim().split(/\s+/);
  if (state === undefined) return undefined;
  return {
    pid: Number(pid),
    parent: Number(parent),
    group: Number(group),
    session: Number(group),
    name: '',
    state: state.slice(0, 1),
    started: started.join(' '),
  };
}

/** `[[days-]hours:]minutes:seconds[.hundredths]` of `ps -o time`, in milliseconds. */
export function parseCpuTime(text: string): number {
  const [clock = '', days = '0'] = text.trim().split('-').toReversed();
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Number.isFinite(seconds) ? Math.round((seconds + Number(days) * 86_400) * 1_000) : 0;
}

/**
 * The table where there is no /proc, by way of `ps`: macOS. Written from the manual and not yet tried there. Two things are weaker: start
 * times are whole seconds, and the environment is printed between spaces, so that a marker must hold none.
 */
export function psTable(): ProcessTable {
  const rowsOf = (...args: readonly string[]): ProcessRow[] =>
    lines('ps', ...args, '-o', COLUMNS)
      .map(parsePs)
      .filter((row) => row !== undefined);
  return {
    place: { boot: lines('sysctl', '-n', 'kern.bootsessionuuid')[0] ?? 'unknown', host: hostname(), pidns: 'none' },
    row: (pid) => rowsOf('-p', String(pid))[0],
    look(marker, meet) {
      const marked = new Set(
        lines('ps', '-axEww', '-o', 'pid=,command=')
          .filter((line) => `${line} `.includes(` ${marker} `))
          .map((line) => Number.parseInt(line, 10)),
      );
      const rows = rowsOf('-ax').map((row) => Object.assign(row, { marked: marked.has(row.pid) }));
      for (const row of rows) if (row.marked) meet?.(row);
      return rows;
    },
    cpuMs: (pid) => parseCpuTime(lines('ps', '-p', String(pid), '-o', 'time=')[0] ?? ''),
    ours: (pid) => Number(lines('ps', '-p', String(pid), '-o', 'ruid=')[0]) === process.getuid?.(),
  };
}
