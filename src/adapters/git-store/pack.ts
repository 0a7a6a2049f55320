import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Oid } from '../../ports/git-store.ts';
import { flushFolders } from './durable.ts';
import type { GitRepo } from './environment.ts';
import { errno, ioError } from './errors.ts';
import { git } from './spawn.ts';

const PACK_TIMEOUT_MS = 600_000;
/** More packs than this are rolled into fewer. Every pack is one more place to look for an object. */
const MAX_PACKS = 20;

/**
 * Packs all loose objects when there are more than `limit`, reachable or not, without walking the history: the cost is that of the loose objects.
 * The pack is durable before the first loose file goes. Nothing is pruned: an object just written and not yet referred to stays, loose or packed.
 */
export async function packLoose(repo: GitRepo, objectsDir: string, limit: number): Promise<{ readonly packed: boolean; readonly looseLeft: number }> {
  const packDir = join(objectsDir, 'pack');
  const loose = await listLoose(objectsDir);
  const many = loose.length > limit;
  if (many) {
    // Ids without names come in no good order: a wider look for a base makes up for it (a tenth smaller, no slower).
    await git(repo, ['pack-objects', '-q', '--incremental', '--non-empty', '--window=40', join(packDir, 'pack')], { stdin: `${loose.join('\n')}\n`, timeoutMs: PACK_TIMEOUT_MS });
    await flushFolders([packDir]);
    await git(repo, ['prune-packed', '-q'], { timeoutMs: PACK_TIMEOUT_MS });
  }
  const fewer = await consolidate(repo, objectsDir, packDir);
  return { packed: many || fewer, looseLeft: many ? (await listLoose(objectsDir)).length : loose.length };
}

/** Says whether there were too many packs. Those that somebody keeps are not ours to roll, and do not count. */
async function consolidate(repo: GitRepo, objectsDir: string, packDir: string): Promise<boolean> {
  const files = new Set(await names(packDir));
  const packs = [...files].filter((name) => name.endsWith('.pack') && !files.has(name.replace(/pack$/, 'keep')));
  if (packs.length <= MAX_PACKS) return false;
  // A geometric repack leaves a large old pack alone. Git 2.39 does it wrong where objects are borrowed; there everything local is repacked, unreachable objects too.
  const how = (await isPresent(join(objectsDir, 'info', 'alternates'))) ? ['-a', '-k'] : ['--geometric=2'];
  await git(repo, ['repack', ...how, '-d', '-l', '-q', '-n'], { timeoutMs: PACK_TIMEOUT_MS });
  await flushFolders([packDir]);
  return true;
}

/** The ids of all loose objects. */
async function listLoose(objectsDir: string): Promise<readonly Oid[]> {
  const folders = (await names(objectsDir)).filter((name) => /^[0-9a-f]{2}$/.test(name));
  const lists = await Promise.all(folders.map(async (folder) => (await names(join(objectsDir, folder))).map((name) => folder + name)));
  return lists.flat().filter((id) => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(id));
}

async function names(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errno(error) === 'ENOENT' || errno(error) === 'ENOTDIR') return [];
    throw ioError(`list ${folder}`, error);
  }
}

async function isPresent(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (errno(error) === 'ENOENT') return false;
    throw ioError(`look at ${path}`, error);
  }
}
