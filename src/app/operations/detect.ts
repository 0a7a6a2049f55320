import { tryParse } from '../stored.ts';
import type { LedgerWorld } from '../world.ts';

/** Commands that a project seems to want: how its dependencies are installed and how it is tested. */
export interface Detected {
  readonly setup: readonly string[];
  readonly checks: readonly string[];
}

const CAP = 1_048_576;

/** Looks at the files that tell how a project is built. Detects nothing rather than guess. */
export async function detect(world: Pick<LedgerWorld, 'files'>, worktree: string): Promise<Detected> {
  const has = async (name: string): Promise<boolean> => (await world.files.info(`${worktree}/${name}`))?.kind === 'file';
  if (await has('package.json')) {
    const manifest = tryParse<{ readonly scripts?: { readonly test?: unknown } }>(await world.files.read(`${worktree}/package.json`, CAP));
    const test = typeof manifest?.scripts?.test === 'string' && !manifest.scripts.test.includes('no test specified');
    const setup = (await has('package-lock.json')) ? ['npm ci'] : [];
    return { setup, checks: test ? ['npm test'] : [] };
  }
  if (await has('Cargo.toml')) return { setup: [], checks: ['cargo test'] };
  if (await has('go.mod')) return { setup: [], checks: ['go test ./...'] };
  return { setup: [], checks: [] };
}
