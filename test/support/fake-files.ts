import { basename, dirname } from 'node:path';
import { FileFailure } from '../../src/adapters/files/failure.ts';
import { tempNonce } from '../../src/adapters/files/temp-name.ts';
import type { RawFs } from '../../src/adapters/files/raw-fs.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { FileInfo, Files } from '../../src/ports/files.ts';

interface Node {
  readonly kind: FileInfo['kind'];
  readonly inode: number;
  /** Paths of what is in a folder. */
  readonly inside: Set<string>;
  links: number;
  bytes: Uint8Array;
  /** What a power cut leaves of `bytes`. */
  synced: Uint8Array;
  mtimeMs: number;
}

/** One failure to come. `done` = the call does its work and only then fails: the caller cannot know. */
export interface PlannedFault {
  readonly op: keyof Files;
  /** Only for this path; otherwise for the next call of `op`. */
  readonly path?: string;
  /** The system's code, e.g. `EIO`. */
  readonly cause: string;
  readonly done?: boolean;
}

/** A disk in memory. Links are never followed, not even to folders. */
export interface FakeFiles extends Files {
  /** Makes one coming call fail with FILE_IO. */
  failNext(fault: PlannedFault): void;
  /** Forgets everything that was not made durable, as a power cut does. */
  powerCut(): void;
  /** Makes all names durable, as whatever is fsynced does where the file system keeps a journal. */
  sync(): void;
  /** Puts a link, FIFO or the like at a name. */
  plant(path: string, kind: 'symlink' | 'other'): void;
  /** Every name with its kind, for assertions. */
  names(): readonly string[];
}

const NOTHING = new Uint8Array();
const FREE_BYTES = 1e12;

/** `journal`: a name is durable with whatever is fsynced after it, as on a file system with a journal; else with its own folder alone. */
export function fakeFiles(clock: Pick<Clock, 'now'> = { now: () => 0 }, journal = false): FakeFiles {
  let inodes = 1;
  const make = (kind: FileInfo['kind'], bytes: Uint8Array = NOTHING): Node => ({
    kind,
    inode: inodes++,
    inside: new Set(),
    links: 0,
    bytes,
    synced: NOTHING,
    mtimeMs: clock.now(),
  });
  const root = make('folder');
  const live = new Map<string, Node>([['/', root]]);
  const durable = new Map<string, Node>([['/', root]]);
  /** Names that changed and are not durable yet: what stood there when they last were. */
  const loose = new Map<string, Node | undefined>();
  const faults: PlannedFault[] = [];

  /** Gives a name to a node, or takes it away: the only place where a name changes. */
  const setName = (path: string, node: Node | undefined): void => {
    const old = live.get(path);
    if (!loose.has(path)) loose.set(path, old);
    const folder = live.get(dirname(path));
    if (old !== undefined) old.links -= 1;
    if (node === undefined) {
      live.delete(path);
      folder?.inside.delete(path);
    } else {
      node.links += 1;
      live.set(path, node);
      folder?.inside.add(path);
    }
  };

  const parentOf = (path: string): void => {
    if (live.get(dirname(path))?.kind !== 'folder') throw new FileFailure({ code: 'FILE_ABSENT', path });
  };
  const found = (path: string): Node => {
    const node = live.get(path);
    if (node === undefined) throw new FileFailure({ code: 'FILE_ABSENT', path });
    return node;
  };
  const regular = (path: string): Node => {
    const node = found(path);
    if (node.kind !== 'file') throw new FileFailure({ code: 'FILE_NOT_REGULAR', path, kind: node.kind });
    return node;
  };
  const free = (path: string): void => {
    parentOf(path);
    if (live.has(path)) throw new FileFailure({ code: 'FILE_EXISTS', path });
  };
  /** What lies below a name, and the name itself; folders before what is in them. */
  const below = (path: string): readonly string[] => {
    const node = live.get(path);
    return node === undefined ? [] : [...(path === '/' ? [] : [path]), ...[...node.inside].flatMap(below)];
  };
  const sync = (which: (path: string) => boolean): void => {
    for (const path of loose.keys()) {
      if (!which(path)) continue;
      const node = live.get(path);
      if (node === undefined) durable.delete(path);
      else durable.set(path, node);
      loose.delete(path);
    }
  };
  const syncFolder = (folder: string): void => sync((path) => journal || dirname(path) === folder);
  const put = (path: string, bytes: Uint8Array, synced: boolean): void => {
    parentOf(path);
    const old = live.get(path);
    if (old?.kind === 'folder') throw new FileFailure({ code: 'FILE_NOT_REGULAR', path, kind: 'folder' });
    const node = make('file', bytes.slice());
    setName(path, node);
    if (!synced) return;
    node.synced = node.bytes;
    syncFolder(dirname(path));
  };
  const makeFolder = (path: string): void => {
    const node = live.get(path);
    if (node?.kind === 'folder') return;
    if (node !== undefined) throw new FileFailure({ code: 'FILE_NOT_REGULAR', path, kind: node.kind });
    makeFolder(dirname(path));
    setName(path, make('folder'));
    syncFolder(dirname(path));
  };
  const move = (from: string, to: string): void => {
    const names = below(from);
    // A folder takes its place with nothing in it yet.
    for (const name of names) {
      const node = found(name);
      setName(to + name.slice(from.length), node.kind === 'folder' ? make('folder') : node);
    }
    for (const name of names.toReversed()) setName(name, undefined);
  };

  /** Runs one call, with the failure planned for it if there is one. */
  const call = async <T>(op: keyof Files, path: string, work: () => T): Promise<T> => {
    await Promise.resolve();
    const at = faults.length === 0 ? -1 : faults.findIndex((fault) => fault.op === op && (fault.path ?? path) === path);
    const [fault] = at < 0 ? [] : faults.splice(at, 1);
    if (fault === undefined) return work();
    if (fault.done === true) work();
    throw new FileFailure({ code: 'FILE_IO', path, cause: fault.cause });
  };

  return {
    info: (path) =>
      call('info', path, () => {
        const node = live.get(path);
        if (node === undefined) return undefined;
        return { kind: node.kind, size: node.bytes.length, mtimeMs: node.mtimeMs, ctimeMs: node.mtimeMs, inode: node.inode, device: 1, links: node.links };
      }),
    list: (folder) =>
      call('list', folder, () => {
        const node = live.get(folder);
        if (node !== undefined && node.kind !== 'folder') throw new FileFailure({ code: 'FILE_NOT_REGULAR', path: folder, kind: node.kind });
        return [...(node?.inside ?? [])].map((name) => basename(name)).sort();
      }),
    read: (path, cap) =>
      call('read', path, () => {
        const { bytes } = regular(path);
        if (bytes.length > cap) throw new FileFailure({ code: 'FILE_TOO_LARGE', path, size: bytes.length, cap });
        return bytes.slice();
      }),
    folder: (path) => call('folder', path, () => makeFolder(path)),
    create: (path, bytes) =>
      call('create', path, () => {
        free(path);
        put(path, bytes, true);
      }),
    replace: (path, bytes) => call('replace', path, () => put(path, bytes, true)),
    replaceView: (path, bytes) => call('replaceView', path, () => put(path, bytes, false)),
    append: (path, bytes) =>
      call('append', path, () => {
        if (!live.has(path)) put(path, NOTHING, false);
        const node = regular(path);
        const { bytes: before } = node;
        node.bytes = new Uint8Array(before.length + bytes.length);
        node.bytes.set(before);
        node.bytes.set(bytes, before.length);
        node.mtimeMs = clock.now();
      }),
    rename: (from, to, keep = false) =>
      call('rename', from, () => {
        found(from);
        if (keep) free(to);
        else parentOf(to);
        if (live.get(from) !== live.get(to)) move(from, to);
      }),
    link: (from, to) =>
      call('link', from, () => {
        const node = found(from);
        free(to);
        setName(to, node);
      }),
    remove: (path) =>
      call('remove', path, () => {
        if (live.get(path)?.kind === 'folder') throw new FileFailure({ code: 'FILE_NOT_REGULAR', path, kind: 'folder' });
        if (live.has(path)) setName(path, undefined);
      }),
    writer: tempNonce,
    removeAll: (path) =>
      call('removeAll', path, () => {
        for (const name of below(path).toReversed()) setName(name, undefined);
      }),
    free: (path) => call('free', path, () => FREE_BYTES),
    failNext: (fault) => {
      faults.push(fault);
    },
    powerCut() {
      const kept = [...durable].sort(([a], [b]) => (a < b ? -1 : 1));
      live.clear();
      live.set('/', root);
      for (const node of durable.values()) {
        node.links = 0;
        node.inside.clear();
        node.bytes = node.synced;
      }
      for (const [name, node] of kept) if (name !== '/' && live.get(dirname(name))?.kind === 'folder') setName(name, node);
      loose.clear();
    },
    sync: () => sync(() => true),
    plant(path, kind) {
      makeFolder(dirname(path));
      setName(path, make(kind));
    },
    names: () => [...live.keys()].sort(),
  };
}

export type RawFault = 'EIO' | 'ENOSPC' | 'short';

/**
 * The real system calls, of which number `nth` (from 1; reads of state not counted) fails, or for `short` writes only half and the next
 * write finds the disk full. `calls` says how many there were.
 */
export function failingFs(real: RawFs, nth: number, fault: RawFault): { readonly raw: RawFs; readonly calls: () => number } {
  let calls = 0;
  let full = false;
  const broken = (code: string): Error => Object.assign(new Error(`planned ${code}`), { code });
  const guard =
    <A extends readonly unknown[], R>(work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      calls += 1;
      if (calls === nth && fault !== 'short') throw broken(fault);
      return work(...args);
    };
  const raw: RawFs = {
    ...real,
    open: guard(real.open),
    async close(fd) {
      calls += 1;
      // Linux closes the descriptor even when close fails.
      await real.close(fd);
      if (calls === nth && fault !== 'short') throw broken(fault);
    },
    async write(fd, from, offset, length) {
      calls += 1;
      if (full || (calls === nth && fault !== 'short')) throw broken(full ? 'ENOSPC' : fault);
      full = fault === 'short' && calls === nth;
      return real.write(fd, from, offset, full ? length >> 1 : length);
    },
    fsync: guard(real.fsync),
    link: guard(real.link),
    rename: guard(real.rename),
    unlink: guard(real.unlink),
    mkdir: guard(real.mkdir),
  };
  return { raw, calls: () => calls };
}
