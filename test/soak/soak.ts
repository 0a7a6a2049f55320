import { execFileSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readStart } from '../../src/app/manager/results.ts';
import { listReceipts, showReceipt } from '../../src/app/operations/receipts.ts';
import { verify } from '../../src/app/verify/verify.ts';
import { violations } from '../../src/kernel/invariants.ts';
import { fakeRandom } from '../support/fake-random.ts';
import { once } from '../support/plans.ts';
import type { WrittenStep } from '../support/plans.ts';
import { isAlive, signal } from '../support/processes.ts';
import { endOf } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';

export interface Soak {
  readonly minutes: number;
  readonly steps: number;
  readonly seats: number;
  /** Says where it stands. */
  readonly say: (line: string) => void;
}

/** What was seen of one manager, from its first sample to its last. */
export interface Sample {
  readonly at_s: number;
  readonly pid: number;
  readonly rss_mb: number;
  readonly files: number;
}

export interface Soaked {
  readonly seconds: number;
  readonly kills: { readonly manager: number; readonly workers: number };
  readonly samples: readonly Sample[];
  /** What is not as it must be; empty when all is accounted for. */
  readonly missing: readonly string[];
}

/** Limits of its organisation: a lease that a crowded machine can keep, and no end to attempts that were lost. */
export const SOAKING = { lease: 20_000, beat: 2_000, losses: 1_000 } as const;

const COO = join(import.meta.dirname, '../../dist/bin/coo.js');
const STEPS_A_PLAN = 20;
/** Of the time, in which plans come. */
const DROPPING = 0.8;
/** Of the time, in which managers are killed. What the last one takes shows in the rest. */
const KILLING = 0.6;
/** Nothing new done for so long is a hang, in milliseconds. */
const PATIENCE_MS = 180_000;
/** A manager is not measured while it starts, in milliseconds. */
const WARM_MS = 10_000;

/** Four chains of five steps, each of which takes some time and leaves a file and, outside, a line. */
function plan(world: RealWorld, number: number, seconds: number, steps: number): { readonly plan_id: string; readonly steps: readonly WrittenStep[] } {
  const plan_id = `plan-${String(number)}`;
  const one = (at: number): WrittenStep => {
    const id = `s${String(at)}`;
    return once(id, `echo $COO_ORDER >> '${world.out('ran')}'; sleep ${String(((at * 7 + number) % 5) * seconds * 0.4)}; mkdir -p ${plan_id}; echo ${id} > ${plan_id}/${id}.txt`, { outputs: [`${plan_id}/${id}.txt`], depends_on: at < 4 ? [] : [`s${String(at - 4)}`] });
  };
  return { plan_id, steps: Array.from({ length: steps }, (_, at) => one(at)) };
}

/**
 * Plans come, one after the other, to a manager that is killed at random moments, as its workers are; another follows at once. Ends when every step is
 * done, and says what is not accounted for.
 */
export async function soak(world: RealWorld, { minutes, steps, seats, say }: Soak): Promise<Soaked> {
  const random = fakeRandom(steps + seats);
  const begun = performance.now();
  const seconds = (): number => (performance.now() - begun) / 1_000;
  const plans = Math.ceil(steps / STEPS_A_PLAN);
  const length = Math.min(20, (minutes * 60 * DROPPING * seats) / steps / 2);
  const kills = { manager: 0, workers: 0 };
  const samples: Sample[] = [];
  let manager = start(world);
  let since = performance.now();
  let dropped = 0;
  let nextKill = 5 + random.unit() * 10;
  let nextSay = 0;
  let done = 0;
  let moved = performance.now();
  while (done < steps) {
    while (dropped < plans && seconds() >= (dropped * minutes * 60 * DROPPING) / plans) {
      world.plan(plan(world, dropped, length, Math.min(STEPS_A_PLAN, steps - dropped * STEPS_A_PLAN)));
      dropped += 1;
    }
    // Nobody is killed once the time is over: what is left then is to come to its end.
    if (seconds() >= nextKill && seconds() < minutes * 60) {
      nextKill = seconds() + 3 + random.unit() * 12;
      const workers = await working(world);
      const victims = random.unit() < 0.7 ? workers.filter(() => random.unit() < 2 / Math.max(2, workers.length)) : [];
      for (const pid of victims) if (signal(pid, 'SIGKILL')) kills.workers += 1;
      if (random.unit() < 0.4 && seconds() < minutes * 60 * KILLING) {
        signal(manager.pid ?? 0, 'SIGKILL');
        await endOf(manager);
        kills.manager += 1;
        manager = start(world);
        since = performance.now();
      }
    }
    if (!isAlive(manager.pid ?? 0)) throw new Error('the manager ended by itself');
    if (performance.now() - since > WARM_MS) samples.push({ at_s: Math.round(seconds()), pid: manager.pid ?? 0, ...taken(manager.pid ?? 0) });
    const now = await stepsDone(world);
    if (now > done) moved = performance.now();
    done = now;
    if (performance.now() - moved > PATIENCE_MS) throw new Error(`nothing was done for ${String(PATIENCE_MS / 1_000)} s: ${await unfinished(world)}`);
    if (seconds() >= nextSay) {
      nextSay = seconds() + 10;
      const last = samples.at(-1);
      say(`${String(Math.round(seconds()))} s: ${String(done)} of ${String(steps)} done, ${String((await working(world)).length)} at work, killed ${String(kills.manager)} managers and ${String(kills.workers)} workers${last === undefined ? '' : `, the manager at ${String(last.rss_mb)} MB and ${String(last.files)} files`}`);
    }
    await pause(1_000);
  }
  signal(manager.pid ?? 0, 'SIGINT');
  await endOf(manager);
  return { seconds: seconds(), kills, samples, missing: await missing(world, steps) };
}

function start(world: RealWorld): ChildProcess {
  return world.start([COO, '-C', world.folder, 'run', '--json']);
}

/** Workers that announced themselves and live: the very processes, not others that have a pid of theirs by now. */
async function working(world: RealWorld): Promise<readonly number[]> {
  const names = readdirSync(join(world.repo.gitDir, 'coo/start')).filter((name) => /^[^.].*\.json$/.test(name));
  const starts = await Promise.all(names.map(async (name) => readStart(world, name.slice(0, -'.json'.length))));
  return starts.flatMap((start) => (start !== undefined && start.owner !== null && world.world.processes.life(start.owner) === 'alive' ? [start.owner.pid] : []));
}

/** Resident memory and open descriptors of a process. */
function taken(pid: number): { readonly rss_mb: number; readonly files: number } {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  return { rss_mb: Math.round(Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1_024), files: readdirSync(`/proc/${String(pid)}/fd`).length };
}

async function stepsDone(world: RealWorld): Promise<number> {
  const { state } = await world.session();
  return [...state.plans.values()].reduce((sum, { counts }) => sum + counts.done, 0);
}

async function unfinished(world: RealWorld): Promise<string> {
  const { state } = await world.session();
  return [...state.plans.values()].flatMap((of) => [...of.steps.values()].filter(({ status }) => status !== 'done').map(({ step_id, status }) => `${of.plan.plan_id}/${step_id} ${status}`)).slice(0, 10).join(', ');
}

/** Every step done, accepted once and with one receipt that says so; every attempt run once at most; nothing left to do; the record whole. */
async function missing(world: RealWorld, steps: number): Promise<readonly string[]> {
  const found: string[] = [];
  const want = (is: boolean, what: string): void => void (is || found.push(what));
  const session = await world.fresh();
  const { state } = session;
  const accepted = await world.eventsOf('run.accepted');
  const orders = accepted.map(({ plan_id, step_id, fence }) => `${plan_id}.${step_id}.${String(fence)}`);
  want(await stepsDone(world) === steps, `not every step is done: ${await unfinished(world)}`);
  want(new Set(accepted.map(({ plan_id, step_id }) => `${plan_id}/${step_id}`)).size === steps && accepted.length === steps, `${String(accepted.length)} acceptances of ${String(steps)} steps`);
  const passed = new Set(orders);
  const receipts = await listReceipts(session);
  const ofAccepted = receipts.filter(({ order_id }) => passed.has(order_id));
  want(ofAccepted.length === steps && new Set(ofAccepted.map(({ order_id }) => order_id)).size === steps, `${String(ofAccepted.length)} receipts of accepted attempts`);
  for (const { path } of ofAccepted) {
    const { run } = await showReceipt(session, path);
    want(run.result === 'passed', `${path} says ${run.result}`);
  }
  const ran = world.lines('ran');
  want(new Set(ran).size === ran.length, `${String(ran.length - new Set(ran).size)} orders were run twice`);
  want(orders.every((order) => ran.includes(order)), 'something was accepted that never ran');
  want(state.claims.size === 0 && state.owed.size === 0, `${String(state.claims.size)} claims and ${String(state.owed.size)} effects are left`);
  const files = new Set(execFileSync('git', ['ls-tree', '-r', '--name-only', 'main'], { cwd: world.folder, encoding: 'utf8', maxBuffer: 67_108_864 }).split('\n'));
  for (const { plan_id, step_id } of accepted) want(files.has(`${plan_id}/${step_id}.txt`), `main lacks ${plan_id}/${step_id}.txt`);
  found.push(...violations(state).map((one) => JSON.stringify(one)), ...(await verify(world.world)).findings.map(({ code, message }) => `${code} ${message}`));
  return found;
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
