import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { operatorRepo } from '../../src/adapters/operator/operator-repo.ts';
import { init } from '../../src/app/operations/init.ts';
import { LedgerSession } from '../../src/app/ledger/session.ts';
import type { LedgerWorld } from '../../src/app/world.ts';
import { wireLedger } from '../../src/bin/wire.ts';
import type { LoadedEntry } from '../../src/format/entry.ts';
import type { Event, EventOf, EventType } from '../../src/kernel/event.ts';
import { parseStepKey } from '../../src/kernel/ids.ts';
import type { Claim, PlanState, StepState } from '../../src/kernel/state.ts';
import { planText } from './plans.ts';
import type { WrittenPlan } from './plans.ts';
import { describeProcess, eventually, isAlive, processesAbout, signal } from './processes.ts';
import { fixture } from './programs.ts';
import { SEARCH_PATH, scratchFolder, testRepo } from './repo.ts';
import type { TestRepo } from './repo.ts';

export interface RealWorldOptions {
  /** What the manager's environment has beside the usual. */
  readonly env?: Readonly<Record<string, string>>;
  readonly format?: 'sha1' | 'sha256';
  /** Limits of coo.yaml, in milliseconds where they are times. */
  readonly limits?: Readonly<Record<string, number>>;
  /** Seats of the manager's (`dev-1` ...) beside the person `you` and the agents `me-1` to `me-10` that claim for themselves. */
  readonly seats?: number;
  /** Agents with only a shell, `ada-1` ..., for the role `writer`. None by default. */
  readonly agents?: number;
  /** More seats, as coo.yaml writes them. */
  readonly more?: readonly object[];
  readonly setup?: readonly string[];
  readonly checks?: readonly string[];
  /** Programs that tell people, each an argv. */
  readonly notify?: readonly (readonly string[])[];
  /** Ports for each attempt; none by default. */
  readonly ports?: number;
  readonly cache?: { readonly key: readonly string[]; readonly paths: readonly string[] };
  /** Files of the first commit. */
  readonly files?: Readonly<Record<string, string>>;
  /** No commit: the target is not born. */
  readonly unborn?: boolean;
  readonly name?: string;
  /** The folder that the world is made in; a new one under the system's temporary folder by default. */
  readonly within?: string;
}

/** A manager in a process of its own. */
export interface ManagerProcess {
  readonly pid: number;
  /** Everything it printed so far. */
  output(): string;
  /** Its log lines with this code. */
  said(code: string): readonly Record<string, unknown>[];
  readonly ended: Promise<number | null>;
  /** Lets what runs come to an end, then waits for it. */
  drain(): Promise<number | null>;
  /** SIGKILL, and seen dead. */
  kill(): Promise<void>;
}

const MANAGER = fixture('app-manager');
const SETTLE_MS = 5_000;
/** A breaker would hide what each test is about. */
const NEVER = 1_000;

/** A repository with a ledger in a scratch folder, worked on by real processes. Close it: that fails when a process was left behind. */
export class RealWorld {
  readonly scratch: string;
  readonly repo: TestRepo;
  readonly world: LedgerWorld;
  readonly env: Readonly<Record<string, string>>;
  readonly ledger: string;
  readonly #children: ChildProcess[] = [];
  readonly #worlds: LedgerWorld[] = [];
  #session: LedgerSession | undefined;

  private constructor(scratch: string, repo: TestRepo, world: LedgerWorld, env: Readonly<Record<string, string>>, ledger: string) {
    this.scratch = scratch;
    this.repo = repo;
    this.world = world;
    this.env = env;
    this.ledger = ledger;
  }

  static async make(options: RealWorldOptions = {}): Promise<RealWorld> {
    const scratch = options.within === undefined ? scratchFolder('app') : mkdtempSync(join(options.within, 'app-'));
    try {
      return await RealWorld.#made(scratch, options);
    } catch (cause) {
      rmSync(scratch, { recursive: true, force: true });
      throw cause;
    }
  }

  static async #made(scratch: string, options: RealWorldOptions): Promise<RealWorld> {
    const repo = testRepo(scratch, { format: options.format ?? 'sha1', name: options.name ?? 'repo' });
    for (const folder of ['home', 'state', 'out']) mkdirSync(join(scratch, folder));
    const env = { PATH: SEARCH_PATH, HOME: join(scratch, 'home'), XDG_STATE_HOME: join(scratch, 'state'), LANG: 'C.UTF-8', GIT_CONFIG_NOSYSTEM: '1', ...options.env };
    if (options.unborn !== true) {
      for (const [path, text] of Object.entries({ 'README.md': 'a project\n', ...options.files })) {
        mkdirSync(dirname(join(repo.folder, path)), { recursive: true });
        writeFileSync(join(repo.folder, path), text);
      }
      repo.git('add', '-A');
      repo.git('commit', '-q', '-m', 'first');
    }
    mkdirSync(join(repo.folder, '_plans'));
    writeFileSync(join(repo.folder, '_plans/coo.yaml'), orgText(options));
    const world = await wireLedger(repo.folder, env);
    const { ledger } = await init(world, { operator: operatorRepo(repo.folder, world.layout.common), assets: new Map() });
    return new RealWorld(scratch, repo, world, env, ledger);
  }

  get folder(): string {
    return this.repo.folder;
  }

  /** Where commands of steps write what the outside world sees. */
  out(name: string): string {
    return join(this.scratch, 'out', name);
  }

  /** Lines of a file of the outside. */
  lines(name: string): readonly string[] {
    return existsSync(this.out(name)) ? readFileSync(this.out(name), 'utf8').split('\n').filter((line) => line !== '') : [];
  }

  /** Another process's view: its own adapters and nonce. Closed with this one. */
  async another(folder = this.folder): Promise<LedgerWorld> {
    const world = await wireLedger(folder, this.env);
    this.#worlds.push(world);
    return world;
  }

  /** The ledger as of now, every plan in it. */
  async session(): Promise<LedgerSession> {
    this.#session ??= await LedgerSession.open(this.world, 'all');
    await this.#session.refresh();
    return this.#session;
  }

  /** The ledger folded anew, cache or not. */
  async fresh(): Promise<LedgerSession> {
    this.#session = undefined;
    return this.session();
  }

  async entries(): Promise<readonly LoadedEntry[]> {
    const session = await this.session();
    const known = await Promise.all(Array.from({ length: session.seq }, async (_, at) => session.entry(at + 1)));
    return known.map(({ entry }) => entry);
  }

  async events(): Promise<readonly Event[]> {
    return (await this.entries()).flatMap((entry) => entry.events);
  }

  async eventsOf<T extends EventType>(type: T): Promise<readonly EventOf<T>[]> {
    return (await this.events()).filter((event): event is EventOf<T> => event.type === type);
  }

  /** `status` of each step, `a done, b ready`. */
  async steps(plan_id: string): Promise<string> {
    const plan = (await this.session()).state.plans.get(plan_id);
    return [...(plan?.steps.values() ?? [])].map((step) => `${step.step_id} ${step.status}`).join(', ');
  }

  /** Waits for a fact in the ledger. */
  async until<T>(what: string, probe: (session: LedgerSession) => T | undefined | false): Promise<T> {
    return eventually(
      () => `${what}\n${this.#children.map((child) => outputs.get(child) ?? '').join('\n')}`,
      async () => {
        const found = probe(await this.session());
        return found === false ? undefined : found;
      },
    );
  }

  /** Waits until a step is in one of these states. */
  async untilStep(key: string, ...statuses: readonly string[]): Promise<StepState> {
    return this.until(`${key} ${statuses.join(' or ')}`, (session) => {
      const found = stepOf(session, key);
      return found !== undefined && statuses.includes(found.status) ? found : undefined;
    });
  }

  async untilPlan(plan_id: string, probe: (plan: PlanState) => boolean): Promise<PlanState> {
    return this.until(`plan ${plan_id}`, (session) => {
      const plan = session.state.plans.get(plan_id);
      return plan !== undefined && probe(plan) ? plan : undefined;
    });
  }

  async untilClaim(key: string, probe: (claim: Claim) => boolean = () => true): Promise<Claim> {
    return this.until(`claim of ${key}`, (session) => {
      const claim = session.state.claims.get(key);
      return claim !== undefined && probe(claim) ? { ...claim } : undefined;
    });
  }

  /** Waits for a file. */
  async untilFile(path: string): Promise<string> {
    return eventually(() => `file ${path}\n${this.#children.map((child) => outputs.get(child) ?? '').join('\n')}`, () => (existsSync(path) ? path : undefined));
  }

  /** Drops a plan: renamed in, so that it counts as whole at once. */
  plan(plan: WrittenPlan): void {
    this.drop(`_plans/${plan.plan_id}.plan.json`, planText(plan));
  }

  /** Drops a message into the inbox. */
  message(name: string, value: object): void {
    this.drop(`_bus/in/${name}.json`, `${JSON.stringify(value)}\n`);
  }

  /** Asks for a step by file as an agent would: written aside, then linked to its name. */
  ask(plan_id: string, step_id: string, seat: string, nonce = `nonce-of-${seat}`): void {
    const aside = join(this.folder, '_bus/claims', `.${plan_id}.${step_id}.${seat}`);
    writeFileSync(aside, `${JSON.stringify({ plan_id, step_id, seat, nonce })}\n`);
    linkSync(aside, join(this.folder, '_bus/claims', `${plan_id}.${step_id}.json`));
    rmSync(aside);
  }

  /** Puts a whole file into the worktree under its name at once. */
  drop(path: string, text: string): void {
    const to = join(this.folder, path);
    const aside = join(dirname(to), `.${String(process.pid)}.${path.replaceAll('/', '.')}`);
    writeFileSync(aside, text);
    renameSync(aside, to);
  }

  /** Reasons of refusals in `_bus/rejected`: file name and codes. */
  rejected(): readonly { readonly file: string; readonly codes: readonly string[]; readonly text: string | undefined }[] {
    const folder = join(this.folder, '_bus/rejected');
    return readdirSync(folder)
      .filter((file) => file.endsWith('.json') && !file.startsWith('.'))
      .map((file) => {
        const { reasons, text } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { reasons: { code: string }[]; text?: string };
        return { file, codes: reasons.map(({ code }) => code), text };
      });
  }

  /** Waits for a refusal of a file whose name begins so. */
  async untilRejected(name: string): Promise<{ readonly file: string; readonly codes: readonly string[]; readonly text: string | undefined }> {
    return eventually(() => `a refusal of ${name}`, () => this.rejected().find(({ file }) => file.startsWith(name)));
  }

  /** Starts a program of ours in this world; its stdout is kept. */
  start(argv: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
    const child = spawn(process.execPath, argv, { cwd: this.scratch, env: { ...this.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#children.push(child);
    outputs.set(child, '');
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => outputs.set(child, (outputs.get(child) ?? '') + chunk.toString()));
    return child;
  }

  manager(until: 'stopped' | 'idle' | 'once' = 'idle', env: Readonly<Record<string, string>> = {}, worktrees: readonly string[] = []): ManagerProcess {
    const child = this.start([MANAGER, this.folder, until, ...worktrees], env);
    const ended = endOf(child);
    const pid = child.pid ?? 0;
    const output = (): string => outputs.get(child) ?? '';
    return {
      pid,
      ended,
      output,
      said: (code) => linesOf(output()).filter((line) => line['code'] === code),
      drain: () => {
        signal(pid, 'SIGINT');
        return ended;
      },
      kill: async () => {
        signal(pid, 'SIGKILL');
        await ended;
      },
    };
  }

  /** Runs a manager until nothing goes on without people; gives its exit code. */
  async run(): Promise<number | null> {
    const manager = this.manager('idle');
    const code = await manager.ended;
    if (manager.said('failed').length > 0 || manager.output().includes('Error:')) throw new Error(manager.output());
    return code;
  }

  /** The pid of the worker that announced itself for an order. */
  worker(order_id: string): number | undefined {
    const path = join(this.repo.gitDir, 'coo/start', `${order_id}.json`);
    if (!existsSync(path)) return undefined;
    return (JSON.parse(readFileSync(path, 'utf8')) as { owner: { pid: number } | null }).owner?.pid;
  }

  /** Processes of workers that announced themselves and live. */
  liveWorkers(): readonly number[] {
    const orders = readdirSync(join(this.repo.gitDir, 'coo/start')).filter((name) => !name.startsWith('.') && name.endsWith('.json'));
    return orders.flatMap((name) => this.worker(name.slice(0, -'.json'.length)) ?? []).filter((pid) => processesAbout(this.scratch).includes(pid));
  }

  /** Files at the tip of a ref, without the run receipts that coo adds. */
  tree(ref: string): readonly string[] {
    return this.repo.git('ls-tree', '-r', '--name-only', ref).split('\n').filter((line) => line !== '' && !line.startsWith('_report/'));
  }

  /** Processes of this world other than the git children of its own adapters. */
  async leftovers(): Promise<readonly number[]> {
    for (const world of [this.world, ...this.#worlds]) await world.git.close();
    this.#session = undefined;
    return processesAbout(this.scratch);
  }

  /** Ends everything that was started, by id, and removes the scratch folder. Throws when a process was left that nobody was told to leave. */
  async close(): Promise<void> {
    const living = this.#children.filter((child) => child.exitCode === null && child.signalCode === null);
    // One that a test stopped hears of its end only when it is woken.
    for (const child of living) for (const name of ['SIGTERM', 'SIGCONT'] as const) signal(child.pid ?? 0, name);
    await Promise.all(this.#children.map(async (child) => endOf(child)));
    const end = Date.now() + SETTLE_MS;
    let left = await this.leftovers();
    while (left.length > 0 && Date.now() < end) {
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
      left = await this.leftovers();
    }
    const said = left.map((pid) => describeProcess(pid));
    for (const pid of left) if (isAlive(pid)) signal(pid, 'SIGKILL');
    rmSync(this.scratch, { recursive: true, force: true });
    if (said.length > 0) throw new Error(`left behind:\n${said.join('\n')}`);
  }
}

const outputs = new WeakMap<ChildProcess, string>();

/** The exit code of a child, once it has ended; null when a signal ended it. */
export async function endOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  return new Promise((resolve) => {
    child.once('close', (code) => resolve(code));
  });
}

/** JSON lines of an output; a last line that a kill cut in two is left out. */
export function linesOf(output: string): readonly Record<string, unknown>[] {
  return output
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Everything a child printed so far. */
export function outputOf(child: ChildProcess): string {
  return outputs.get(child) ?? '';
}

export function stepOf(session: LedgerSession, key: string): StepState | undefined {
  const at = parseStepKey(key);
  return at === undefined ? undefined : session.state.plans.get(at.plan_id)?.steps.get(at.step_id);
}

/** Runs something in a world and closes it, whatever comes of it. */
export async function inWorld(options: RealWorldOptions, test: (world: RealWorld) => Promise<void>): Promise<void> {
  const world = await RealWorld.make(options);
  let failed: unknown;
  try {
    await test(world);
  } catch (cause) {
    failed = cause;
  }
  try {
    await world.close();
  } catch (cause) {
    failed ??= cause;
  }
  if (failed !== undefined) throw failed instanceof Error ? failed : new Error(JSON.stringify(failed));
}

function orgText({ limits = {}, seats = 4, agents = 0, more = [], setup = [], checks = [], ports = 0, cache, notify = [] }: RealWorldOptions): string {
  const org = {
    version: 1,
    target: 'main',
    integrate: 'merge',
    seats: [
      { seat: 'dev', count: seats, roles: ['developer'], harness: 'shell' },
      { seat: 'me', count: 10, roles: ['thinker'], harness: 'person' },
      { seat: 'you', roles: ['developer', 'approver'], harness: 'person' },
      ...(agents === 0 ? [] : [{ seat: 'ada', count: agents, roles: ['writer'], harness: 'bus' }]),
      ...more,
    ],
    env: ['PATH', 'HOME', 'LANG'],
    workspace: { setup, ports, ...(cache === undefined ? {} : { cache }) },
    checks: { after: checks },
    limits: { lease: 4_000, beat: 500, backoff: 50, ...limits },
    notify,
    breaker: { failures: NEVER, cooldown: '10m', rate: 0, alike: 0, repeats: 0, empty: 0, undone: 0 },
  };
  return `${JSON.stringify(org, null, 2)}\n`;
}
