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

/** Something in a file that is not as it must be. */
export interface FormFault {
  readonly code: 'RECEIPT_FORM' | 'ORDER_FORM' | 'SCHEMA';
  readonly message: string;
}

/** What files say of themselves, before anybody says what they should be. */
export interface Examined {
  /** The sha256 of each file, in the order given; null where its blob is absent. */
  readonly digests: readonly (string | null)[];
  /** Of which file, and what. It counts for a file alone whose digest is the one that was recorded. */
  readonly faults: readonly (readonly [at: number, fault: FormFault])[];
}

export type Examine = (files: readonly Pick<Leaf, 'path' | 'id'>[]) => Promise<Examined>;

export const FILE_CAP = 67_108_864;

/** Reads files and holds each against what its path says it is. Rests on nothing but the files, so that it can run beside all else. */
export async function examine(git: Pick<GitStore, 'readMany'>, files: readonly Pick<Leaf, 'path' | 'id'>[]): Promise<Examined> {
  const shapes = await loadShapes();
  const digests: (string | null)[] = [];
  const faults: [number, FormFault][] = [];
  const ids = files.map((leaf) => leaf.id);
  await git.readMany(ids, FILE_CAP, (blob, at) => {
    digests.push(blob === null ? null : sha256Hex(blob.bytes));
    const fault = blob === null ? undefined : formFault(shapes, files[at]?.path ?? '', blob.bytes);
    if (fault !== undefined) faults.push([at, fault]);
  });
  return { digests, faults };
}

function formFault(shapes: Shapes, path: string, bytes: Uint8Array): FormFault | undefined {
  if (isRunPath(path)) {
    const run = parseRun(bytes, parseProven);
    return run === undefined ? { code: 'RECEIPT_FORM', message: 'is not a run receipt' } : shapeFault(shapes, 'run', run);
  }
  if (path.startsWith('_bus/orders/')) {
    const parsed = parseOrder(bytes, path, parseProven);
    return parsed.ok ? shapeFault(shapes, 'order', parsed.order) : { code: 'ORDER_FORM', message: 'is not a sealed work order' };
  }
  if (path !== STATE_PATH && path !== SUMMARY_PATH) return undefined;
  return shapeFault(shapes, path === STATE_PATH ? 'state' : 'usage', parseProven(bytes));
}

export function shapeFault(shapes: Shapes, kind: RecordKind, value: unknown): FormFault | undefined {
  const validity = shapes(kind, value);
  const [first] = validity.ok ? [] : validity.faults;
  return first === undefined ? undefined : { code: 'SCHEMA', message: `${first.pointer === '' ? 'the file' : first.pointer} ${first.message}` };
}

export function isRunPath(path: string): boolean {
  return /^_report\/agent\/[^/]+\/runs\/[^/]+\/[^/]+\.json$/.test(path);
}
