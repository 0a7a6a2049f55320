import { cooPaths } from '../layout.ts';
import type { World } from '../world.ts';
import type { Notice } from './notices.ts';

/** A program gets so long for one notice, in milliseconds; then it is killed with all that it started. */
export const WALL_MS = 10_000;

/** What a program of `notify` gets of the environment: what finds it, and what a desktop's messages go through. Whatever else it needs it reads from a file. */
const NAMES = ['PATH', 'HOME', 'LANG', 'DISPLAY', 'WAYLAND_DISPLAY', 'XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS'] as const;

const encoder = new TextEncoder();

/** Runs a program with a notice as one line of JSON on its standard input. Why it failed, in words; undefined when it took it (exit 0). */
export async function sendNotice(world: Pick<World, 'processes' | 'env' | 'layout'>, argv: readonly string[], notice: Notice, place: number): Promise<string | undefined> {
  const [program, ...args] = argv;
  if (program === undefined) return 'it names no program';
  const run = `notice.${notice.id}.${String(place)}`;
  const env: Record<string, string> = { COO_TREE: treeOf(notice.id.slice(0, notice.id.indexOf('.'))), COO_RUN: run, PATH: '/usr/local/bin:/usr/bin:/bin' };
  for (const name of NAMES) {
    const value = world.env[name];
    if (value !== undefined) env[name] = value;
  }
  const running = world.processes.run({ argv: [program, ...args], cwd: world.layout.coo, env, output: 'ignore', wallMs: WALL_MS, marker: `COO_RUN=${run}`, stdin: encoder.encode(`${JSON.stringify(notice)}\n`) });
  const { ending } = await running.finished;
  switch (ending.kind) {
    case 'exited':
      return ending.code === 0 ? undefined : `it ended with exit ${String(ending.code)}`;
    case 'signalled':
      return `it was ended by ${ending.signal}`;
    case 'timed_out':
      return `it did not end in ${String(WALL_MS / 1_000)} s, and was killed`;
    case 'stopped':
      return 'it was stopped';
    case 'not_started':
      return `it could not be started: ${ending.cause}`;
    default:
      return ending satisfies never;
  }
}

/** Every program that is told something of a ledger carries this. */
function treeOf(ledger: string): string {
  return `notices.${ledger}`;
}

/** Ends programs that still have a notice of whoever is dead, and so nobody who times them: they are told it again. */
export async function endNotices({ processes, files, layout }: Pick<World, 'processes' | 'files' | 'layout'>, ledger: string | null): Promise<void> {
  // Nothing was ever sent where there is no mark: then no process has to be looked at.
  if (ledger === null || (await files.info(cooPaths.notices(layout))) === undefined) return;
  await processes.killTree({ marker: `COO_TREE=${treeOf(ledger)}` }, 0);
}
