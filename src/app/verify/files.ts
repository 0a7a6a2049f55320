import { sha256Hex } from '../../format/canonical.ts';
import { parseProven } from '../../format/file.ts';
import { parseOrder } from '../../format/order.ts';
import type { Order } from '../../format/order.ts';
import type { RecordKind } from '../../format/record-shape.ts';
import { parseRun } from '../../format/run.ts';
import { loadShapes } from '../../format/validate.ts';
import type { Shapes } from '../../format/validate.ts';
import type { GitStore } from '../../ports/git-store.ts';
import type { Leaf } from '../ledger/tree.ts';
import { STATE_PATH, SUMMARY_PATH } from '../manager/checkpoint.ts';
import { isSnapshotPath } from '../snapshot/document.ts';
import { isAlike } from './alike.ts';
import { orderFacts, runFacts } from './facts.ts';
import type { Pile } from './pile.ts';
import { joined } from './joined.ts';
import type { Joined } from './joined.ts';

/** Something in a file that is not as it must be. */
export interface FormFault {
  readonly code: 'RECEIPT_FORM' | 'RECEIPT_SEAL' | 'ORDER_FORM' | 'SCHEMA';
  readonly message: string;
}

/** What a row of files says of itself, before anybody says what it should be. */
export interface Piece {
  /** The place of the first file. */
  readonly from: number;
  /** The sha256 of each file, in order; empty where its blob is absent. */
  readonly digests: Joined;
  /** Of which file, by its place among all, and what. It counts for a file alone whose digest is the one that was recorded. */
  readonly faults: readonly (readonly [at: number, fault: FormFault])[];
  /** What each order and run receipt says of itself (`facts.ts`); empty for any other file, and for one with a fault. */
  readonly facts: Joined;
}

export type ExaminedFile = Pick<Leaf, 'path' | 'id'>;

/** A thread that takes from the same pile. */
export interface Helper {
  readonly pile: Pile;
  readonly pieces: Promise<readonly Piece[]>;
}

export const FILE_CAP = 67_108_864;
/** Files taken at once: so many that to wait for git costs little, so few that two threads end together. */
export const FILES_AT_ONCE = 2_000;

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
  const digests: string[] = [];
  const faults: [number, FormFault][] = [];
  const facts: string[] = [];
  const look = new Look(shapes);
  const ids = files.slice(from, to).map((leaf) => leaf.id);
  await git.readMany(ids, FILE_CAP, (blob, at) => {
    digests.push(blob === null ? '' : sha256Hex(blob.bytes));
    const found = blob === null ? '' : look.at(files[from + at]?.path ?? '', blob.bytes);
    facts.push(typeof found === 'string' ? found : '');
    if (typeof found !== 'string') faults.push([from + at, found]);
  });
  return { from, digests: joined(digests), faults, facts: joined(facts) };
}

/** Looks at one file after the other. */
class Look {
  readonly #shapes: Shapes;
  /** The last sound order. A receipt that follows it holds the same one as a rule, of which then all is proven already. */
  #last: { readonly order: Order; readonly facts: string } | undefined;

  constructor(shapes: Shapes) {
    this.#shapes = shapes;
  }

  /** A file's facts, or what is wrong with it. */
  at(path: string, bytes: Uint8Array): string | FormFault {
    if (path.startsWith(ORDERS)) return this.#order(path, bytes);
    if (isRunPath(path)) return this.#run(path, bytes);
    if (isSnapshotPath(path)) return shapeFault(this.#shapes, 'snapshot', parseProven(bytes)) ?? '';
    if (path !== STATE_PATH && path !== SUMMARY_PATH) return '';
    return shapeFault(this.#shapes, path === STATE_PATH ? 'state' : 'usage', parseProven(bytes)) ?? '';
  }

  #order(path: string, bytes: Uint8Array): string | FormFault {
    const parsed = parseOrder(bytes, path, parseProven);
    if (!parsed.ok) return { code: 'ORDER_FORM', message: 'is not a sealed work order' };
    const fault = shapeFault(this.#shapes, 'order', parsed.order);
    if (fault !== undefined) return fault;
    this.#last = { order: parsed.order, facts: orderFacts(parsed.order) };
    return this.#last.facts;
  }

  #run(path: string, bytes: Uint8Array): string | FormFault {
    const run = parseRun(bytes, parseProven);
    if (run === undefined) return { code: 'RECEIPT_FORM', message: 'is not a run receipt' };
    const fault = shapeFault(this.#shapes, 'run', run);
    if (fault !== undefined) return fault;
    if (this.#last !== undefined && isAlike(run.order, this.#last.order)) return runFacts(this.#last.facts, run);
    return parseOrder(bytes, path, () => run.order).ok ? runFacts(orderFacts(run.order), run) : { code: 'RECEIPT_SEAL', message: 'holds an order whose seal is broken' };
  }
}

export function shapeFault(shapes: Shapes, kind: RecordKind, value: unknown): FormFault | undefined {
  const validity = shapes(kind, value);
  const [first] = validity.ok ? [] : validity.faults;
  return first === undefined ? undefined : { code: 'SCHEMA', message: `${first.pointer === '' ? 'the file' : first.pointer} ${first.message}` };
}

/** The same files, each run receipt behind its work order where their names tell which that is. */
export function behindOrders<F extends Pick<Leaf, 'path'>>(files: readonly F[]): readonly F[] {
  const runs = new Map<string, F[]>();
  const rest: F[] = [];
  for (const file of files) {
    if (!isRunPath(file.path)) {
      rest.push(file);
      continue;
    }
    const order_id = file.path.slice(file.path.indexOf('-', file.path.lastIndexOf('/')) + 1, -'.json'.length);
    const same = runs.get(order_id);
    if (same === undefined) runs.set(order_id, [file]);
    else same.push(file);
  }
  const placed: F[] = [];
  for (const file of rest) {
    placed.push(file);
    if (!file.path.startsWith(ORDERS)) continue;
    const order_id = file.path.slice(ORDERS.length, -'.json'.length).replace('/', '.');
    placed.push(...(runs.get(order_id) ?? []));
    runs.delete(order_id);
  }
  return [...placed, ...[...runs.values()].flat()];
}

const ORDERS = '_bus/orders/';

export function isRunPath(path: string): boolean {
  return /^_report\/agent\/[^/]+\/runs\/[^/]+\/[^/]+\.json$/.test(path);
}
