import { existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { AttemptGit } from '../../ports/attempt-git.ts';
import type { GitStore, Oid } from '../../ports/git-store.ts';
import type { Cell } from '../../ports/sandbox.ts';
import { LOG, addedTexts } from './added.ts';
import { hiddenIn } from './hidden.ts';
import { withOwnGit } from './own-git.ts';
import type { OwnGit } from './own-git.ts';
import { AttemptGitError, gitIn } from './run.ts';
import type { Env, Git, Output } from './run.ts';
import { giveIndex, readIndex, stage } from './stage.ts';

/** What a change adds is looked at up to this, in bytes. */
const ADDED_CAP = 67_108_864;
/** An index is read up to this, in bytes of a line for each file: some two million of them. */
const INDEX_CAP = 268_435_456;

interface Place {
  readonly cell: Pick<Cell, 'wrap'>;
  readonly folder: string;
  readonly env: Env;
}

/**
 * The worker's own git, in a folder that the attempt could change at will. It runs with the attempt's environment and rights, and through a git folder
 * of our own (`own-git.ts`): nothing of what the attempt wrote as configuration, attributes or hooks is followed, for without a sandbox it would run
 * when nobody counts it as the attempt's any more.
 */
export function attemptGit(format: GitStore['format']): AttemptGit {
  const inside = async <T>({ cell, folder, env }: Place, skipped: readonly string[], use: (gitOf: (output?: Output) => Git, own: OwnGit) => Promise<T>): Promise<T> =>
    withOwnGit({ folder, format, skipped }, async (own) => use((output) => gitIn(cell, folder, { ...env, ...own.env }, output), own));
  return {
    async seal({ start, message, author, outputs, skipped, env, ...place }) {
      return inside({ ...place, env: { ...env, ...identity(author) } }, skipped, async (gitOf, own) => {
        const [git, bytes] = [gitOf(), gitOf({ encoding: 'latin1', cap: INDEX_CAP })];
        const { tip, tree: tipTree } = await headOf(git, start);
        const { links, unseen } = await readIndex(bytes, own, tip ?? start, skipped);
        // Asked beside: it does not depend on what is added.
        const [, hidden] = await Promise.all([stage(bytes, { outputs, links }), hiddenIn(git, own, { folder: place.folder, skipped, unseen })]);
        const tree = (await git(['write-tree'])).trim();
        if (tree === tipTree) return { commit: tip, tree, hidden };
        const parent = tip ?? start;
        if (parent === null && (await git(['ls-files', '-z'])) === '') return { commit: start, tree: null, hidden };
        const commit = (await git(['commit-tree', tree, ...(parent === null ? [] : ['-p', parent]), '-m', message])).trim();
        await git(['update-ref', 'HEAD', commit]);
        await giveIndex(own, place.folder);
        return { commit, tree, hidden };
      });
    },
    async others(of) {
      return inside(of, [], async (gitOf) => {
        const git = gitOf();
        const { tip } = await headOf(git, null);
        const ids = await git(['for-each-ref', ...(tip === null ? [] : [`--no-merged=${tip}`]), '--format=%(objectname)', 'refs/heads', 'refs/stash']);
        return [...new Set(ids.split('\n').filter((id) => fullId(id) !== null))];
      });
    },
    async added({ start, tip, ...place }) {
      return inside(place, [], async (gitOf) => addedTexts(await gitOf({ cap: ADDED_CAP })([...LOG, tip, ...(start === null ? [] : [`^${start}`]), '--'])));
    },
    async pack({ start, tip, file, ...place }) {
      // Not under a name that git chooses: it would rename from the workspace, which may be on another disk.
      const part = `${file}.part`;
      await rm(part, { force: true });
      const pack = await open(part, 'wx+');
      try {
        await inside(place, [], async (gitOf) => gitOf({ out: pack.fd })(['pack-objects', '--revs', '--quiet', '--stdout'], `${tip}\n${start === null ? '' : `^${start}\n`}`));
        if ((await objectsIn(pack)) > 0) await rename(part, file);
        else await rm(part);
        return existsSync(file);
      } finally {
        await pack.close();
      }
    },
  };
}

/** Its number of objects stands in a pack's first twelve bytes. */
async function objectsIn(pack: FileHandle): Promise<number> {
  const head = Buffer.alloc(12);
  await pack.read(head, 0, head.length, 0);
  return head.readUInt32BE(8);
}

/** The commit that HEAD names and its tree; nulls when HEAD's branch is not born. Throws when the commit that the attempt began with is gone. */
async function headOf(git: Git, start: Oid | null): Promise<{ readonly tip: Oid | null; readonly tree: Oid | null }> {
  const asked = `HEAD^{commit}\nHEAD^{tree}\n${start === null ? '' : `${start}^{commit}\n`}`;
  const [tip, tree, found] = (await git(['cat-file', '--batch-check=%(objectname)'], asked)).split('\n');
  if (start !== null && found !== start) throw new AttemptGitError("the attempt replaced the workspace's .git: the commit that it began with is not in it");
  return { tip: fullId(tip), tree: fullId(tree) };
}

/** Git echoes what it does not find. */
function fullId(line: string | undefined): Oid | null {
  return line !== undefined && /^[0-9a-f]{40,64}$/.test(line) ? line : null;
}

function identity(author: string): Env {
  const email = `${author}@coo.localhost`;
  return { GIT_AUTHOR_NAME: author, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: author, GIT_COMMITTER_EMAIL: email };
}
