import { sha256Hex } from '../../src/format/canonical.ts';
import { Manager } from '../../src/app/manager/manager.ts';
import type { ManagerEnd } from '../../src/app/manager/options.ts';
import { writeHome } from '../../src/app/ledger/home.ts';
import { LedgerSession } from '../../src/app/ledger/session.ts';
import { layoutOf } from '../../src/app/layout.ts';
import { step } from '../../src/app/step.ts';
import type { World } from '../../src/app/world.ts';
import type { Org } from '../../src/kernel/org.ts';
import type { GitWork } from '../../src/ports/git-work.ts';
import type { Owner, Processes } from '../../src/ports/process.ts';
import { fakeClock } from './fake-clock.ts';
import type { FakeClock } from './fake-clock.ts';
import { fakeFiles } from './fake-files.ts';
import type { FakeFiles } from './fake-files.ts';
import { fakeGitStore } from './fake-git-store.ts';
import type { FakeGitStore } from './fake-git-store.ts';
import { fakeProcesses } from './fake-processes.ts';
import { fakeRandom } from './fake-random.ts';

/** Stands for the text of an organisation that no reader read. */
export const ORG_TEXT: Uint8Array = new TextEncoder().encode('version: 1\n');

/** What a process is killed with in the middle of a call. */
export class Killed extends Error {}

/** A repository in memory, with one process of coo after the other in it. It judges nothing: what is reported waits. */
export class FakeRepo {
  readonly clock: FakeClock = fakeClock();
  readonly files: FakeFiles = fakeFiles(this.clock);
  readonly git: FakeGitStore = fakeGitStore();
  readonly layout = layoutOf({ worktree: '/repo', common: '/repo/.git', stateHome: '/state' });
  readonly #random = fakeRandom();
  #pids = 100;
  readonly #living = new Set<number>();

  static async founded(org: Org): Promise<FakeRepo> {
    const repo = new FakeRepo();
    const world = repo.process();
    for (const folder of ['/repo/_plans', '/repo/_bus/in', '/repo/_bus/claims', repo.layout.coo, `${repo.layout.coo}/spool`]) await repo.files.folder(folder);
    await writeHome(world, 'ledger-1', 'coo');
    const session = await LedgerSession.open(world, 'asked');
    const at_ms = repo.clock.now();
    await step(session, () => [{ input: { type: 'start', ledger: 'ledger-1', object_format: 'sha1', at_ms } }, { input: { type: 'organise', digest: sha256Hex(ORG_TEXT), org, at_ms }, files: [{ path: '_plans/coo.yaml', bytes: ORG_TEXT }] }], { writer: 'test', withinMs: 1_000 });
    return repo;
  }

  /** A process of its own: it lives until it is ended. With `callsLeft` it is killed in the call after so many. */
  process(callsLeft = Number.POSITIVE_INFINITY): World & { readonly pid: number } {
    const pid = (this.#pids += 1);
    this.#living.add(pid);
    const processes = this.#processes(pid);
    let left = callsLeft;
    const guard = <T extends object>(port: T): T =>
      new Proxy(port, {
        get: (target, name, receiver): unknown => {
          const value: unknown = Reflect.get(target, name, receiver);
          if (typeof value !== 'function') return value;
          return (...args: unknown[]): unknown => {
            left -= 1;
            if (left < 0) throw new Killed(`killed in ${String(name)}`);
            return (value as (...given: unknown[]) => unknown).apply(target, args);
          };
        },
      });
    const queue = { turn: () => Promise.resolve(() => Promise.resolve()), busy: () => Promise.resolve(false) };
    const work = { resumeMoves: () => Promise.resolve({ finished: [], waiting: [] }) } as unknown as GitWork;
    const git = callsLeft === Number.POSITIVE_INFINITY ? this.git : guard(this.git);
    const files = callsLeft === Number.POSITIVE_INFINITY ? this.files : guard(this.files);
    return { pid, clock: this.clock, random: this.#random, files, processes, git, queue, layout: this.layout, log: { say: () => undefined }, work, attemptGit: {} as World['attemptGit'], trees: {} as World['trees'], harness: async () => Promise.reject(new Error('no agent here')), sandbox: {} as World['sandbox'], secrets: { scan: async () => Promise.resolve([]) }, workerArgv: ['none'], env: {} };
  }

  end(pid: number): void {
    this.#living.delete(pid);
  }

  /** A manager that looks once, takes what is there, and leaves; or is killed on the way. */
  async manage(callsLeft?: number): Promise<ManagerEnd | 'killed'> {
    const world = this.process(callsLeft);
    const never = new AbortController().signal;
    const watch = { folders: () => Promise.resolve({ add: () => undefined, close: () => Promise.resolve() }) };
    try {
      return await Manager.run(world, watch, { until: 'once', worktrees: () => Promise.resolve(['/repo']), version: '0', drain: never, stop: never });
    } catch (cause) {
      if (isKilled(cause)) return 'killed';
      throw cause;
    } finally {
      this.end(world.pid);
    }
  }

  #processes(pid: number): Processes {
    const fake = fakeProcesses({ clock: this.clock, self: { pid, nonce: String(pid) } });
    return { ...fake, self: () => fake.self(), life: (owner: Owner) => (this.#living.has(owner.pid) ? 'alive' : 'dead') };
  }
}

function isKilled(cause: unknown): boolean {
  return cause instanceof Killed || (cause instanceof Error && cause.cause !== undefined && isKilled(cause.cause));
}
