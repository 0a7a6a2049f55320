import { Failure } from '../app/failure.ts';
import { forgePlace } from '../format/forge-place.ts';
import type { RemoteRepo } from '../format/remote-url.ts';
import type { Clock } from '../ports/clock.ts';
import type { Forge } from '../ports/forge.ts';
import type { Env } from './wire.ts';

/** Names of the token, the first that is set. It is read here and handed to the forge's adapter; nothing else gets it. */
const TOKENS = ['COO_GITHUB_TOKEN', 'GITHUB_TOKEN', 'GH_TOKEN'];

/** The forge of a repository. Throws FORGE_AUTH without a token, FORGE_UNKNOWN or FORGE_URL where its address is not known. */
export async function openForge(env: Env, repo: RemoteRepo, version: string, clock: Clock): Promise<Forge> {
  const place = forgePlace(env['GITHUB_API_URL'] ?? '', repo);
  if (!place.ok) throw new Failure(place);
  const token = tokenOf(env);
  if (token === undefined) throw new Failure({ code: 'FORGE_AUTH', message: `there is no token for ${repo.host}`, fix: `export ${TOKENS[0] ?? ''}=... (it may read and write contents and pull requests of ${repo.owner}/${repo.repo}); or see the text alone: --dry-run` });
  const { github } = await import('../adapters/forge/github.ts');
  return github({ baseUrl: place.baseUrl, token, owner: repo.owner, repo: repo.repo, version, clock });
}

function tokenOf(env: Env): string | undefined {
  return TOKENS.map((name) => env[name]?.trim()).find((value) => value !== undefined && value !== '');
}
