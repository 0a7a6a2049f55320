import type { ChildProcess } from 'node:child_process';
import { expect } from 'vitest';
import { claim } from '../../src/app/operations/claim.ts';
import { sayHeld } from '../../src/app/operations/hold.ts';
import { violations } from '../../src/kernel/invariants.ts';
import { fakeRandom } from './fake-random.ts';
import { eventually, isAlive, signal } from './processes.ts';
import { fixture } from './programs.ts';
import { linesOf, outputOf } from './real-world.ts';
import type { RealWorld } from './real-world.ts';

/** What a claimer said once it was acknowledged. */
export interface Said {
  readonly code: 'claimed' | 'refused' | 'releasing' | 'released' | 'fenced';
  readonly seat: string;
  readonly nonce: string;
  readonly ns: string;
  readonly step_id: string;
  readonly fence: number;
  readonly why?: string;
}

const CLAIMER = fixture('app-claimer');

export function startClaimer(world: RealWorld, seat: string, plan_id: string, steps: readonly string[], rounds: number): ChildProcess {
  return world.start([CLAIMER, world.folder, seat, plan_id, steps.join(','), String(rounds)]);
}

export function saidBy(child: ChildProcess): readonly Said[] {
  return linesOf(outputOf(child)) as unknown as readonly Said[];
}

export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

export async function untilEnded(children: readonly ChildProcess[]): Promise<void> {
  await eventually(() => `the end of ${children.map((child) => outputOf(child).slice(-300)).join('\n')}`, () => children.every((child) => hasEnded(child)) || undefined, 280_000);
}

/** Takes back what a seat holds, as a person would whose agent is gone: nobody else does, within this test's time. */
export async function takeBack(world: RealWorld, seat: string): Promise<void> {
  const session = await world.session();
  for (const { plan_id, step_id, fence } of [...session.state.claims.values()].filter((one) => one.seat === seat)) {
    await sayHeld(world.world, { plan_id, step_id, fence }, { kind: 'release', reason: 'its holder is gone' });
  }
}

/** Kills a claimer and sees it dead. */
export async function killClaimer(child: ChildProcess): Promise<void> {
  const pid = child.pid ?? 0;
  signal(pid, 'SIGKILL');
  await eventually(() => `death of ${String(pid)}`, () => (isAlive(pid) ? undefined : true));
}

/**
 * The ledger and what all processes said, side by side: one holder a step at any time, fences that only grow and are given once, and every
 * acknowledged grant in the ledger. Returns how many grants and refusals there were.
 */
export async function judgeRace(world: RealWorld, said: readonly Said[], gone: readonly string[]): Promise<{ readonly grants: number; readonly refusals: number }> {
  const holder = new Map<string, { readonly fence: number; readonly nonce: string }>();
  const fences = new Map<string, number>();
  const granted = new Set<string>();
  for (const event of await world.events()) {
    if (event.type === 'step.claimed') {
      const key = `${event.plan_id}/${event.step_id}`;
      expect(holder.get(key), `${key} was granted while it was held`).toBeUndefined();
      expect(event.fence).toBe((fences.get(key) ?? 0) + 1);
      fences.set(key, event.fence);
      holder.set(key, { fence: event.fence, nonce: event.nonce });
      granted.add(`${event.step_id} ${String(event.fence)} ${event.nonce}`);
    }
    if (event.type === 'claim.released') {
      const key = `${event.plan_id}/${event.step_id}`;
      expect(holder.get(key)?.fence).toBe(event.fence);
      holder.delete(key);
    }
  }
  const acknowledged = said.filter(({ code }) => code === 'claimed').map(({ step_id, fence, nonce }) => `${step_id} ${String(fence)} ${nonce}`);
  expect(new Set(acknowledged).size).toBe(acknowledged.length);
  expect(acknowledged.filter((one) => !granted.has(one))).toEqual([]);
  expect(overlaps(said, gone)).toEqual([]);
  expect(violations((await world.fresh()).state)).toEqual([]);
  return { grants: acknowledged.length, refusals: said.filter(({ code }) => code === 'refused').length };
}

/** Times in which two processes were sure to hold one step. A claimer that was killed or stopped is fenced off, not effective. */
function overlaps(said: readonly Said[], gone: readonly string[]): readonly string[] {
  const spans = said.filter(({ code, nonce }) => code === 'claimed' && !gone.includes(nonce)).map(({ step_id, fence, ns }) => {
    const end = said.find((one) => one.code === 'releasing' && one.step_id === step_id && one.fence === fence);
    return { step_id, fence, from: BigInt(ns), to: BigInt(end?.ns ?? ns) };
  });
  spans.sort((a, b) => (a.from < b.from ? -1 : 1));
  const last = new Map<string, (typeof spans)[number]>();
  const found: string[] = [];
  for (const span of spans) {
    const before = last.get(span.step_id);
    if (before !== undefined && span.from < before.to) found.push(`${span.step_id}: ${String(before.fence)} and ${String(span.fence)}`);
    last.set(span.step_id, span);
  }
  return found;
}

export interface RaceOptions {
  readonly rounds: number;
  /** How many claimers are killed, and how many are stopped past their claim and woken again. */
  readonly kills: number;
  readonly stops: number;
  readonly seed: number;
}

const STEPS = ['a', 'b', 'c'];
/** A seat of nobody's in the race. */
const STRANGER = 'me-9';
const SEATS = Array.from({ length: 8 }, (_, at) => `me-${String(at + 1)}`);

/** Eight processes over three steps; some die, some are held still until their claim is another's. */
export async function race(world: RealWorld, plan_id: string, { rounds, kills, stops, seed }: RaceOptions): Promise<{ readonly grants: number; readonly refusals: number; readonly fenced: number }> {
  const all: ChildProcess[] = [];
  const gone: string[] = [];
  const at = new Map<string, ChildProcess>();
  const random = fakeRandom(seed);
  const start = (seat: string): void => {
    const child = startClaimer(world, seat, plan_id, STEPS, rounds);
    all.push(child);
    at.set(seat, child);
  };
  for (const seat of SEATS) start(seat);
  const spokenSince = async (child: ChildProcess, before: number): Promise<void> => {
    await eventually(() => outputOf(child), () => hasEnded(child) || saidBy(child).length > before || undefined);
  };
  const nonceOf = (seat: string): string => `${seat}-${String(at.get(seat)?.pid)}`;
  for (let left = kills; left > 0; ) {
    const seat = SEATS[Math.floor(random.unit() * SEATS.length)] ?? '';
    const child = at.get(seat);
    if (child === undefined || hasEnded(child)) break;
    await spokenSince(child, saidBy(child).length);
    await pause(random.unit() * 30);
    if (hasEnded(child)) continue;
    await killClaimer(child);
    gone.push(nonceOf(seat));
    await takeBack(world, seat);
    start(seat);
    left -= 1;
  }
  for (let left = stops; left > 0; ) {
    const seat = SEATS[left % SEATS.length] ?? '';
    let child = at.get(seat);
    if (child === undefined || hasEnded(child)) {
      start(seat);
      child = at.get(seat);
    }
    if (child === undefined) break;
    await spokenSince(child, saidBy(child).length);
    signal(child.pid ?? 0, 'SIGSTOP');
    // Its git is not stopped, and finishes what it was told.
    await pause(100);
    const held = [...(await world.session()).state.claims.values()].some((claim) => claim.seat === seat && claim.nonce === nonceOf(seat));
    if (!held) {
      signal(child.pid ?? 0, 'SIGCONT');
      continue;
    }
    gone.push(nonceOf(seat));
    left -= 1;
    await wakeIntoStrangersClaim(world, plan_id, seat, child);
  }
  for (const seat of SEATS) await takeBackIfGone(world, seat, gone);
  await untilEnded(all);
  for (const seat of SEATS) await takeBackIfGone(world, seat, gone);
  const said = all.flatMap((child) => saidBy(child));
  const failed = all.filter((child) => child.exitCode !== 0 && child.signalCode === null).map((child) => outputOf(child).slice(-2_000));
  expect(failed).toEqual([]);
  return { ...(await judgeRace(world, said, gone)), fenced: said.filter(({ code }) => code === 'fenced').length };
}

/** Takes a stopped claimer's step away, holds it for somebody else, and wakes the claimer: what it does then must be refused and take nothing. */
async function wakeIntoStrangersClaim(world: RealWorld, plan_id: string, seat: string, child: ChildProcess): Promise<void> {
  const lost = [...(await world.session()).state.claims.values()].find((claim) => claim.seat === seat);
  const step_id = lost?.step_id ?? '';
  await takeBack(world, seat);
  const stranger = await eventually(() => `a turn at ${step_id}`, async () => {
    const asked = await claim(world.world, { plan_id, step_id, seat: STRANGER, nonce: `nonce-of-${STRANGER}` });
    return asked.ok ? asked.claimed : undefined;
  });
  const before = saidBy(child).length;
  signal(child.pid ?? 0, 'SIGCONT');
  await eventually(() => outputOf(child).slice(-500), () => saidBy(child).slice(before).some(({ code, fence }) => (code === 'fenced' || code === 'released') && fence === lost?.fence) || undefined);
  const answer = saidBy(child).slice(before).find(({ code, fence }) => code !== 'releasing' && code !== 'claimed' && fence === lost?.fence);
  expect(answer).toMatchObject({ code: 'fenced', why: 'FENCE_OLD' });
  expect(await sayHeld(world.world, { plan_id, step_id, fence: stranger.fence }, { kind: 'release', reason: 'shown' })).toMatchObject({ ok: true });
}

async function takeBackIfGone(world: RealWorld, seat: string, gone: readonly string[]): Promise<void> {
  const held = [...(await world.session()).state.claims.values()].some((claim) => claim.seat === seat && gone.includes(claim.nonce));
  if (held) await takeBack(world, seat);
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
