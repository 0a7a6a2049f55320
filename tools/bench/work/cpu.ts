import { spawnSync } from 'node:child_process';

/** A process's time on a core so far, of all threads, in milliseconds. In nanoseconds where the kernel tells; ticks of 10 ms would hide what is looked for. */
export function cpuMs(pid: number): number {
  const told = spawnSync('sh', ['-c', `cat /proc/${String(pid)}/task/*/schedstat`], { encoding: 'utf8' });
  const ns = told.stdout.trim().split('\n').reduce((sum, line) => sum + Number(line.split(' ')[0]), 0);
  if (told.status === 0 && ns > 0) return ns / 1e6;
  const ps = spawnSync('ps', ['-o', 'cputime=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
  return ps.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) * 1_000;
}

/** What a process takes of a core while `ms` go by, in percent. */
export async function shareOfCore(pid: number, ms: number): Promise<number> {
  const before = cpuMs(pid);
  await sleep(ms);
  return ((cpuMs(pid) - before) / ms) * 100;
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
