import type { Digest, Fence, PlanId, StepId } from '../kernel/ids.ts';
import type { Order as BareOrder } from '../kernel/order.ts';
import { canonical, FormatError, sha256Hex } from './canonical.ts';
import { parseFile, renderFile } from './file.ts';
import { standingOf } from './versions.ts';

/** What binds an order to its plan and its grant. `digest` is the sha256 of the order's canonical JSON with a seal that lacks it. */
export interface Seal {
  /** The plan's one digest: sha256 of its file's bytes, as its author wrote them and as the entry that took it lists them. */
  readonly plan_digest: Digest;
  readonly nonce: string;
  readonly digest: Digest;
}

/** A sealed work order, as committed. */
export interface Order extends BareOrder {
  readonly seal: Seal;
}

export type ParsedOrder = { readonly ok: true; readonly order: Order } | { readonly ok: false; readonly fault: { readonly code: string; readonly message: string } };

export function sealOrder(order: BareOrder, by: Omit<Seal, 'digest'>): Order {
  return { ...order, seal: { ...by, digest: sealDigest(order, by) } };
}

/** Of an order that is sealed already, the new seal stands where the old one did: in order, which is half the work. */
function sealDigest(order: BareOrder, by: Omit<Seal, 'digest'>): Digest {
  return sha256Hex(canonical({ ...order, seal: { nonce: by.nonce, plan_digest: by.plan_digest } }));
}

export function renderOrder(order: Order): Uint8Array {
  return renderFile(order);
}

/** Reads an order, by `read` exactly unless said otherwise, and checks its seal. */
export function parseOrder(bytes: Uint8Array, path: string, read: (bytes: Uint8Array) => unknown = parseFile): ParsedOrder {
  const order = read(bytes) as Order | null | undefined;
  if (standingOf('order', order?.schema) === 'newer') return { ok: false, fault: { code: 'ORDER_NEWER', message: `${path} was written by a newer coo` } };
  if (order?.schema !== 'coo/order.v1' || typeof order.seal !== 'object' || (order.seal as Seal | null) === null) return { ok: false, fault: { code: 'ORDER_NOT_EXACT', message: `${path} is not a work order as coo renders it` } };
  const { seal } = order;
  if (seal.digest !== sealOf(order, seal)) return { ok: false, fault: { code: 'ORDER_SEAL', message: `the seal of ${path} is broken: it was changed` } };
  return { ok: true, order };
}

/** The digest that the order's seal should have; undefined for an order that canonical JSON cannot say, which was never sealed. */
function sealOf(order: Order, seal: Seal): Digest | undefined {
  try {
    return sealDigest(order, seal);
  } catch (cause) {
    // A RangeError: nested deeper than the stack reaches.
    if (cause instanceof FormatError || cause instanceof RangeError) return undefined;
    throw cause;
  }
}

/** `_bus/orders/<plan>/<step>.<attempt>.json`. */
export function orderPath(plan_id: PlanId, step_id: StepId, attempt: Fence): string {
  return `_bus/orders/${plan_id}/${step_id}.${String(attempt)}.json`;
}
