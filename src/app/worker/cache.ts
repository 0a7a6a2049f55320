import { posix } from 'node:path';
import { canonical, sha256Hex } from '../../format/canonical.ts';
import type { CommandRecord } from '../../format/run.ts';
import { aNumber, aText, anyOf, having, listOf, oneOf } from '../../format/shape.ts';
import type { Order } from '../../kernel/order.ts';
import { isFault, readIfRegular, readIfThere } from '../faults.ts';
import { storedBytes, tryParse } from '../stored.ts';
import type { World } from '../world.ts';
import type { Bench } from './commands.ts';
import { COMMAND } from './read-result.ts';

/** `<state home>/<ledger>/.cache/<key>/whole.json`: written last, so an entry without it is none. */
interface Kept {
  readonly schema: 'coo/setup-cache.v1';
  readonly key: string;
  /** The path of the cache spec at each place, and the shape of its copy `<place>`; null = set-up makes nothing there. */
  readonly trees: readonly (string | null)[];
  /** Of all copies together. */
  readonly bytes: number;
  /** What set-up did when it ran, each marked with the key. */
  readonly records: readonly CommandRecord[];
}

type CacheWorld = Pick<World, 'files' | 'random' | 'trees' | 'processes' | 'layout'>;

const KEPT = having<Kept>({ schema: oneOf('coo/setup-cache.v1'), key: aText, trees: listOf(anyOf(oneOf(null), aText)), bytes: aNumber, records: listOf(COMMAND) });
const KEY_FILE_CAP = 67_108_864;
const KEPT_CAP = 16_777_216;
const NAME_BYTES = 6;

/** Where the set-ups of one ledger's workspaces are kept. A name with a dot is no attempt's. */
export function cacheFolder(layout: World['layout'], ledger: string): string {
  return `${layout.stateHome}/${ledger}/.cache`;
}

/**
 * What set-up made, kept for attempts that would make the same: the same commands, key files, environment, machine. An entry is copied from
 * what set-up left, before any command of the step could run, and copied again for each attempt: nothing that is written in one workspace
 * shows in another. It is built aside and renamed, and used only while its shape is what it was when it was kept.
 */
export class SetupCache {
  readonly #world: CacheWorld;
  readonly #folder: string;
  readonly #paths: readonly string[];
  readonly #entry: string;
  readonly #key: string;

  private constructor(world: CacheWorld, folder: string, paths: readonly string[], entries: string, key: string) {
    this.#world = world;
    this.#folder = folder;
    this.#paths = paths;
    this.#key = key;
    this.#entry = `${entries}/${key}`;
  }

  /** The entry for an order in its fresh workspace; undefined where there is nothing to keep, or what set-up would make stands there already. */
  static async of(world: CacheWorld, ledger: string, order: Order, bench: Pick<Bench, 'folder' | 'env'>): Promise<SetupCache | undefined> {
    const { cache, setup } = order;
    if (cache === undefined || setup.length === 0) return undefined;
    const { folder } = bench;
    for (const path of cache.paths) if (!(await isOpen(world, folder, path))) return undefined;
    const files: (string | null)[] = [];
    for (const path of cache.key) {
      if (!(await isReal(world, folder, posix.dirname(path)))) return undefined;
      const bytes = await readIfThere(world.files, `${folder}/${path}`, KEY_FILE_CAP);
      files.push(bytes === undefined ? null : sha256Hex(bytes));
    }
    const env = order.env.map((name) => bench.env[name] ?? null);
    const key = sha256Hex(canonical({ setup, cache: { key: cache.key, paths: cache.paths }, files, names: order.env, env, path: bench.env['PATH'] ?? '', host: world.processes.self().host }));
    return new SetupCache(world, folder, cache.paths, cacheFolder(world.layout, ledger), key);
  }

  /** Puts in place what was kept. The records of the set-up that made it; undefined when there is none, or none that is whole. */
  async restore(): Promise<readonly CommandRecord[] | undefined> {
    const { files, trees } = this.#world;
    const kept = await this.#kept();
    if (kept === undefined) {
      // It is renamed into place whole: what lies there without its mark was broken since, and is in the way of a better one.
      await this.#drop();
      return undefined;
    }
    try {
      await files.replaceView(`${this.#entry}/used`, new Uint8Array());
      for (const [at, path] of this.#paths.entries()) {
        const shape = kept.trees[at];
        if (typeof shape !== 'string') continue;
        await files.folder(posix.dirname(`${this.#folder}/${path}`));
        if ((await trees.copy(`${this.#entry}/${String(at)}`, `${this.#folder}/${path}`)).digest !== shape) throw new Broken();
      }
      return kept.records;
    } catch {
      // Broken, or taken away meanwhile: whatever it was, set-up makes it anew, and keeps that.
      for (const path of this.#paths) await files.removeAll(`${this.#folder}/${path}`);
      await this.#drop();
      return undefined;
    }
  }

  /** Keeps what set-up made. Failing to harms nobody: the next attempt sets up as this one did. */
  async keep(records: readonly CommandRecord[]): Promise<void> {
    const { files, random } = this.#world;
    const part = `${posix.dirname(this.#entry)}/.${this.#key}.${random.hex(NAME_BYTES)}.part`;
    try {
      await files.folder(part);
      const copied = await this.#copied(part);
      if (copied === undefined) return;
      const marked: CommandRecord[] = [];
      for (const record of records) marked.push({ ...record, cached: this.#key });
      const kept: Kept = { schema: 'coo/setup-cache.v1', key: this.#key, ...copied, records: marked };
      await files.replace(`${part}/whole.json`, storedBytes(kept));
      await files.replaceView(`${part}/used`, new Uint8Array());
      await files.rename(part, this.#entry);
    } catch (cause) {
      // Somebody else was faster, or the disk is full.
      if (!(cause instanceof Error)) throw cause;
    } finally {
      await files.removeAll(part);
    }
  }

  /** The shapes of the copies; undefined where set-up made none of it, or what means something else in another workspace. */
  async #copied(part: string): Promise<Pick<Kept, 'trees' | 'bytes'> | undefined> {
    const { files, trees } = this.#world;
    const shapes: (string | null)[] = [];
    let total = 0;
    for (const [at, path] of this.#paths.entries()) {
      if (!(await isReal(this.#world, this.#folder, posix.dirname(path)))) return undefined;
      const info = await files.info(`${this.#folder}/${path}`);
      if (info === undefined) shapes.push(null);
      else {
        const { digest, links, bytes } = await trees.copy(`${this.#folder}/${path}`, `${part}/${String(at)}`);
        if (links.some((link) => leadsOut(posix.join(path, link.path), link.target, this.#folder))) return undefined;
        shapes.push(digest);
        total += bytes;
      }
    }
    return shapes.every((shape) => shape === null) ? undefined : { trees: shapes, bytes: total };
  }

  async #kept(): Promise<Kept | undefined> {
    const kept = await readKept(this.#world, this.#entry);
    return kept?.key === this.#key && kept.trees.length === this.#paths.length ? kept : undefined;
  }

  /** Renamed first, so that nobody begins to copy what is being removed. */
  async #drop(): Promise<void> {
    const { files, random } = this.#world;
    const aside = `${posix.dirname(this.#entry)}/.${this.#key}.${random.hex(NAME_BYTES)}.gone`;
    try {
      await files.rename(this.#entry, aside);
    } catch (cause) {
      if (isFault(cause, 'FILE_ABSENT')) return;
      throw cause;
    }
    await files.removeAll(aside);
  }
}

/** What an entry says of itself; undefined for what is none. */
export async function readKept({ files }: Pick<CacheWorld, 'files'>, entry: string): Promise<Kept | undefined> {
  const bytes = await readIfRegular(files, `${entry}/whole.json`, KEPT_CAP);
  const kept = bytes === undefined ? undefined : tryParse<Kept>(bytes);
  return KEPT(kept) ? kept : undefined;
}

class Broken extends Error {}

/** Whether nothing stands at a path, and only real folders, or nothing, above it. */
async function isOpen(world: CacheWorld, folder: string, path: string): Promise<boolean> {
  return (await isReal(world, folder, posix.dirname(path))) && (await world.files.info(`${folder}/${path}`)) === undefined;
}

async function isReal(world: CacheWorld, folder: string, path: string): Promise<boolean> {
  if (path === '.') return true;
  let at = folder;
  for (const part of path.split('/')) {
    at = `${at}/${part}`;
    const info = await world.files.info(at);
    if (info === undefined) return true;
    if (info.kind !== 'folder') return false;
  }
  return true;
}

/** A link into this very workspace by its absolute name, or out of it, is another thing in the next one. */
function leadsOut(path: string, target: string, folder: string): boolean {
  if (posix.isAbsolute(target)) return target === folder || target.startsWith(`${folder}/`);
  return posix.join(posix.dirname(path), target).startsWith('..');
}
