import { foldPath } from '../../format/paths.ts';

/** A path as a tree holds it: git's mode in octal digits, and the object's id. */
export interface Side {
  readonly mode: string;
  readonly id: string;
}

/** One path that a commit changed against one of its parents; null = not there. Without renames: these are a removal and an addition. */
export interface PathChange {
  readonly path: string;
  readonly before: Side | null;
  readonly after: Side | null;
}

export type BreachCode = 'RECORD_CHANGED' | 'RECORD_REMOVED' | 'RECORD_MODE' | 'RECORD_NOT_PLAIN' | 'NAME_COLLIDES' | 'MERGE_EVIL';

/** Something that append-only forbids. */
export interface Breach {
  readonly code: BreachCode;
  readonly path: string;
  /** What was done, as the end of a sentence about the path. */
  readonly message: string;
}

/** What coo records is a plain file: not executable, no link, no submodule. */
const PLAIN = '100644';
const KINDS: Readonly<Record<string, string>> = { [PLAIN]: 'a plain file', '100755': 'an executable file', '120000': 'a symbolic link', '160000': 'a submodule', '40000': 'a folder' };

/**
 * What was recorded stays as it is: held over a row of commits, parents before children. Commits are looked at one by one, so that what one changed
 * and a later one put back is found as well.
 */
export class AppendOnly {
  readonly #isRecord: (path: string) => boolean;
  /** Each path and folder by its fold: two that fold alike are one on some systems. */
  readonly #names = new Map<string, string>();
  /** The folds of folders. */
  readonly #folds = new Map<string, string>();

  /** `isRecord`: whether a path, once there, must stay. It is asked about the path's fold as well, so that `_Report` is not another folder. */
  constructor(isRecord: (path: string) => boolean) {
    this.#isRecord = isRecord;
  }

  /** A record that was there before the first commit: its name is taken. Gives the one that had such a name first, if it is another. */
  know(path: string): string | undefined {
    return this.#protects(path) ? this.#claim(path) : undefined;
  }

  /**
   * What one commit breaks, in the order of the paths. `differences`: what it changed against each of its parents; of a commit without parents, against nothing.
   * A merge may take a record from any parent, and must keep what each of them has: a record that equals none of them is the merge's own.
   */
  commit(differences: readonly (readonly PathChange[])[]): readonly Breach[] {
    const changed = new Map<string, PathChange[]>();
    for (const changes of differences) {
      for (const change of changes) {
        if (!this.#protects(change.path)) continue;
        const known = changed.get(change.path);
        if (known === undefined) changed.set(change.path, [change]);
        else known.push(change);
      }
    }
    const breaches: Breach[] = [];
    for (const [path, changes] of [...changed].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const breach = breachOf(path, changes, differences.length) ?? this.#newName(path, changes);
      if (breach !== undefined) breaches.push(breach);
    }
    return breaches;
  }

  #protects(path: string): boolean {
    return this.#isRecord(path) || this.#isRecord(foldPath(path));
  }

  #newName(path: string, changes: readonly PathChange[]): Breach | undefined {
    if (!changes.some(({ before, after }) => before === null && after !== null)) return undefined;
    const other = this.#claim(path);
    return other === undefined ? undefined : { code: 'NAME_COLLIDES', path, message: addedBeside(other) };
  }

  /** Takes a path's name and its folders'; gives the one that had such a name first, if it is another. */
  #claim(path: string): string | undefined {
    const cut = path.lastIndexOf('/');
    const folder = path.slice(0, Math.max(0, cut));
    // A folder that is known has folders that are known.
    if (cut > 0 && !this.#folds.has(folder)) {
      const other = this.#claim(folder);
      if (other !== undefined) return other;
      this.#folds.set(folder, this.#foldOf(folder, folder.lastIndexOf('/')));
    }
    const fold = this.#foldOf(path, cut);
    const first = this.#names.get(fold);
    if (first !== undefined && first !== path) return first;
    this.#names.set(fold, path);
    return undefined;
  }

  /** A path's fold, of that of its folder; `cut` is where its last part begins. */
  #foldOf(path: string, cut: number): string {
    return `${this.#folds.get(path.slice(0, Math.max(0, cut))) ?? ''}/${foldPath(path.slice(cut + 1))}`;
  }
}

/** What is wrong with a new name that folds like another, as the end of a sentence about it. */
export function addedBeside(other: string): string {
  return `was added beside ${other}: where case or Unicode form does not count, the two are one file`;
}

/** `changes`: against those parents that differ, at least one, of `parents` in all (0 and 1 are no merge). */
function breachOf(path: string, changes: readonly PathChange[], parents: number): Breach | undefined {
  const breach = (code: BreachCode, message: string): Breach => ({ code, path, message });
  const after = changes[0]?.after ?? null;
  const before = changes.find((change) => change.before !== null)?.before ?? null;
  if (after === null) return breach('RECORD_REMOVED', 'was removed');
  if (parents > 1 && changes.length === parents) return breach('MERGE_EVIL', before === null ? 'was added by a merge itself: no parent has it' : 'was changed by a merge itself: it equals no parent');
  if (before === null) return after.mode === PLAIN ? undefined : breach('RECORD_NOT_PLAIN', `was added as ${kindOf(after)}; what coo records is ${kindOf({ mode: PLAIN })}`);
  if (before.mode !== after.mode) return breach('RECORD_MODE', `was ${kindOf(before)} and became ${kindOf(after)}`);
  return breach('RECORD_CHANGED', 'was changed');
}

function kindOf({ mode }: Pick<Side, 'mode'>): string {
  return KINDS[mode] ?? `of mode ${mode}`;
}
