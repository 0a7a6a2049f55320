import { sha256Hex } from '../../format/canonical.ts';
import { parseProven } from '../../format/file.ts';
import { parseOrder } from '../../format/order.ts';
import type { RecordKind } from '../../format/record-shape.ts';
import { parseRun } from '../../format/run.ts';
import { loadShapes } from '../../format/validate.ts';
import type { Shapes } from '../../format/validate.ts';
import type { GitStore } from '../../ports/git-store.ts';
import type { Leaf } from '../ledger/tree.ts';
import { STATE_PATH, SUMMARY_PATH } from '../manager/checkpoint.ts';
import { isSnapshotPath } from '../snapshot/document.ts';
import { orderFacts, runFacts } from './facts.ts';
import type { Pile } from './pile.ts';

/** Something in a file that is not as it must be. */
export interface FormFault {
  readonly code: 'RECEIPT_FORM' | 'RECEIPT_SEAL' | 'ORDER_FORM' | 'SCHEMA';
  readonly message: string;
}

/** What a row of files says of itself, before anybody says what it should be. */
export interface Piece {
  /** The place of the first file. */
  readonly from: number;
  /** The sha256 of each file, in order; null where its blob is absent. */
  readonly digests: readonly (string | null)[];
  /** Of which file, by its place among all, and what. It counts for a file alone whose digest is the one that was recorded. */
  readonly faults: readonly (readonly [at: number, fault: FormFault])[];
  /** What each order and run receipt says of itself (`facts.ts`); empty for any other file, and for one with a fault. */
  readonly facts: readonly string[];
}

export type ExaminedFile = Pick<Leaf, 'path' | 'id'>;

/** A thread that takes from the same pile. */
export interface Helper {
  readonly pile: Pile;
  readonly pieces: Promise<readonly Piece[]>;
}

export const FILE_CAP = 67_108_864;
/** Files taken at once: so many that a git process for them costs little, so few that two threads end together. */
export const FILES_AT_ONCE = 10_000;

/** Reads files and holds each against what its path says it is. Rests on nothing but the files, so that it can run beside all else. */
export async function examine(git: Pick<GitStore, 'readMany'>, files: readonly ExaminedFile[], pile: Pile): Promise<readonly Piece[]> {
  const shapes = await loadShapes();
  const pieces: Piece[] = [];
  const work = async (): Promise<void> => {
    for (let next = pile.take(); next !== undefined; next = pile.take()) pieces.push(await examinePiece(git, shapes, files, next));
  };
  // Two at a time: while one waits for git to begin, there is work from the other.
  await Promise.all([work(), work()]);
  return pieces;
}

async function examinePiece(git: Pick<GitStore, 'readMany'>, shapes: Shapes, files: readonly ExaminedFile[], { from, to }: { readonly from: number; readonly to: number }): Promise<Piece> {
  const digests: (string | null)[] = [];
  const faults: [number, FormFault][] = [];
  const facts: string[] = [];
  const ids = files.slice(from, to).map((leaf) => leaf.id);
  await git.readMany(ids, FILE_CAP, (blob, at) => {
    digests.push(blob === null ? null : sha256Hex(blob.bytes));
    const found = blob === null ? '' : look(shapes, files[from + at]?.path ?? '', blob.bytes);
    facts.push(typeof found === 'string' ? found : '');
    if (typeof found !== 'string') faults.push([from + at, found]);
  });
  return { from, digests, faults, facts };
}

/** A file's facts, or what is wrong with it. */
function look(shapes: Shapes, path: string, bytes: Uint8Array): string | FormFault {
  if (isRunPath(path)) {
    const run = parseRun(bytes, parseProven);
    if (run === undefined) return { code: 'RECEIPT_FORM', message: 'is not a run receipt' };
    const fault = shapeFault(shapes, 'run', run);
    if (fault !== undefined) return fault;
    return parseOrder(bytes, path, () => run.order).ok ? runFacts(run) : { code: 'RECEIPT_SEAL', message: 'holds an order whose seal is broken' };
  }
  if (path.startsWith('_bus/orders/')) {
    const parsed = parseOrder(bytes, path, parseProven);
    if (!parsed.ok) return { code: 'ORDER_FORM', message: 'is not a sealed work order' };
    return shapeFault(shapes, 'order', parsed.order) ?? orderFacts(parsed.order);
  }
  if (isSnapshotPath(path)) return shapeFault(shapes, 'snapshot', parseProven(bytes)) ?? '';
  if (path !== STATE_PATH && path !== SUMMARY_PATH) return '';
  return shapeFault(shapes, path === STATE_PATH ? 'state' : 'usage', parseProven(bytes)) ?? '';
}

export function shapeFault(shapes: Shapes, kind: RecordKind, value: unknown): FormFault | undefined {
  const validity = shapes(kind, value);
  const [first] = validity.ok ? [] : validity.faults;
  return first === undefined ? undefined : { code: 'SCHEMA', message: `${first.pointer === '' ? 'the file' : first.pointer} ${first.message}` };
}

export function isRunPath(path: string): boolean {
  return /^_report\/agent\/[^/]+\/runs\/[^/]+\/[^/]+\.json$/.test(path);
}
