import { canonical, sha256Hex } from '../../format/canonical.ts';
import { loadEntry } from '../../format/entry.ts';
import type { Entry } from '../../format/entry.ts';
import { parseProven, renderFile } from '../../format/file.ts';
import { apply } from '../../kernel/fold.ts';
import { emptyState } from '../../kernel/state.ts';
import type { State } from '../../kernel/state.ts';
import type { GitStore } from '../../ports/git-store.ts';
import type { Leaf } from '../ledger/tree.ts';
import { viewsOf } from '../manager/checkpoint.ts';
import { FILE_CAP } from './files.ts';

/** A committed view whose bytes are not the ones that this fold renders: its value has still to be held against it, whatever stands first in it. */
export interface OtherView {
  readonly seq: number;
  readonly path: string;
  readonly view: object;
}

/** Views that an entry commits, and the entry that they are of. */
export interface Checkpoint {
  readonly seq: number;
  readonly as_of: number;
  readonly at_ms: number;
  readonly files: Entry['files'];
}

export function checkpointIn({ seq, inputs, files }: Entry): Checkpoint | undefined {
  const input = inputs.find(({ type }) => type === 'checkpoint');
  return input?.type === 'checkpoint' ? { seq, as_of: input.as_of, at_ms: input.at_ms, files } : undefined;
}

/** Those of a checkpoint's views whose bytes are not what this fold renders. `state`: after the entry that they are of. */
export function otherViews(state: State, { seq, as_of, at_ms, files }: Checkpoint): readonly OtherView[] {
  const named = new Map(files.map(({ path, sha256 }) => [path, sha256]));
  return viewsOf(state, as_of, at_ms).flatMap(({ path, view }) => (named.get(path) === sha256Hex(renderFile(view)) ? [] : [{ seq, path, view }]));
}

/** The same of checkpoints that others' entries overtook: the fold is made again up to each entry that they are of. An entry that cannot be read is found elsewhere. */
export async function overtakenViews(git: Pick<GitStore, 'readMany'>, leaves: readonly Pick<Leaf, 'id' | 'path'>[], overtaken: readonly Checkpoint[]): Promise<readonly OtherView[]> {
  const wanted = Map.groupBy(overtaken, ({ as_of }) => as_of);
  const ids = leaves.slice(0, Math.max(0, ...wanted.keys())).map(({ id }) => id);
  const state = emptyState();
  const others: OtherView[] = [];
  await git.readMany(ids, FILE_CAP, (blob, at) => {
    const parsed = blob === null ? undefined : loadEntry(blob.bytes, leaves[at]?.path ?? '');
    if (parsed?.ok !== true) return;
    for (const event of parsed.entry.events) apply(state, event);
    for (const checkpoint of wanted.get(at + 1) ?? []) others.push(...otherViews(state, checkpoint));
  });
  return others;
}

/** Whether a view's bytes say the same as the fold, whatever the order of what they list: that depends on when a manager began. */
export function saysTheSame(bytes: Uint8Array, view: object): boolean {
  return unordered(parseProven(bytes)) === unordered(view);
}

function unordered(value: unknown): string {
  return canonical(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => canonical(sorted(item))).sort();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, sorted(member)]));
}
