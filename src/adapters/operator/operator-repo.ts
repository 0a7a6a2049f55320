import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { simpleGit } from 'simple-git';
import type { SimpleGit } from 'simple-git';
import type { OperatorRepo } from '../../ports/operator-repo.ts';
import { asking } from './ask.ts';

const OLDEST_GIT = [2, 39] as const;

/** The operator's repository as their own git sees it, through simple-git. Fixed argument lists; nothing of the caller's becomes an option. */
export function operatorRepo(folder: string, commonDir: string): OperatorRepo {
  const git: SimpleGit = simpleGit({ baseDir: folder, timeout: { block: 30_000 } });
  const ask = asking(git);
  return {
    currentBranch: async () => shortBranch(await ask('symbolic-ref', '--quiet', 'HEAD')),
    async defaultBranch() {
      const remote = shortBranch(await ask('symbolic-ref', '--quiet', 'refs/remotes/origin/HEAD'));
      if (remote !== null) return remote;
      for (const name of ['main', 'master']) if ((await ask('rev-parse', '--verify', '--quiet', `refs/heads/${name}`)) !== null) return name;
      return null;
    },
    async hasUpstream(branch) {
      return (await ask('config', '--get', `branch.${branch}.remote`)) !== null;
    },
    revision: (rev) => ask('rev-parse', '--verify', '--quiet', '--end-of-options', `${rev}^{commit}`),
    async uncommitted() {
      const changed = await ask('diff', '--name-only', '--no-renames', '--no-ext-diff', '-z', 'HEAD', '--');
      const unknown = await ask('ls-files', '--others', '--exclude-standard', '--directory', '--no-empty-directory', '--full-name', '-z', '--', ':/');
      return [changed, unknown].flatMap((paths) => (paths ?? '').split('\0').filter((path) => path !== ''));
    },
    origin: () => ask('config', '--get', 'remote.origin.url'),
    email: () => ask('config', '--get', 'user.email'),
    hooksFolder: async () => resolve(realpathSync(folder), (await ask('rev-parse', '--git-path', 'hooks')) ?? join(commonDir, 'hooks')),
    async unfit() {
      const version = /([0-9]+)\.([0-9]+)/.exec((await ask('version')) ?? '');
      const [major, minor] = [Number(version?.[1] ?? 0), Number(version?.[2] ?? 0)];
      if (major < OLDEST_GIT[0] || (major === OLDEST_GIT[0] && minor < OLDEST_GIT[1])) {
        return { code: 'GIT_OLD', message: `git ${String(major)}.${String(minor)} is too old: coo needs ${OLDEST_GIT.join('.')}`, fix: 'install a newer git' };
      }
      if (existsSync(join(commonDir, 'shallow'))) return { code: 'SHALLOW_CLONE', message: 'this is a shallow clone: it lacks history that the ledger needs', fix: 'git fetch --unshallow' };
      if (isPartial(commonDir)) return { code: 'PARTIAL_CLONE', message: 'this is a partial clone: it lacks objects that the ledger needs', fix: 'clone again without --filter' };
      return null;
    },
  };
}

function shortBranch(ref: string | null): string | null {
  if (ref === null) return null;
  return ref.replace(/^refs\/heads\//, '').replace(/^refs\/remotes\/origin\//, '');
}

function isPartial(commonDir: string): boolean {
  const path = join(commonDir, 'config');
  return existsSync(path) && /^\s*(partialclonefilter|promisor)\s*=/im.test(readFileSync(path, 'utf8'));
}
