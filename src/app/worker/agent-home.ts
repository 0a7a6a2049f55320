import { badEnvName } from '../../format/env-name.ts';
import type { World } from '../world.ts';
import { readIfRegular } from '../faults.ts';

/** A log-in file is read whole for what must not be shown. */
const LOGIN_CAP = 1_048_576;
/** Shorter texts in a log-in file are names and flags. */
const LEAST_SECRET = 12;
const OWNER_ONLY = 0o600;
const OWNER_FOLDER = 0o700;

/** A home folder for one attempt, with what its seat's `login` names. */
export interface AgentHome {
  readonly folder: string;
  /** Variables of the log-in, and those that lead programs to this home. */
  readonly env: Readonly<Record<string, string>>;
  /** Values that must not be stored. */
  readonly secrets: readonly string[];
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** Ends the log-in with the attempt. */
  remove(): Promise<void>;
}

/**
 * Makes the home of an attempt's agent at `folder`: nothing of the operator's is in it but the named log-in. Programs keep their sessions and
 * settings in it, and it goes with the attempt. A named file or variable that is not there is left out: the program says so best.
 */
export async function makeHome({ files, env: own }: Pick<World, 'files' | 'env'>, folder: string, login: readonly string[]): Promise<AgentHome> {
  await files.removeAll(folder);
  await files.folder(folder, OWNER_FOLDER);
  const secrets: string[] = [];
  const env: Record<string, string> = { HOME: folder, XDG_CONFIG_HOME: `${folder}/.config`, XDG_DATA_HOME: `${folder}/.local/share`, XDG_STATE_HOME: `${folder}/.local/state`, XDG_CACHE_HOME: `${folder}/.cache` };
  const write = async (path: string, bytes: Uint8Array): Promise<void> => {
    const at = `${folder}/${path}`;
    await files.folder(at.slice(0, at.lastIndexOf('/')), OWNER_FOLDER);
    await files.replaceView(at, bytes, OWNER_ONLY);
  };
  for (const { name, bytes, value } of await loginOf({ files, env: own }, login)) {
    if (bytes === undefined) env[name] = value;
    else await write(name, bytes);
    secrets.push(...(bytes === undefined ? [value] : secretsIn(bytes)));
  }
  return { folder, env, secrets, write, remove: async () => files.removeAll(folder) };
}

/** Values of a log-in that must not be stored, as they are now. */
export async function loginSecrets(world: Pick<World, 'files' | 'env'>, login: readonly string[]): Promise<readonly string[]> {
  return (await loginOf(world, login)).flatMap(({ bytes, value }) => (bytes === undefined ? [value] : secretsIn(bytes)));
}

type LoginPart = { readonly name: string; readonly bytes: Uint8Array; readonly value?: never } | { readonly name: string; readonly bytes?: never; readonly value: string };

/** What of a log-in is there: files by their paths under the home folder, variables by their names. */
async function loginOf({ files, env }: Pick<World, 'files' | 'env'>, login: readonly string[]): Promise<readonly LoginPart[]> {
  const parts: LoginPart[] = [];
  for (const name of login) {
    if (name.startsWith('~/')) {
      const bytes = await readIfRegular(files, `${env['HOME'] ?? ''}/${name.slice(2)}`, LOGIN_CAP);
      if (bytes !== undefined) parts.push({ name: name.slice(2), bytes });
      continue;
    }
    const value = badEnvName(name) === undefined ? env[name] : undefined;
    if (value !== undefined) parts.push({ name, value });
  }
  return parts;
}

/** Every long word of a file: keys and tokens are, whatever its form. */
function secretsIn(bytes: Uint8Array): readonly string[] {
  const words = new TextDecoder('utf-8').decode(bytes).split(/[\s"'=:,{}[\]()<>]+/);
  return [...new Set(words.filter((word) => word.length >= LEAST_SECRET))];
}
