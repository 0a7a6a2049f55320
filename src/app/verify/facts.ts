import type { Order } from '../../format/order.ts';
import type { Run } from '../../format/run.ts';

/** What an order says of its grant, in one text: threads hand over texts cheaply, and two are compared at once. The seal's digest is its first word. */
export function orderFacts(order: Order): string {
  const { order_id, plan_id, step_id, attempt, fence, seat, start_commit, seal } = order;
  return grantFacts(seal.digest, { order_id, plan_id, step_id, attempt, fence, seat, start: start_commit, nonce: seal.nonce, plan_digest: seal.plan_digest });
}

/** What a grant gives, as an order must repeat it. */
export interface Granted {
  readonly order_id: string;
  readonly plan_id: string;
  readonly step_id: string;
  readonly attempt: number;
  readonly fence: number;
  readonly seat: string;
  readonly start: string | null;
  readonly nonce: string;
  readonly plan_digest: string;
}

export function grantFacts(seal: string, granted: Granted): string {
  const { order_id, plan_id, step_id, attempt, fence, seat, start, nonce, plan_digest } = granted;
  return `${seal} ${order_id} ${plan_id} ${step_id} ${String(attempt)} ${String(fence)} ${seat} ${start ?? '-'} ${nonce} ${plan_digest}`;
}

/** The names of `grantFacts`' words. */
export const GRANT_WORDS = ['seal', 'order_id', 'plan_id', 'step_id', 'attempt', 'fence', 'seat', 'start commit', 'nonce', 'plan digest'] as const;

/** What a run receipt says of its attempt and its outcome. */
export interface RunFacts {
  /** The facts of the order in it. */
  readonly order: string;
  readonly result: string;
  readonly commit: string | null;
  readonly tree: string | null;
  readonly plan_before: string | null;
  /** Proofs beside the receipt: where, and their sha256. */
  readonly stored: readonly (readonly [path: string, sha256: string])[];
}

/** The same as a text; `readRunFacts` reads it back. `order`: the facts of the order in it. */
export function runFacts(order: string, { result, change, judgement, receipts }: Run): string {
  const proofs = receipts.map(({ stored, sha256 }) => `\n${sha256} ${stored}`).join('');
  return `${order}\n${result} ${change?.commit ?? '-'} ${change?.tree ?? '-'} ${judgement?.plan_before ?? '-'}${proofs}`;
}

export function readRunFacts(text: string): RunFacts {
  const [order = '', outcome = '', ...proofs] = text.split('\n');
  const [result = '', commit, tree, plan_before] = outcome.split(' ');
  return { order, result, commit: orNull(commit), tree: orNull(tree), plan_before: orNull(plan_before), stored: proofs.map(proofOf) };
}

function orNull(word = '-'): string | null {
  return word === '-' ? null : word;
}

function proofOf(line: string): readonly [string, string] {
  const cut = line.indexOf(' ');
  return [line.slice(cut + 1), line.slice(0, cut)];
}
