import { sha256Hex } from '../format/canonical.ts';
import { badEnvName } from '../format/env-name.ts';
import type { Seat } from '../kernel/org.ts';
import { isAgent } from '../kernel/org.ts';
import type { Unfit } from '../kernel/unfit.ts';
import type { Launch } from '../ports/harness.ts';
import type { Running } from '../ports/process.ts';
import { readIfRegular } from './faults.ts';
import { cooPaths } from './layout.ts';
import { makeHome } from './worker/agent-home.ts';
import type { World } from './world.ts';

/** A program that is asked for its version gets so long, in milliseconds: agents of 100 MB begin slowly on a busy machine, and nobody else waits for them. */
const WALL_MS = 60_000;
/** Bytes kept of what it says. */
const SAID_CAP = 65_536;
/** What it gets of the environment, as an attempt does. */
const NAMES = ['PATH', 'LANG'] as const;
const NONCE_BYTES = 8;
/** Of a log-in file, in bytes. */
const LOGIN_CAP = 1_048_576;

type Machinery = Pick<World, 'processes' | 'files' | 'layout' | 'random' | 'env' | 'harness' | 'sandbox'>;

/**
 * What an attempt of this agent's seat would lack now, asked without a model: its program and that it says its version, a log-in, the sandbox that it must have.
 * Undefined when nothing is, and for seats that need none of it. Of several names in `login` one is enough: programs take more than one way.
 */
export async function seatFault(world: Machinery, seat: Seat): Promise<Unfit | undefined> {
  if (!isAgent(seat.harness)) return undefined;
  const { login = [] } = seat;
  if (login.length > 0 && !(await hasLogin(world, login))) {
    return { code: 'LOGIN_ABSENT', message: `nothing of its login is there: ${login.join(', ')}`, fix: 'log the program in, or set the variable where coo run is started' };
  }
  if (seat.sandbox === 'required') {
    const confined = await world.sandbox.standing();
    if (!confined.ok) return { code: confined.code, message: confined.message, fix: confined.fix };
  }
  const harness = await world.harness(seat.harness);
  const standing = await asked(world, async (start) => harness.standing(seat.agent?.command === undefined ? {} : { command: seat.agent.command }, start));
  return standing.ok ? undefined : { code: standing.code, message: standing.message, fix: standing.fix };
}

/** Of a log-in that is there, and that its provider does not take: an attempt found that out. */
export const LOGIN_REFUSED = 'LOGIN_REFUSED';

/** Tells one log-in from another, without telling what it is. Only for this process's memory. */
export async function loginMark({ files, env }: Pick<Machinery, 'files' | 'env'>, { login = [] }: Pick<Seat, 'login'>): Promise<string> {
  const held = await Promise.all(login.map(async (name) => (name.startsWith('~/') ? sha256Hex((await readIfRegular(files, `${env['HOME'] ?? ''}/${name.slice(2)}`, LOGIN_CAP)) ?? new Uint8Array()) : (env[name] ?? ''))));
  return sha256Hex(JSON.stringify(held));
}

async function hasLogin({ files, env }: Machinery, login: readonly string[]): Promise<boolean> {
  for (const name of login) {
    if (name.startsWith('~/') ? (await files.info(`${env['HOME'] ?? ''}/${name.slice(2)}`)) !== undefined : badEnvName(name) === undefined && (env[name] ?? '') !== '') return true;
  }
  return false;
}

/** Lets a harness start its program, for a word, outside of any workspace, with an empty home of its own as an attempt's is; what is left of it ends with the answer. */
async function asked<T>(world: Machinery, ask: (start: (launch: Launch) => Running) => Promise<T>): Promise<T> {
  const { processes, files, layout } = world;
  const nonce = world.random.hex(NONCE_BYTES);
  const file = `${cooPaths.logs(layout)}/.standing.${nonce}`;
  const marker = `COO_TREE=standing.${nonce}`;
  const env: Record<string, string> = { COO_TREE: `standing.${nonce}`, PATH: '/usr/local/bin:/usr/bin:/bin' };
  for (const name of NAMES) {
    const value = world.env[name];
    if (value !== undefined) env[name] = value;
  }
  await files.folder(cooPaths.logs(layout));
  const home = await makeHome(world, `${layout.coo}/.standing.${nonce}`, []);
  try {
    return await ask(({ argv, env: more, stdin, watch }) =>
      processes.run({ argv, cwd: home.folder, env: { ...env, ...home.env, ...more }, output: { file, cap: SAID_CAP }, wallMs: WALL_MS, marker, ...(stdin === undefined ? {} : { stdin }), ...(watch === undefined ? {} : { watch }) }),
    );
  } finally {
    await files.remove(file);
    await home.remove();
  }
}
