import { readIfThere } from '../faults.ts';
import { Failure } from '../failure.ts';
import type { LedgerWorld } from '../world.ts';
import { hookScript, isOurs, snippetFor } from './hook-script.ts';

export type HookName = 'pre-commit' | 'pre-push' | 'pre-receive';
/** Whose the hooks of a repository are: git's own folder, another folder, or a program that writes them. */
export type HookKeeper = 'git' | 'hooks-path' | 'husky' | 'lefthook' | 'pre-commit';

export interface HookState {
  readonly hook: HookName;
  readonly path: string;
  /**
   * `installed`: coo's; `chained`: coo's, and after the one that stood there; `absent`; `other`: somebody else's; `offered`: the keeper's, and what to
   * put there is in `snippet`.
   */
  readonly state: 'installed' | 'chained' | 'absent' | 'other' | 'offered';
  readonly snippet?: string;
}

export interface Hooks {
  readonly schema: 'coo/hooks.v1';
  readonly keeper: HookKeeper;
  readonly hooks: readonly HookState[];
  /** Hooks that this command put there or took away. */
  readonly changed: readonly HookName[];
}

export interface HookPlace {
  readonly world: Pick<LedgerWorld, 'files' | 'layout'>;
  /** Where git looks for hooks here, as git says: absolute. */
  readonly folder: string;
  /** How to start this coo: its Node and its program. */
  readonly program: readonly string[];
}

const CAP = 1_048_576;
const EXECUTABLE = 0o755;
const LEFTHOOK = ['lefthook.yml', 'lefthook.yaml', '.lefthook.yml', '.lefthook.yaml', 'lefthook.toml', 'lefthook.json'];

/** Puts coo's hooks beside those that stand there. Nothing of anybody's is overwritten: a plain hook runs first, and in a keeper's place a snippet is offered. */
export async function installHooks(at: HookPlace): Promise<Hooks> {
  return each(at, async (keeper, hook, path) => {
    if (keeper !== 'git') return false;
    const { files } = at.world;
    await files.folder(at.folder);
    const there = await textOf(at, path);
    const text = hookScript(hook, at.program);
    if (there === text) return false;
    const bytes = new TextEncoder().encode(text);
    if (there === undefined && (await files.info(path)) === undefined) await files.create(path, bytes, EXECUTABLE);
    else {
      if (there === undefined || !isOurs(hook, there)) await setAside(at, path);
      await files.replace(path, bytes, EXECUTABLE);
    }
    return true;
  });
}

/** Takes coo's hooks away, and puts back what stood there, byte for byte. One that somebody changed is theirs. */
export async function removeHooks(at: HookPlace): Promise<Hooks> {
  return each(at, async (keeper, hook, path) => {
    const there = await textOf(at, path);
    if (keeper !== 'git' || there === undefined || !isOurs(hook, there)) return false;
    const { files } = at.world;
    if ((await files.info(before(path))) === undefined) await files.remove(path);
    else await files.rename(before(path), path);
    return true;
  });
}

export async function hooksStatus(at: HookPlace): Promise<Hooks> {
  return each(at, () => Promise.resolve(false));
}

/** A repository with a worktree commits and pushes; a bare one receives. */
function hooksOf({ layout }: HookPlace['world']): readonly HookName[] {
  return layout.worktree === null ? ['pre-receive'] : ['pre-commit', 'pre-push'];
}

async function each(at: HookPlace, change: (keeper: HookKeeper, hook: HookName, path: string) => Promise<boolean>): Promise<Hooks> {
  const keeper = await keeperOf(at);
  const hooks: HookState[] = [];
  const changed: HookName[] = [];
  for (const hook of hooksOf(at.world)) {
    const path = `${at.folder}/${hook}`;
    if (await change(keeper, hook, path)) changed.push(hook);
    hooks.push(await stateOf(at, keeper, hook, path));
  }
  return { schema: 'coo/hooks.v1', keeper, hooks, changed };
}

async function stateOf(at: HookPlace, keeper: HookKeeper, hook: HookName, path: string): Promise<HookState> {
  if (keeper !== 'git') return { hook, path, state: 'offered', snippet: snippetFor(keeper, hook) };
  const there = await textOf(at, path);
  if (there !== undefined && isOurs(hook, there)) return { hook, path, state: (await at.world.files.info(before(path))) === undefined ? 'installed' : 'chained' };
  return { hook, path, state: (await at.world.files.info(path)) === undefined ? 'absent' : 'other' };
}

/** Who writes the hooks here, told by their files: what they write anew must not hold anything of coo's. */
async function keeperOf(at: HookPlace): Promise<HookKeeper> {
  const { files, layout } = at.world;
  const own = at.folder === `${layout.common}/hooks`;
  const { worktree } = layout;
  if (worktree !== null && at.folder.startsWith(`${worktree}/.husky`)) return 'husky';
  if (!own) return 'hooks-path';
  const texts = await Promise.all(hooksOf(at.world).map(async (hook) => (await textOf(at, `${at.folder}/${hook}`)) ?? ''));
  const isThere = async (name: string): Promise<boolean> => worktree !== null && (await files.info(`${worktree}/${name}`)) !== undefined;
  for (const name of LEFTHOOK) if (await isThere(name)) return 'lefthook';
  if (texts.some((text) => text.includes('LEFTHOOK'))) return 'lefthook';
  return texts.some((text) => text.includes('File generated by pre-commit')) ? 'pre-commit' : 'git';
}

/** Moves somebody's hook to where ours runs it first. Never over one that was set aside before. */
async function setAside(at: HookPlace, path: string): Promise<void> {
  const { files } = at.world;
  const info = await files.info(path);
  if (info?.kind !== 'file') throw new Failure({ code: 'HOOK_NOT_PLAIN', message: `${path} is no plain file, so it is left alone`, fix: `call coo from it yourself: coo guard ${path.slice(path.lastIndexOf('/') + 1)}` });
  if ((await files.info(before(path))) !== undefined) throw new Failure({ code: 'HOOK_SET_ASIDE', message: `${before(path)} is there already, from an earlier hook`, fix: 'look at both, and remove the one that is not needed' });
  await files.rename(path, before(path), true);
}

function before(path: string): string {
  return `${path}.before-coo`;
}

async function textOf({ world }: HookPlace, path: string): Promise<string | undefined> {
  if ((await world.files.info(path))?.kind !== 'file') return undefined;
  const bytes = await readIfThere(world.files, path, CAP);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}
