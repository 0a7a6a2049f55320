import type { Oid } from '../../ports/git-store.ts';
import { parseTree } from './tree.ts';
import type { TreeLine } from './tree.ts';
import type { HashFormat } from './oid.ts';
import type { Reader } from './reader.ts';

/** Parsed tree objects, the latest kept: one judgement reads the same trees again and again. */
export interface Trees {
  /** The lines of a tree. Throws what `Reader.contents` and `parseTree` throw. */
  of(tree: Oid): Promise<readonly TreeLine[]>;
  /** Starts reading a tree that will be wanted. */
  soon(tree: Oid): void;
}

/** A tree object larger than this holds more names than any project. */
const TREE_CAP_BYTES = 64 * 1024 * 1024;
/** Half a kilobyte each, so about 10 MB; a tree that is read again costs 0.1 ms. */
const KEPT_LINES = 20_000;

interface Kept {
  readonly lines: Promise<readonly TreeLine[]>;
  /** How many lines; 0 while it is being read. */
  size: number;
}

export function openTrees(reader: Reader, format: HashFormat): Trees {
  const kept = new Map<Oid, Kept>();
  let total = 0;
  const drop = (id: Oid, entry: Kept): void => {
    if (kept.get(id) === entry) kept.delete(id);
    total -= entry.size;
    entry.size = 0;
  };
  const of = async (id: Oid): Promise<readonly TreeLine[]> => {
    const found = kept.get(id);
    if (found !== undefined) return found.lines;
    const entry: Kept = { lines: reader.contents(id, 'tree', TREE_CAP_BYTES).then((bytes) => parseTree(format, bytes)), size: 0 };
    kept.set(id, entry);
    try {
      const lines = await entry.lines;
      entry.size = lines.length;
      total += lines.length;
      for (const [oldest, other] of kept) {
        if (total <= KEPT_LINES) break;
        drop(oldest, other);
      }
      return lines;
    } catch (error) {
      drop(id, entry);
      throw error;
    }
  };
  return {
    of,
    soon(id) {
      // A failure is not lost: whoever wants the tree asks again and is told.
      of(id).catch((error: unknown) => error);
    },
  };
}
