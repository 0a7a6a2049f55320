import { renderFile } from '../../format/file.ts';
import type { Digest, Oid, PlanId } from '../../kernel/ids.ts';
import type { PlanThen, StepThen } from '../../kernel/input.ts';
import type { PlanState, PlanStatus, State } from '../../kernel/state.ts';
import { planStatus } from '../../kernel/views.ts';
import type { RefNames } from '../ledger/names.ts';

/** A baseline: the ledger up to an entry, and all that stood then. */
export interface SnapshotFile {
  readonly schema: 'coo/snapshot.v1';
  readonly name: string;
  readonly ledger: string;
  /** The last entry that it holds. */
  readonly seq: number;
  /** That entry's commit, and the sha256 of its bytes. */
  readonly head: Oid;
  readonly sha256: Digest;
  readonly at: string;
  readonly by: string;
  readonly reason: string;
  /** sha256 of coo.yaml as it was in force. */
  readonly organisation: Digest | null;
  readonly plans: readonly PlanAtSnapshot[];
  /** Branches that plans go into, where they stood; one that was not born is not there. */
  readonly targets: readonly { readonly ref: string; readonly id: Oid }[];
}

export interface PlanAtSnapshot {
  readonly plan_id: PlanId;
  readonly digest: Digest;
  readonly revision: number;
  readonly state: PlanStatus;
  readonly ref: string;
  /** Where its branch stood; null = not born. */
  readonly tip: Oid | null;
  readonly steps: readonly StepThen[];
}

/** Every plan as it stands, the oldest first. */
export function plansNow({ plans }: Pick<State, 'plans'>, refs: Pick<RefNames, 'plan'>): readonly PlanAtSnapshot[] {
  return [...plans.values()].sort((a, b) => a.age - b.age).map((plan) => planNow(plan, refs));
}

function planNow(made: PlanState, refs: Pick<RefNames, 'plan'>): PlanAtSnapshot {
  const { plan, digest, revision, tip, steps } = made;
  const { plan_id } = plan;
  return { plan_id, digest, revision, state: planStatus(made), ref: refs.plan(plan_id), tip, steps: [...steps.values()].map(({ step_id, status, accepted }) => ({ step_id, state: status, merged: accepted?.plan_after ?? null })) };
}

/** What of a plan's baseline decides how it goes back. */
export function planThen({ state, steps }: PlanAtSnapshot): PlanThen {
  return { cancelled: state === 'cancelled', steps };
}

/** Where its file stands on the ledger's branch. */
export function snapshotPath(name: string): string {
  return `_report/agent/coo/snapshots/${name}.json`;
}

export function isSnapshotPath(path: string): boolean {
  return path.startsWith('_report/agent/coo/snapshots/');
}

/** The bytes of its file, which the tag's message holds as well. */
export function renderSnapshot(file: SnapshotFile): Uint8Array {
  return renderFile(file);
}
