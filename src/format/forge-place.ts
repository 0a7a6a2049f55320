import type { RemoteRepo } from './remote-url.ts';

export type ForgePlace =
  /** The root of the API, without a slash at its end. */
  | { readonly ok: true; readonly baseUrl: string }
  | { readonly ok: false; readonly code: 'FORGE_URL' | 'FORGE_UNKNOWN'; readonly message: string; readonly fix: string };

const PUBLIC = 'https://api.github.com';
const PUBLIC_HOSTS: ReadonlySet<string> = new Set(['github.com', 'ssh.github.com']);
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

/**
 * Where the API of a repository's forge is: what GITHUB_API_URL says, else GitHub's own. The token goes there, so it must be https (http to this
 * machine alone), and without being told coo takes no other host for GitHub.
 */
export function forgePlace(apiUrl: string, { host }: RemoteRepo): ForgePlace {
  if (apiUrl === '') {
    if (PUBLIC_HOSTS.has(host)) return { ok: true, baseUrl: PUBLIC };
    return { ok: false, code: 'FORGE_UNKNOWN', message: `the remote is on ${host}, and coo speaks to github.com unless it is told otherwise`, fix: `where ${host} is a GitHub Enterprise Server: export GITHUB_API_URL=https://${host}/api/v3` };
  }
  const url = URL.parse(apiUrl);
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.has(url.hostname));
  if (url === null || !isSafe || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    return { ok: false, code: 'FORGE_URL', message: 'GITHUB_API_URL is not the https address of an API', fix: `export GITHUB_API_URL=${PUBLIC}` };
  }
  return { ok: true, baseUrl: `${url.origin}${url.pathname}`.replace(/\/+$/, '') };
}
