/** `^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$`, unique in a ledger also after lower-casing. */
export type PlanId = string;
/** The same form, unique in its plan. */
export type StepId = string;
/** The same form; `count: 4` of a seat `dev` makes `dev-1` to `dev-4`. */
export type SeatId = string;
/** `<plan_id>/<step_id>`: how a step is named everywhere. */
export type StepKey = string;
/** Fencing token: grows by one with each grant of a step, and is the number of the attempt. */
export type Fence = number;
/** `<plan_id>.<step_id>.<fence>`. */
export type OrderId = string;
/** A git object id in lower-case hex. */
export type Oid = string;
/** SHA-256 in lower-case hex. */
export type Digest = string;
/** Milliseconds since 1970-01-01 UTC, as some clock said; never used for order. */
export type Millis = number;

/** In lower case: `ledger` would collide with coo's own branch, `all` with the scope that means every plan. */
export const RESERVED_PLAN_IDS: readonly PlanId[] = ['ledger', 'all'];

const ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;

export function isId(text: string): boolean {
  return ID.test(text);
}

export function stepKey(plan: PlanId, step: StepId): StepKey {
  return `${plan}/${step}`;
}

/** Splits `<plan_id>/<step_id>`; undefined when it is not of that form. */
export function parseStepKey(text: string): { readonly plan_id: PlanId; readonly step_id: StepId } | undefined {
  const at = text.indexOf('/');
  const plan_id = text.slice(0, at);
  const step_id = text.slice(at + 1);
  return at > 0 && isId(plan_id) && isId(step_id) ? { plan_id, step_id } : undefined;
}

export function orderId(plan: PlanId, step: StepId, fence: Fence): OrderId {
  return `${plan}.${step}.${String(fence)}`;
}

/** The inverse of `orderId`; undefined when it is not of that form. */
export function parseOrderId(text: string): { readonly plan_id: PlanId; readonly step_id: StepId; readonly fence: Fence } | undefined {
  const [plan_id, step_id, fence, ...rest] = text.split('.');
  if (plan_id === undefined || step_id === undefined || fence === undefined || rest.length > 0) return undefined;
  return isId(plan_id) && isId(step_id) && /^[1-9][0-9]{0,8}$/.test(fence) ? { plan_id, step_id, fence: Number(fence) } : undefined;
}
