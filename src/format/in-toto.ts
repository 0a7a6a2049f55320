import type { Digest, Oid, PlanId, StepId } from '../kernel/ids.ts';
import { renderFile } from './file.ts';
import type { Run } from './run.ts';

/** The media type of a Statement in an envelope (in-toto Attestation Framework, spec/v1/envelope.md). */
export const STATEMENT_MEDIA_TYPE = 'application/vnd.in-toto+json';
/** Of what coo states: that an attempt was accepted, and its receipt. */
export const RUN_PREDICATE = 'urn:git-coo:run:v1';

/** A thing that a statement is about, by its digests. */
export interface Subject {
  readonly name: string;
  readonly digest: Readonly<Record<string, string>>;
}

/** What coo says of its subjects. */
export interface RunPredicate {
  readonly ledger: string;
  readonly plan_id: PlanId;
  readonly plan_digest: Digest;
  readonly step_id: StepId;
  /** Where the receipt stands in the ledger's tree, and the sha256 of its bytes. */
  readonly receipt: { readonly path: string; readonly sha256: Digest };
  readonly run: Run;
}

/** An in-toto Statement v1 (in-toto Attestation Framework, spec/v1/statement.md). */
export interface Statement {
  readonly _type: 'https://in-toto.io/Statement/v1';
  readonly subject: readonly Subject[];
  readonly predicateType: string;
  readonly predicate: RunPredicate;
}

/** What an accepted attempt made: the merge with its tree, under git's own digests, and the step's outputs. */
export function runStatement(merged: { readonly commit: Oid; readonly tree: Oid }, predicate: RunPredicate): Statement {
  const made = { name: `${predicate.plan_id}/${predicate.step_id}`, digest: { gitCommit: merged.commit, gitTree: merged.tree } };
  return { _type: 'https://in-toto.io/Statement/v1', subject: [made, ...predicate.run.outputs.map(({ path, sha256 }) => ({ name: path, digest: { sha256 } }))], predicateType: RUN_PREDICATE, predicate };
}

/** The bytes of a statement: the same statement gives the same bytes. */
export function renderStatement(statement: Statement): Uint8Array {
  return renderFile(statement);
}
