import { cpSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { diskFiles } from '../adapters/files/disk-files.ts';
import { osProcesses } from '../adapters/processes/os-processes.ts';
import { systemRandom } from '../adapters/random/system-random.ts';
import { CHAPTERS } from '../faces/demo/chapters/all.ts';
import { runDemo } from '../faces/demo/demo.ts';
import type { DemoOptions } from '../faces/demo/demo.ts';
import type { DemoHost } from '../faces/demo/host.ts';

const NONCE_BYTES = 8;
/** Of the user's environment: what finds programs, and how text looks. */
const PASSED = ['LANG', 'LC_ALL', 'TMPDIR', 'TERM'];

/** `coo demo`. Returns the exit code. */
export async function demo(options: DemoOptions, stdout: DemoHost['stdout']): Promise<number> {
  return runDemo(demoHost(stdout), options, CHAPTERS);
}

function demoHost(stdout: DemoHost['stdout']): DemoHost {
  const clock = systemClock();
  const nonce = systemRandom().hex(NONCE_BYTES);
  const [, program = ''] = process.argv;
  return {
    clock,
    files: diskFiles({ nonce }),
    processes: osProcesses({ clock, nonce }),
    coo: [process.execPath, realpathSync(program)],
    env: environment(),
    stdout,
    scratch: () => Promise.resolve(mkdtempSync(join(realpathSync(tmpdir()), 'coo-demo-'))),
    copy: (from, to) => Promise.resolve(cpSync(from, to, { recursive: true, verbatimSymlinks: true })),
    kill: (pid) => void process.kill(pid, 'SIGKILL'),
    interrupts(handler) {
      const listeners = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => {
        const listener = (): void => handler(signal);
        process.on(signal, listener);
        return () => process.off(signal, listener);
      });
      return () => {
        for (const off of listeners) off();
      };
    },
  };
}

/** The Node that runs us comes first, so that the project's tests run on it too. */
function environment(): Readonly<Record<string, string>> {
  const { PATH = '/usr/local/bin:/usr/bin:/bin', NO_COLOR } = process.env;
  const env: Record<string, string> = { PATH: [dirname(process.execPath), PATH].join(delimiter) };
  for (const name of PASSED) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return NO_COLOR === undefined ? env : { ...env, NO_COLOR };
}
