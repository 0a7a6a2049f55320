import { sha256Hex } from '../../format/canonical.ts';
import { MARK, unitName, unitText } from '../../format/systemd-unit.ts';
import { isFault, readIfRegular } from '../faults.ts';
import { Failure } from '../failure.ts';
import type { LedgerWorld } from '../world.ts';

/** Where a person's units are, and what theirs starts. */
export interface ServiceHost {
  /** `$XDG_CONFIG_HOME`, or `~/.config`. */
  readonly configHome: string;
  readonly program: readonly string[];
  readonly path: string;
}

export interface Service {
  readonly name: string;
  readonly path: string;
  /** `other`: a file of that name says something else, and stays. */
  readonly kind: 'made' | 'there' | 'other';
}

const CAP = 65_536;
const encoder = new TextEncoder();

/** Writes a unit that keeps a manager at work here. Overwrites nothing, starts nothing. */
export async function makeService(world: LedgerWorld, host: ServiceHost): Promise<Service> {
  const at = placeOf(world, host.configHome);
  const text = unitText({ folder: at.worktree, program: host.program, path: host.path });
  if (text === undefined) throw new Failure({ code: 'SERVICE_UNSAYABLE', message: `a unit file cannot say ${JSON.stringify(at.worktree)}, the program or PATH: one of them holds a control character`, fix: 'move the repository to a folder without one' });
  await world.files.folder(at.folder);
  try {
    await world.files.create(at.path, encoder.encode(text));
    return { name: at.name, path: at.path, kind: 'made' };
  } catch (cause) {
    if (!isFault(cause, 'FILE_EXISTS')) throw cause;
    return { name: at.name, path: at.path, kind: (await textAt(world, at.path)) === text ? 'there' : 'other' };
  }
}

/** Takes the unit away that was written for this worktree, whoever edited it since. Null where there is none. */
export async function dropService(world: LedgerWorld, configHome: string, dryRun: boolean): Promise<Pick<Service, 'name' | 'path'> | null> {
  if (world.layout.worktree === null) return null;
  const { path, name, worktree } = placeOf(world, configHome);
  const text = await textAt(world, path);
  if (text?.startsWith(`${MARK}${worktree.replaceAll('%', '%%')}\n`) !== true) return null;
  if (!dryRun) await world.files.remove(path);
  return { name, path };
}

function placeOf({ layout }: LedgerWorld, configHome: string): { readonly worktree: string; readonly folder: string; readonly name: string; readonly path: string } {
  const { worktree } = layout;
  if (worktree === null) throw new Failure({ code: 'BARE', message: `${layout.common} is a bare repository: nobody manages there`, fix: 'run it in a clone with a worktree' });
  const folder = `${configHome}/systemd/user`;
  const name = unitName(worktree, sha256Hex(worktree));
  return { worktree, folder, name, path: `${folder}/${name}` };
}

async function textAt({ files }: LedgerWorld, path: string): Promise<string | undefined> {
  const bytes = await readIfRegular(files, path, CAP);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}
