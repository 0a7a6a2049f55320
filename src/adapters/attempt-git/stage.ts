import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Oid } from '../../ports/git-store.ts';
import type { OwnGit } from './own-git.ts';
import { AttemptGitError } from './run.ts';
import type { Git } from './run.ts';

/** What stands in an index beside ordinary files. Names as bytes in Latin-1. */
export interface Marked {
  /** Commits of nested repositories. */
  readonly links: readonly string[];
  /** Git was told to take it for unchanged, or not to look at it; nothing below the folders that are never taken. */
  readonly unseen: readonly string[];
}

/** `ls-files -v -s`: the tag, mode, id and stage of an entry, then its name. */
const ENTRY = /^([a-zA-Z?]) (\d{6}) [0-9a-f]+ \d\t(.*)$/s;

/**
 * What the index marks. One that is not there, or that git cannot read, is made anew from the commit that the change stands on: then nothing that
 * the attempt left alone is taken for removed. Files of `skipped` folders were not checked out, and are not missed. `git` answers in Latin-1.
 */
export async function readIndex(git: Git, own: OwnGit, base: Oid | null, skipped: readonly string[]): Promise<Marked> {
  const found = (own.hasIndex ? await entriesIn(git) : undefined) ?? (await readAnew(git, own, base));
  const links: string[] = [];
  const unseen: string[] = [];
  const missed: string[] = [];
  for (const [, tag, mode, name] of found) {
    const isUnseen = /[a-zS]/.test(tag);
    if (skipped.some((folder) => name.startsWith(`${folder}/`))) {
      if (!isUnseen) missed.push(name);
      continue;
    }
    if (isUnseen) unseen.push(name);
    // Git does not look at those that it is told to skip, and refuses to be told of them.
    if (mode === '160000' && !/s/i.test(tag)) links.push(name);
  }
  if (missed.length > 0) await git(['update-index', '-z', '--skip-worktree', '--stdin'], asLines(missed));
  return { links, unseen };
}

type Entry = readonly [line: string, tag: string, mode: string, name: string];

/** All entries; undefined when git cannot read them. */
async function entriesIn(git: Git): Promise<readonly Entry[] | undefined> {
  try {
    const lines = (await git(['ls-files', '-z', '-v', '-s'])).split('\0');
    return lines.map((line) => ENTRY.exec(line) as Entry | null).filter((entry) => entry !== null);
  } catch (cause) {
    if (cause instanceof AttemptGitError) return undefined;
    throw cause;
  }
}

async function readAnew(git: Git, own: OwnGit, base: Oid | null): Promise<readonly Entry[]> {
  await rm(join(own.folder, 'index'), { force: true });
  await git(['read-tree', base ?? '--empty']);
  return (await entriesIn(git)) ?? [];
}

/**
 * Takes into the index everything that git does not ignore, and the outputs even if it does. Nested repositories are told apart: to see whether one was
 * changed, `git add` would start a git in it, under the configuration that lies there. `git` is told in Latin-1.
 */
export async function stage(git: Git, { outputs, links }: { readonly outputs: readonly string[]; readonly links: readonly string[] }): Promise<void> {
  const apart = links.map((name) => `:(exclude,top,literal)${name}`);
  const add = async (option: string, paths: readonly string[]): Promise<unknown> => git(['add', option, '--pathspec-from-file=-', '--pathspec-file-nul'], asLines([...paths, ...apart]));
  await (links.length === 0 ? git(['add', '-A']) : add('-A', ['.']));
  // By plumbing a nested repository's HEAD is read, and nothing runs in it.
  if (links.length > 0) await git(['update-index', '-z', '--add', '--remove', '--stdin'], asLines(links));
  const force = async (paths: readonly string[]): Promise<boolean> => succeeds(add('-f', paths.map((path) => Buffer.from(path, 'utf8').toString('latin1'))));
  // All at once is refused when one of them is not there.
  if (outputs.length === 0 || (outputs.length > 1 && (await force(outputs)))) return;
  for (const output of outputs) await force([output]);
}

/** The workspace's own index again, so that whoever looks finds no change but what was made since. */
export async function giveIndex(own: OwnGit, folder: string): Promise<void> {
  const index = join(folder, '.git', 'index');
  await rm(index, { recursive: true, force: true });
  await rename(join(own.folder, 'index'), index);
}

/** An output counts even where git ignores it; one that is not there is no error here: the judgement says so. */
async function succeeds(added: Promise<unknown>): Promise<boolean> {
  try {
    await added;
    return true;
  } catch (cause) {
    if (cause instanceof AttemptGitError) return false;
    throw cause;
  }
}

/** As git reads names from its standard input with `-z`. */
function asLines(names: readonly string[]): string {
  return names.map((name) => `${name}\0`).join('');
}
