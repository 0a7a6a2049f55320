import type { Oid } from '../../ports/git-store.ts';
import type { Handed, Handover } from '../../ports/handover.ts';
import type { GitRepo } from '../git-store/environment.ts';
import { checkRefName } from '../git-store/ref-names.ts';
import { git } from '../git-store/spawn.ts';

/** A ledger of a million entries over a slow disk. */
const TIMEOUT_MS = 3_600_000;
/** No tags, no FETCH_HEAD, no map of the operator's own: the names are those on standard input, and nothing is written but objects. */
const FETCH = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--no-recurse-submodules', '--refmap=', '--stdin', '--end-of-options'];

interface Found {
  readonly id: Oid;
  readonly worktree: string;
}

/** The handover to the repository whose git folder `gitDir` is, by its git alone: fixed arguments, and no transport but a path. */
export function gitHandover({ gitDir, searchPath }: Pick<GitRepo, 'gitDir' | 'searchPath'>): Handover {
  const here: GitRepo = { gitDir, searchPath };
  return {
    async fetch(from, prefixes) {
      const theirs = await refsOf({ gitDir: from, searchPath }, prefixes);
      for (const ref of theirs.keys()) checkRefName(ref);
      if (theirs.size > 0) await git(here, [...FETCH, from], { stdin: [...theirs.keys()].map((ref) => `${ref}\n`).join(''), env: { GIT_ALLOW_PROTOCOL: 'file' }, timeoutMs: TIMEOUT_MS });
      const ours = await refsOf(here, prefixes);
      const handed: Handed[] = [];
      for (const [ref, { id }] of theirs) {
        const mine = ours.get(ref);
        handed.push({ ref, id, here: mine?.id ?? null, stands: await standing(here, mine?.id, id), checkedOut: mine === undefined || mine.worktree === '' ? null : mine.worktree });
      }
      return handed;
    },
  };
}

async function refsOf(repo: GitRepo, prefixes: readonly string[]): Promise<ReadonlyMap<string, Found>> {
  const { stdout } = await git(repo, ['for-each-ref', '--format=%(objectname) %(refname)%00%(worktreepath)', '--', ...prefixes]);
  const lines = new TextDecoder().decode(stdout).split('\n').filter((line) => line.includes('\0'));
  return new Map(
    lines.map((line) => {
      const [told = '', worktree = ''] = line.split('\0');
      const [id = '', ref = ''] = told.split(' ');
      return [ref, { id, worktree }];
    }),
  );
}

async function standing(repo: GitRepo, mine: Oid | undefined, theirs: Oid): Promise<Handed['stands']> {
  if (mine === undefined) return 'absent';
  if (mine === theirs) return 'same';
  if (await isAncestor(repo, mine, theirs)) return 'behind';
  return (await isAncestor(repo, theirs, mine)) ? 'ahead' : 'apart';
}

async function isAncestor(repo: GitRepo, ancestor: Oid, tip: Oid): Promise<boolean> {
  const { exit } = await git(repo, ['merge-base', '--is-ancestor', ancestor, tip], { okExits: [0, 1] });
  return exit === 0;
}
