// Workers that wait for an order.
import { readFileSync } from 'node:fs';
import { eventually, isAlive, processesAbout } from './processes.ts';
import { WORKER } from './programs.ts';
import type { RealWorld } from './real-world.ts';

export function argsOf(pid: number): readonly string[] {
  return isAlive(pid) ? readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8').split('\0').slice(0, -1) : [];
}

/** Processes that were started as a worker of this world without an order. */
export function unnamed(world: RealWorld): readonly number[] {
  return processesAbout(world.scratch).filter((pid) => {
    const [, program, ...rest] = argsOf(pid);
    return program === WORKER && rest.length === 1;
  });
}

/** Waits for one that is none of `known`. Whether it is ready or not: what it is given waits for it. */
export async function spareOf(world: RealWorld, known: readonly number[] = []): Promise<number> {
  return eventually(
    () => 'a spare',
    () => unnamed(world).find((pid) => !known.includes(pid)),
  );
}

export async function untilGone(...pids: readonly number[]): Promise<void> {
  await eventually(
    () => `the end of ${pids.join(', ')}`,
    () => pids.every((pid) => !isAlive(pid)) || undefined,
  );
}
