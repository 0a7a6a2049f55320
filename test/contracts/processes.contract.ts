import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Processes, Spawn } from '../../src/ports/process.ts';

type Argv = Spawn['argv'];

/** Programs in the words of one implementation. */
export interface Programs {
  readonly exit: (code: number) => Argv;
  /** Prints that many `x`, then exits with 0. */
  readonly print: (bytes: number) => Argv;
  /** Runs until SIGTERM. */
  readonly forever: Argv;
  /** Runs through SIGTERM. */
  readonly stubborn: Argv;
  /** Ends itself by SIGKILL. */
  readonly suicide: Argv;
  /** Ends when its input ends; runs until SIGTERM once it got a line. */
  readonly waiting: Argv;
  /** Ends when its input ends; says that it waits after each line it got. */
  readonly serving: Argv;
  readonly absent: Argv;
}

export interface ProcessesUnderTest {
  readonly processes: Processes;
  readonly programs: Programs;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Lets time go by on the implementation's clock. */
  readonly pass: (ms: number) => Promise<void>;
  /** Lets others run for a moment of real time. */
  readonly turn: () => Promise<void>;
  /** Resolves when the program is sure to have set itself up. */
  readonly settled: (pid: number) => Promise<void>;
  readonly outputOf: (file: string) => Promise<string>;
}

const LINE = new TextEncoder().encode('go\n');
const nobody = (): void => undefined;

/** What every `Processes` does, the real ones and the fakes. */
export function processesContract(name: string, setUp: () => ProcessesUnderTest): void {
  describe(`processes: ${name}`, () => {
    let under: ProcessesUnderTest;
    let serial = 0;
    beforeEach(() => {
      under = setUp();
    });
    const wanted = (argv: Argv, more: Partial<Spawn> = {}): Spawn => {
      const mark = `contract-${process.pid}-${serial++}`;
      return { argv, cwd: under.cwd, env: { ...under.env, COO_ORDER: mark }, marker: `COO_ORDER=${mark}`, output: 'ignore', ...more };
    };

    it('tells how a program ended', async () => {
      const { processes, programs } = under;
      const endings = [programs.exit(0), programs.exit(3), programs.suicide].map(async (argv) => (await processes.run(wanted(argv)).finished).ending);
      expect(await Promise.all(endings)).toEqual([
        { kind: 'exited', code: 0 },
        { kind: 'exited', code: 3 },
        { kind: 'signalled', signal: 'SIGKILL' },
      ]);
    });

    it('tells that a program could not be started', async () => {
      const running = under.processes.run(wanted(under.programs.absent));
      expect([running.pid, (await running.finished).ending]).toEqual([0, { kind: 'not_started', cause: expect.stringMatching(/./) as string }]);
      await running.stop(10);
      await expect(under.processes.detach({ argv: under.programs.absent, cwd: under.cwd, env: under.env })).rejects.toMatchObject({ code: 'ENOENT' });
      await expect(under.processes.spare({ argv: under.programs.absent, cwd: under.cwd, env: under.env }, nobody)).rejects.toMatchObject({ code: 'ENOENT' });
    });

    it('keeps output up to the cap and counts the rest', async () => {
      const { processes, programs, cwd } = under;
      for (const [cap, kept] of [[10, 10], [0, 0], [100, 50]] as const) {
        const file = join(cwd, `log-${cap}`);
        const { outputBytes } = await processes.run(wanted(programs.print(50), { output: { file, cap } })).finished;
        expect([outputBytes, await under.outputOf(file)]).toEqual([50, 'x'.repeat(kept)]);
      }
    });

    it('ends what takes too long', async () => {
      const running = under.processes.run(wanted(under.programs.forever, { wallMs: 30 }));
      await under.pass(30);
      const { ending, ms } = await running.finished;
      expect(ending).toEqual({ kind: 'timed_out' });
      expect(ms).toBeGreaterThanOrEqual(30);
    });

    it('stops when asked, and kills what does not listen', async () => {
      for (const argv of [under.programs.forever, under.programs.stubborn]) {
        const running = under.processes.run(wanted(argv));
        await under.settled(running.pid);
        const stopped = running.stop(100);
        await under.pass(100);
        await stopped;
        expect((await running.finished).ending).toEqual({ kind: 'stopped' });
      }
    });

    it('does not mind a stop after the end', async () => {
      const running = under.processes.run(wanted(under.programs.exit(3)));
      await running.finished;
      await running.stop(1e9);
      expect((await running.finished).ending).toEqual({ kind: 'exited', code: 3 });
    });

    it('kills by marker, and only what carries it', async () => {
      const { processes, programs } = under;
      const [a, b, other] = [wanted(programs.forever), wanted(programs.stubborn), wanted(programs.forever)];
      const runs = [processes.run(a), processes.run({ ...b, env: a.env, marker: a.marker }), processes.run(other)] as const;
      for (const { pid } of runs) await under.settled(pid);
      expect(await processes.killTree({ marker: a.marker }, 0)).toEqual([]);
      for (const run of runs.slice(0, 2)) expect((await run.finished).ending).toEqual({ kind: 'signalled', signal: 'SIGKILL' });
      await runs[2].stop(0);
      expect((await runs[2].finished).ending).toEqual({ kind: 'stopped' });
    });

    it('detaches a program', async () => {
      const { env, marker } = wanted(under.programs.forever);
      const pid = await under.processes.detach({ argv: under.programs.forever, cwd: under.cwd, env });
      expect(pid).toBeGreaterThan(0);
      expect(await under.processes.killTree({ marker }, 0)).toEqual([]);
    });

    it('keeps a spare until it is given something to do; then it is its own', async () => {
      const { processes, programs, cwd, pass } = under;
      const { env, marker } = wanted(programs.waiting);
      const spare = await processes.spare({ argv: programs.waiting, cwd, env }, nobody);
      expect([spare.pid > 0, spare.waits]).toEqual([true, true]);
      expect([await spare.give(LINE), spare.waits, await spare.give(LINE)]).toEqual([true, false, false]);
      // One that works is not ours to close.
      await spare.close();
      await under.settled(spare.pid);
      await pass(1);
      expect(await processes.killTree({ marker }, 0)).toEqual([]);
    });

    it('gives a spare the next piece of work when it says that it waits again', async () => {
      const { processes, programs, cwd } = under;
      let told = Promise.withResolvers<void>();
      const spare = await processes.spare({ argv: programs.serving, cwd, env: wanted(programs.serving).env }, () => told.resolve());
      for (let piece = 0; piece < 3; piece++) {
        expect(await spare.give(LINE)).toBe(true);
        await told.promise;
        expect(spare.waits).toBe(true);
        told = Promise.withResolvers();
      }
      await spare.close();
      expect([spare.waits, await spare.give(LINE)]).toEqual([false, false]);
    });

    it('closes a spare that still waits', async () => {
      const { processes, programs, cwd } = under;
      const { env } = wanted(programs.waiting);
      const spare = await processes.spare({ argv: programs.waiting, cwd, env }, nobody);
      await spare.close();
      await spare.close();
      expect([spare.waits, await spare.give(LINE)]).toEqual([false, false]);
    });

    it('tells that a spare has ended', async () => {
      const { processes, programs, cwd, pass } = under;
      const { env } = wanted(programs.exit(0));
      const spare = await processes.spare({ argv: programs.exit(0), cwd, env }, nobody);
      await pass(1);
      for (let round = 0; spare.waits && round < 1_000; round++) await under.turn();
      expect([spare.waits, await spare.give(LINE)]).toEqual([false, false]);
      await spare.close();
    });

    it('knows who lives', () => {
      const self = under.processes.self();
      expect(under.processes.life(self)).toBe('alive');
      expect(under.processes.life({ ...self, started: `${self.started}1` })).toBe('dead');
      expect(under.processes.life({ ...self, boot: 'another' })).toBe('dead');
      expect(under.processes.life({ ...self, host: 'another' })).toBe('unknown');
      expect(under.processes.life({ ...self, pidns: 'another' })).toBe('unknown');
      expect(under.processes.self()).toEqual(self);
    });
  });
}
