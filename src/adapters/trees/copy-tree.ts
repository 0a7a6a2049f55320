import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, readdir, readlink, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesBelow } from '../machine/usage.ts';
import type { Trees, TreeShape } from '../../ports/trees.ts';

/** What could not be copied, and why. */
export class TreeError extends Error {
  readonly code = 'TREE_UNFIT';
}

/** Copied at once: enough to keep the thread pool of Node busy. */
const AT_ONCE = 16;
const RIGHTS = 0o7777;
/** Of a folder that is being filled. */
const OWN = 0o700;

interface Seen {
  readonly lines: string[];
  readonly links: { readonly path: string; readonly target: string }[];
  files: number;
  bytes: number;
}

/** The disk of this machine. */
export function diskTrees(): Trees {
  return {
    async copy(from, to): Promise<TreeShape> {
      const seen: Seen = { lines: [], links: [], files: 0, bytes: 0 };
      await copyAt(from, to, '', seen);
      const digest = createHash('sha256').update(seen.lines.toSorted().join('')).digest('hex');
      return { digest, files: seen.files, bytes: seen.bytes, links: seen.links };
    },
    bytes: bytesBelow,
  };
}

async function copyAt(from: string, to: string, path: string, seen: Seen): Promise<void> {
  const found = await lstat(from);
  if (found.isDirectory()) {
    await copyFolder(from, to, path, seen);
    await chmod(to, found.mode & RIGHTS);
    seen.lines.push(line(path, 'folder', found.mode));
  } else if (found.isSymbolicLink()) {
    const target = await readlink(from);
    await symlink(target, to);
    seen.links.push({ path, target });
    seen.lines.push(line(path, 'link', 0, target));
  } else if (found.isFile()) {
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    const changed = Math.round(found.mtimeMs);
    await utimes(to, changed / 1_000, changed / 1_000);
    const copied = await lstat(to);
    if (copied.size !== found.size) throw new TreeError(`${from} changed while it was copied`);
    seen.files += 1;
    seen.bytes += found.size;
    seen.lines.push(line(path, 'file', found.mode, found.size, changed));
  } else throw new TreeError(`${from} is neither file, folder nor link`);
}

async function copyFolder(from: string, to: string, path: string, seen: Seen): Promise<void> {
  await mkdir(to, OWN);
  const names = await readdir(from);
  for (let at = 0; at < names.length; at += AT_ONCE) {
    await Promise.all(names.slice(at, at + AT_ONCE).map(async (name) => copyAt(join(from, name), join(to, name), path === '' ? name : `${path}/${name}`, seen)));
  }
}

/** No name and no target holds a NUL. */
function line(path: string, kind: string, mode: number, ...more: readonly (string | number)[]): string {
  return `${[path, kind, (mode & RIGHTS).toString(8), ...more].join('\0')}\0\n`;
}
