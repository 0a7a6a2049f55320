/** A repository on a forge, as the URL of a remote names it. */
export interface RemoteRepo {
  /** In lower case, without a port. */
  readonly host: string;
  readonly owner: string;
  readonly repo: string;
}

const HOST = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;
const OWNER = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;
const REPO = /^[A-Za-z0-9._-]{1,100}$/;
/** `git@host:owner/repo.git`, as scp writes it. */
const SCP = /^(?:[\w.-]+@)?([^/:@]+):([^/:][^:]*)$/;

/**
 * Reads `https://host/owner/repo(.git)`, `ssh://git@host(:port)/owner/repo(.git)` and `git@host:owner/repo(.git)`.
 * Undefined for anything else: a path, another scheme, more or fewer parts, names that no forge gives.
 */
export function parseRemoteUrl(url: string): RemoteRepo | undefined {
  if (url.includes('://')) {
    const parsed = URL.parse(url);
    if (parsed === null || !['https:', 'ssh:'].includes(parsed.protocol) || parsed.search !== '' || parsed.hash !== '') return undefined;
    return named(parsed.hostname, parsed.pathname.slice(1));
  }
  const [, host = '', path = ''] = SCP.exec(url) ?? [];
  return named(host, path);
}

function named(host: string, path: string): RemoteRepo | undefined {
  const [owner = '', name = '', ...more] = path.replace(/\/$/, '').split('/');
  const repo = name.replace(/\.git$/, '');
  const small = host.toLowerCase();
  if (more.length > 0 || !HOST.test(small) || !OWNER.test(owner) || !REPO.test(repo) || repo === '.' || repo === '..') return undefined;
  return { host: small, owner, repo };
}
