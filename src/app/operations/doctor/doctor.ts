import type { Machine } from '../../../ports/machine.ts';
import { Failure } from '../../failure.ts';
import { LedgerSession } from '../../ledger/session.ts';
import type { LedgerWorld, World } from '../../world.ts';
import { agentsCheck } from './agents.ts';
import { cacheCheck } from './cache.ts';
import type { Check, CheckName, Finding, Found, Patient } from './check.ts';
import { clockCheck } from './clock.ts';
import { configCheck } from './config.ts';
import { diskCheck } from './disk.ts';
import { excludesCheck } from './excludes.ts';
import { filesCheck } from './files.ts';
import { homeCheck } from './home.ts';
import { keyCheck } from './key.ts';
import { ledgerCheck } from './ledger.ts';
import { leftoversCheck } from './leftovers.ts';
import { locksCheck } from './locks.ts';
import { managerCheck } from './manager.ts';
import { mirrorCheck } from './mirror.ts';
import { notifyCheck } from './notify.ts';
import { gitCheck, nodeCheck } from './programs.ts';
import { quarantineCheck } from './quarantine.ts';
import { refsCheck } from './refs.ts';
import { sandboxCheck } from './sandbox.ts';
import { seatsCheck } from './seats.ts';
import { watchesCheck } from './watches.ts';

export interface Diagnosis {
  readonly schema: 'coo/doctor.v1';
  /** Whether nothing is bad. */
  readonly ok: boolean;
  readonly findings: readonly Finding[];
  /** What `--repair` did, or could not do. */
  readonly repaired: readonly { readonly check: CheckName; readonly done: boolean; readonly message: string }[];
}

export interface DoctorOptions {
  readonly machine: Machine;
  /** The repository, or why there is none. */
  readonly open: () => Promise<LedgerWorld>;
  readonly worktrees: (world: LedgerWorld) => Promise<readonly string[]>;
  readonly whole: () => Promise<World>;
  readonly seat?: string;
  readonly repair: boolean;
}

const USAGE = 2;

/** In the order in which one thing rests on another: a lock in the way comes before the refs behind it. */
const LEDGER_CHECKS: readonly (readonly [CheckName, Check])[] = [
  ['files', filesCheck],
  ['watches', watchesCheck],
  ['clock', clockCheck],
  ['disk', diskCheck],
  ['locks', locksCheck],
  ['home', homeCheck],
  ['ledger', ledgerCheck],
  ['refs', refsCheck],
  ['cache', cacheCheck],
  ['quarantine', quarantineCheck],
  ['mirror', mirrorCheck],
  ['excludes', excludesCheck],
  ['config', configCheck],
  ['key', keyCheck],
  ['seats', seatsCheck],
  ['sandbox', sandboxCheck],
  ['agents', agentsCheck],
  ['manager', managerCheck],
  ['notify', notifyCheck],
  ['leftovers', leftoversCheck],
];

/** Looks at everything that coo rests on; with `repair`, mends what is safe to mend and looks again. Goes on whatever it finds. */
export async function doctor(options: DoctorOptions): Promise<Diagnosis> {
  const { machine } = options;
  const findings: Found[] = [nodeCheck(machine), await gitCheck(machine)];
  const repaired: Diagnosis['repaired'][number][] = [];
  const world = await opened(options.open, findings);
  if (world !== undefined) {
    let patient = await admit(world, options);
    for (const [name, check] of LEDGER_CHECKS) {
      const first = await looked(name, check, patient);
      const mends = options.repair ? first.flatMap(({ mend }) => mend ?? []) : [];
      const tried: Awaited<ReturnType<typeof mended>>[] = [];
      for (const mend of mends) tried.push(await mended(mend.run));
      repaired.push(...tried.map((one) => ({ check: name, ...one })));
      // What was mended may have kept the ledger from opening.
      if (mends.length > 0 && patient.closed !== undefined) patient = await admit(world, options);
      const again = mends.length === 0 ? first : await looked(name, check, patient);
      // What --repair could not mend is not promised by it a second time.
      findings.push(...(tried.every(({ done }) => done) ? again : again.map(({ mend: _tried, ...finding }) => finding)));
    }
  }
  return { schema: 'coo/doctor.v1', ok: findings.every(({ state }) => state !== 'bad'), findings: findings.map(shown), repaired };
}

async function opened(open: DoctorOptions['open'], findings: Found[]): Promise<LedgerWorld | undefined> {
  try {
    return await open();
  } catch (cause) {
    findings.push({ check: 'repository', state: 'bad', message: wordsOf(cause), fix: fixOf(cause) ?? 'git init' });
    return undefined;
  }
}

async function admit(world: LedgerWorld, { machine, worktrees, whole, seat }: DoctorOptions): Promise<Patient> {
  const base = { machine, world, worktrees: await worktrees(world), whole, ...(seat === undefined ? {} : { seat }) };
  try {
    const session = await LedgerSession.open(world, 'all');
    await session.ensureAll();
    return { ...base, session: session.head === null ? undefined : session, closed: undefined };
  } catch (cause) {
    return { ...base, session: undefined, closed: cause };
  }
}

/** A check that fails is a finding too: the others are still worth their answer. */
async function looked(name: CheckName, check: Check, patient: Patient): Promise<readonly Found[]> {
  try {
    return await check(patient);
  } catch (cause) {
    if (isUsage(cause)) throw cause;
    return [{ check: name, state: 'bad', message: `could not be looked at: ${wordsOf(cause)}`, fix: fixOf(cause) ?? 'look at the rights of .git/coo' }];
  }
}

async function mended(run: () => Promise<string>): Promise<{ readonly done: boolean; readonly message: string }> {
  try {
    return { done: true, message: await run() };
  } catch (cause) {
    return { done: false, message: wordsOf(cause) };
  }
}

function shown({ mend, ...finding }: Found): Finding {
  return mend === undefined ? finding : { ...finding, repair: mend.what };
}

function wordsOf(cause: unknown): string {
  return faultOf(cause)?.message ?? (cause instanceof Error ? cause.message : String(cause));
}

function fixOf(cause: unknown): string | undefined {
  return faultOf(cause)?.fix;
}

/** The machine-readable half of what adapters throw; of a `Failure` that is itself. */
function faultOf(cause: unknown): { readonly message?: string; readonly fix?: string } | undefined {
  if (cause instanceof Failure) return cause;
  return cause instanceof Error && 'fault' in cause ? (cause.fault as { readonly message?: string; readonly fix?: string }) : undefined;
}

function isUsage(cause: unknown): boolean {
  return cause instanceof Failure && cause.exit === USAGE;
}
