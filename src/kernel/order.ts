import type { Conflict, Finding } from './event.ts';
import type { AgentKind, AgentOptions, Confined, SetupCache } from './org.ts';
import type { Cmd } from './plan.ts';
import type { Fence, Millis, Oid, OrderId, PlanId, SeatId, StepId } from './ids.ts';

/** A work order before it is sealed: everything one attempt needs, immutable, made from state alone. */
export interface Order {
  readonly schema: 'coo/order.v1';
  readonly order_id: OrderId;
  readonly plan_id: PlanId;
  readonly step_id: StepId;
  readonly attempt: Fence;
  readonly fence: Fence;
  readonly seat: SeatId;
  readonly role?: string;
  readonly objective: string;
  readonly commands?: readonly Cmd[];
  readonly prompt?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly expected_receipts: readonly string[];
  readonly checks: { readonly before: readonly Cmd[]; readonly after: readonly Cmd[] };
  readonly gates: readonly string[];
  /** Null = everything but the reserved paths. */
  readonly scope: readonly string[] | null;
  readonly rollback: readonly Cmd[];
  readonly setup: readonly Cmd[];
  /** Paths that setup makes, and what tells whether they were made before. */
  readonly cache?: SetupCache;
  /** So many ports are the attempt's own. */
  readonly ports?: number;
  readonly start_commit: Oid | null;
  /** Names of variables, never values. */
  readonly env: readonly string[];
  readonly budget: { readonly wall_ms: number; readonly tokens?: number; readonly usd?: number; readonly lines?: number };
  readonly deadline_ms: Millis;
  readonly limits: { readonly beat_ms: number; readonly check_ms: number; readonly log_bytes: number; readonly excerpt_bytes: number; readonly import_bytes: number; readonly receipt_bytes: number; readonly disk_bytes?: number };
  readonly mode: 'dev' | 'governed';
  /** Questions of earlier attempts that were answered. */
  readonly answers?: readonly { readonly question: string; readonly answer: string; readonly by: string }[];
  /** Why the attempt before did not merge. */
  readonly conflict?: Conflict;
  /** The agent program that does it; absent = the step's commands are run. */
  readonly agent?: OrderedAgent;
  /** Absent = `off`. */
  readonly sandbox?: Confined;
  /** Hosts that a confined attempt may reach. */
  readonly network?: readonly string[];
}

/** Which program, how it is run, and what it should know of before. */
export interface OrderedAgent extends AgentOptions {
  readonly kind: AgentKind;
  /** As in `Seat.login`: names, never values. */
  readonly login?: readonly string[];
  /** The prompt's template, where the organisation has its own for the role. */
  readonly template?: string;
  /** Why the attempt before was not accepted. */
  readonly previous?: { readonly attempt: Fence; readonly findings: readonly Finding[] };
}
