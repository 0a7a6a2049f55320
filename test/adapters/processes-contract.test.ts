import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { osProcesses } from '../../src/adapters/processes/os-processes.ts';
import { processesContract } from '../contracts/processes.contract.ts';
import { textOf } from '../contracts/files.contract.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { fakeFiles } from '../support/fake-files.ts';
import { fakeProcesses, type Act } from '../support/fake-processes.ts';

const scratch = mkdtempSync(join(tmpdir(), 'coo-processes-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const ENV = { PATH: '/usr/local/bin:/usr/bin:/bin' };

/** Until the shell has become `sleep`, which it does last. */
async function isSleeping(pid: number): Promise<void> {
  while (!readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith('sleep\0')) await systemClock().sleep(1);
}

processesContract('system', () => ({
  processes: osProcesses({ clock: systemClock(), nonce: 'n0' }),
  programs: {
    exit: (code) => ['sh', '-c', `exit ${code}`],
    print: (bytes) => ['sh', '-c', `printf %${bytes}s | tr ' ' x`],
    forever: ['sleep', '1000'],
    // An ignored signal stays ignored across exec.
    stubborn: ['sh', '-c', "trap '' TERM; exec sleep 1000"],
    suicide: ['sh', '-c', 'kill -KILL $$'],
    waiting: ['sh', '-c', 'read -r line && exec sleep 1000'],
    serving: ['sh', '-c', 'while read -r line; do echo; done'],
    absent: ['there-is-no-such-program'],
  },
  cwd: scratch,
  env: ENV,
  pass: () => Promise.resolve(),
  turn: () => systemClock().sleep(2),
  settled: isSleeping,
  outputOf: (file) => Promise.resolve(readFileSync(file, 'utf8')),
}));

const ACTS: Readonly<Record<string, (argument: string) => Act>> = {
  exit: (code) => ({ ending: { kind: 'exited', code: Number(code) } }),
  print: (bytes) => ({ ending: { kind: 'exited', code: 0 }, output: new TextEncoder().encode('x'.repeat(Number(bytes))) }),
  forever: () => ({}),
  stubborn: () => ({ stubborn: true }),
  waiting: () => ({}),
  serving: () => ({ serves: true }),
  suicide: () => ({ ending: { kind: 'signalled', signal: 'SIGKILL' } }),
};

processesContract('fake', () => {
  const clock = fakeClock();
  const files = fakeFiles();
  const script = ({ argv: [program, argument = ''] }: { readonly argv: readonly [string, ...string[]] }): Act =>
    ACTS[program]?.(argument) ?? { ending: { kind: 'not_started', cause: 'no such program' } };
  return {
    processes: fakeProcesses({ clock, files, script }),
    programs: {
      exit: (code) => ['exit', `${code}`],
      print: (bytes) => ['print', `${bytes}`],
      forever: ['forever'],
      stubborn: ['stubborn'],
      suicide: ['suicide'],
      waiting: ['waiting'],
      serving: ['serving'],
      absent: ['absent'],
    },
    cwd: '/',
    env: {},
    pass: (ms) => clock.advance(ms),
    turn: () => Promise.resolve(),
    settled: () => Promise.resolve(),
    outputOf: async (file) => textOf(await files.read(file, 1e6)),
  };
});
