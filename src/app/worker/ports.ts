import { Failure } from '../failure.ts';
import { readIfRegular } from '../faults.ts';
import { storedBytes, tryParse } from '../stored.ts';
import type { LedgerWorld } from '../world.ts';
import type { Owner } from '../../ports/process.ts';

/** Ports that are an attempt's own. */
export interface PortRange {
  readonly base: number;
  readonly count: number;
}

export interface ClaimedPorts {
  /** Undefined where none were wanted. */
  readonly range: PortRange | undefined;
  readonly free: () => Promise<void>;
}

/** Above well-known services, below the ports that systems give to whoever asks for any (Linux: from 32768). */
const FIRST = 20_000;
const END = 32_000;
/** Ranges tried before it is said that none is free. */
const TRIES = 200;
const NONCE_BYTES = 8;
const CAP = 4_096;

/** Where the ports of all attempts of this user stand. */
export function portsFolder(layout: LedgerWorld['layout']): string {
  return `${layout.stateHome}/ports`;
}

type PortWorld = Pick<LedgerWorld, 'files' | 'random' | 'processes' | 'layout'>;

/**
 * Claims ports for one attempt: a file of a name that nobody else ever has, then a look at all the others, over every ledger of this user.
 * Of two that claim overlapping ranges at once, the later look sees the earlier file: at least one of them withdraws. What is freed, or was
 * claimed by a process that died, can be claimed again. That no stranger listens there is not promised.
 */
export async function claimPorts(world: PortWorld, count: number | undefined, holder: string): Promise<ClaimedPorts> {
  if (count === undefined) return { range: undefined, free: async () => Promise.resolve() };
  const folder = portsFolder(world.layout);
  await world.files.folder(folder);
  const slots = Math.floor((END - FIRST) / count);
  for (let tried = 0; tried < TRIES; tried += 1) {
    const range: PortRange = { base: FIRST + count * Math.floor(world.random.unit() * slots), count };
    if (await isTaken(world, folder, range)) continue;
    const name = `${String(range.base)}-${String(count)}.${world.random.hex(NONCE_BYTES)}.json`;
    await world.files.replaceView(`${folder}/${name}`, storedBytes({ schema: 'coo/ports.v1', ...range, holder, owner: world.processes.self() }));
    const free = async (): Promise<void> => world.files.remove(`${folder}/${name}`);
    if (!(await isTaken(world, folder, range, name))) return { range, free };
    await free();
  }
  throw new Failure({ code: 'PORTS_NONE', message: `no range of ${String(count)} ports between ${String(FIRST)} and ${String(END - 1)} is free: living attempts hold them (${folder})`, fix: 'lower workspace.ports or limits.workers in coo.yaml' });
}

async function isTaken(world: PortWorld, folder: string, range: PortRange, own?: string): Promise<boolean> {
  for (const name of await world.files.list(folder)) {
    const other = rangeOf(name);
    if (name === own || other === undefined || !overlap(range, other)) continue;
    if (await isHeld(world, `${folder}/${name}`)) return true;
  }
  return false;
}

/** A claim whose owner is dead goes, and so does what is none: its name is never used again, so nobody else's can stand there. */
async function isHeld(world: PortWorld, path: string): Promise<boolean> {
  if (await isLiving(world, path)) return true;
  await world.files.remove(path);
  return false;
}

async function isLiving({ files, processes }: Pick<PortWorld, 'files' | 'processes'>, path: string): Promise<boolean> {
  const bytes = await readIfRegular(files, path, CAP);
  const owner = bytes === undefined ? undefined : tryParse<{ readonly owner?: Owner } | null>(bytes)?.owner;
  return owner !== undefined && processes.life(owner) !== 'dead';
}

/** Claims whose attempts died before they could free them. */
export async function deadClaims(world: Pick<PortWorld, 'files' | 'processes' | 'layout'>): Promise<readonly string[]> {
  const folder = portsFolder(world.layout);
  const dead: string[] = [];
  for (const name of await world.files.list(folder)) if (rangeOf(name) !== undefined && !(await isLiving(world, `${folder}/${name}`))) dead.push(`${folder}/${name}`);
  return dead;
}

function rangeOf(name: string): PortRange | undefined {
  const found = /^([0-9]+)-([0-9]+)\.[0-9a-f]+\.json$/.exec(name);
  return found === null ? undefined : { base: Number(found[1]), count: Number(found[2]) };
}

function overlap(one: PortRange, other: PortRange): boolean {
  return one.base < other.base + other.count && other.base < one.base + one.count;
}
