import { canonical, sha256Hex } from '../../format/canonical.ts';
import type { Entry } from '../../format/entry.ts';
import { parseProven, renderFile } from '../../format/file.ts';
import type { State } from '../../kernel/state.ts';
import { viewsOf } from '../manager/checkpoint.ts';

/** A committed view whose bytes are not the ones that this fold renders: its value has still to be held against it, whatever stands first in it. */
export interface OtherView {
  readonly seq: number;
  readonly path: string;
  readonly view: object;
}

/** Views that an entry commits, against the fold before it. `overtaken`: they are as of an entry before that, and can be told no more. */
export function checkViews(state: State, entry: Entry): { readonly others: readonly OtherView[]; readonly overtaken: boolean } {
  const input = entry.inputs.find(({ type }) => type === 'checkpoint');
  if (input?.type !== 'checkpoint') return { others: [], overtaken: false };
  if (input.as_of !== entry.seq - 1) return { others: [], overtaken: true };
  const named = new Map(entry.files.map(({ path, sha256 }) => [path, sha256]));
  const others = viewsOf(state, input.as_of, input.at_ms).filter(({ path, view }) => named.get(path) !== sha256Hex(renderFile(view)));
  return { others: others.map(({ path, view }) => ({ seq: entry.seq, path, view })), overtaken: false };
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
