import type { Clock } from '../../src/ports/clock.ts';
import type { Files } from '../../src/ports/files.ts';
import type { Ending, Finished, Life, Owner, Processes, Running, Spawn } from '../../src/ports/process.ts';

/** What a pretended program does. */
export interface Act {
  /** How it ends by itself; absent = it runs until it is ended. */
  readonly ending?: Ending;
  /** When it ends by itself, in ms of the clock. */
  readonly afterMs?: number;
  readonly output?: Uint8Array;
  /** SIGTERM does not end it. */
  readonly stubborn?: boolean;
  /** A spare that is done at once with whatever it is given, and waits again. */
  readonly serves?: boolean;
  /** Not even killing does: it stays in the answer of `killTree` (a process that waits for a disk). */
  readonly immortal?: boolean;
}

interface Fake {
  readonly pid: number;
  readonly act: Act;
  end(ending: Ending): void;
}

export interface FakeProcesses extends Processes {
  /** All that was asked to run or be detached, in order. */
  readonly started: readonly Pick<Spawn, 'argv' | 'cwd' | 'env'>[];
  /** Says whether an owner lives, from now on. By nonce, since that is what differs between two runs. */
  setLife(owner: Owner, life: Life): void;
  /** Living pids. */
  living(): readonly number[];
}

export interface FakeProcessesOptions {
  readonly clock: Clock;
  /** Where output files go. */
  readonly files?: Pick<Files, 'replaceView'>;
  /** Decides what a program does; by default it exits with 0 at once. */
  readonly script?: (spawn: Pick<Spawn, 'argv' | 'cwd' | 'env'>) => Act;
  readonly self?: Partial<Owner>;
}

const HERE: Owner = { boot: 'boot-1', host: 'host-1', pidns: 'pidns-1', pid: 100, started: '1', nonce: 'self' };

/** Processes without processes. */
export function fakeProcesses({ clock, files, script = () => ({ ending: { kind: 'exited', code: 0 } }), self: own }: FakeProcessesOptions): FakeProcesses {
  const self: Owner = { ...HERE, ...own };
  const started: Pick<Spawn, 'argv' | 'cwd' | 'env'>[] = [];
  const living = new Map<number, Fake>();
  const lives = new Map<string, Life>();
  let pids = self.pid;

  const store = async (output: Spawn['output'], bytes: Uint8Array): Promise<number> => {
    if (output === 'ignore') return 0;
    await files?.replaceView(output.file, bytes.subarray(0, output.cap));
    return bytes.length;
  };

  const spawn = (wanted: Pick<Spawn, 'argv' | 'cwd' | 'env'>): { fake: Fake; ended: Promise<Ending> } => {
    started.push(wanted);
    const { promise: ended, resolve } = Promise.withResolvers<Ending>();
    const act = script(wanted);
    const over = new AbortController();
    const fake: Fake = {
      pid: ++pids,
      act,
      end(ending) {
        living.delete(fake.pid);
        over.abort();
        resolve(ending);
      },
    };
    living.set(fake.pid, fake);
    const { ending, afterMs = 0 } = act;
    if (ending !== undefined) void clock.sleep(afterMs, over.signal).then(() => (over.signal.aborted ? undefined : fake.end(ending)));
    return { fake, ended };
  };

  const killThese = async (chosen: () => readonly Fake[], graceMs: number, ending: Ending): Promise<readonly number[]> => {
    if (graceMs > 0) {
      for (const fake of chosen()) if (fake.act.stubborn !== true && fake.act.immortal !== true) fake.end(ending);
      if (chosen().length > 0) await clock.sleep(graceMs);
    }
    for (const fake of chosen()) if (fake.act.immortal !== true) fake.end(ending);
    return chosen().map(({ pid }) => pid);
  };

  const run = (wanted: Spawn): Running => {
    const began = clock.monotonic();
    const { fake, ended } = spawn(wanted);
    const timer = new AbortController();
    const mine = (): readonly Fake[] => (living.has(fake.pid) ? [fake] : []);
    if (wanted.wallMs !== undefined) {
      void clock
        .sleep(wanted.wallMs, timer.signal)
        .then(() => (timer.signal.aborted ? [] : killThese(mine, 0, { kind: 'timed_out' })));
    }
    const finish = async (): Promise<Finished> => {
      const ending = await ended;
      timer.abort();
      const starts = ending.kind !== 'not_started';
      const outputBytes = starts ? await store(wanted.output, fake.act.output ?? new Uint8Array()) : 0;
      return { ending, ms: clock.monotonic() - began, outputBytes };
    };
    const finished = finish();
    return {
      pid: fake.act.ending?.kind === 'not_started' ? 0 : fake.pid,
      finished,
      write: () => undefined,
      async stop(graceMs) {
        await killThese(mine, graceMs, { kind: 'stopped' });
        await finished;
      },
    };
  };

  const lifeOf = (owner: Owner): Life => {
    const told = lives.get(owner.nonce);
    if (told !== undefined) return told;
    if (owner.host !== self.host) return 'unknown';
    if (owner.boot !== self.boot) return 'dead';
    if (owner.pidns !== self.pidns) return 'unknown';
    return owner.pid === self.pid && owner.started === self.started ? 'alive' : 'dead';
  };

  return {
    started,
    self: () => self,
    life: lifeOf,
    run,
    cpuMs: () => 0,
    async detach(wanted) {
      const { fake } = spawn(wanted);
      await Promise.resolve();
      if (fake.act.ending?.kind === 'not_started') throw Object.assign(new Error(fake.act.ending.cause), { code: 'ENOENT' });
      return fake.pid;
    },
    async spare(wanted, again) {
      const { fake } = spawn(wanted);
      await Promise.resolve();
      if (fake.act.ending?.kind === 'not_started') throw Object.assign(new Error(fake.act.ending.cause), { code: 'ENOENT' });
      let isGiven = false;
      const waits = (): boolean => !isGiven && living.has(fake.pid);
      return {
        pid: fake.pid,
        get waits() {
          return waits();
        },
        give() {
          const took = waits();
          isGiven ||= took;
          if (took && fake.act.serves === true) {
            queueMicrotask(() => {
              isGiven = false;
              again();
            });
          }
          return Promise.resolve(took);
        },
        close() {
          if (waits()) fake.end({ kind: 'signalled', signal: 'SIGKILL' });
          return Promise.resolve();
        },
      };
    },
    killTree: ({ marker, owner }, graceMs) => {
      const belongs = (fake: Fake): boolean => {
        const env = started[fake.pid - self.pid - 1]?.env ?? {};
        return Object.entries(env).some(([name, value]) => `${name}=${value}` === marker) || fake.pid === owner?.pid;
      };
      return killThese(() => [...living.values()].filter(belongs), graceMs, { kind: 'signalled', signal: 'SIGKILL' });
    },
    setLife(owner, life) {
      lives.set(owner.nonce, life);
    },
    living: () => [...living.keys()],
  };
}
