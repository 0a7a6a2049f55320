import { sha256Hex } from '../../format/canonical.ts';
import { readCommit } from '../../format/commit-header.ts';
import { envelope } from '../../format/dsse.ts';
import { coordinatorOf } from '../../format/entry-signature.ts';
import { renderStatement, runStatement, STATEMENT_MEDIA_TYPE } from '../../format/in-toto.ts';
import type { SigningKey } from '../../ports/signer.ts';
import { Failure } from '../failure.ts';
import type { LedgerSession } from '../ledger/session.ts';
import { acceptedOf, planFacts } from '../pull-request/facts.ts';
import type { StepFacts } from '../pull-request/facts.ts';

/** `dsse`: signed envelopes; `in-toto`: the bare statements. */
export type ExportFormat = 'dsse' | 'in-toto';

export interface Exported {
  readonly schema: 'coo/exported.v1';
  readonly format: ExportFormat;
  /** The key that signed, by its fingerprint; null where nothing was to be signed. */
  readonly keyid: string | null;
  readonly attestations: readonly {
    readonly order_id: string;
    /** The file that it was written to; null: it was not written. */
    readonly path: string | null;
    /** JSON; null where it was written to a file. */
    readonly text: string | null;
  }[];
}

export interface ExportAsk {
  readonly format: ExportFormat;
  readonly plan_id?: string;
  /** An absolute path. */
  readonly out?: string;
}

const RUN_CAP = 67_108_864;
const encoder = new TextEncoder();

/** A statement for each accepted step, of one plan or of all: what was merged, what it made, and the receipt that it rests on. */
export async function exportReceipts(session: LedgerSession, { format, plan_id, out }: ExportAsk): Promise<Exported> {
  const { world, state } = session;
  const key = format === 'dsse' ? await signingKey(session) : undefined;
  const made: Exported['attestations'][number][] = [];
  if (out !== undefined) await world.files.folder(out);
  for (const id of plan_id === undefined ? state.names.values() : [plan_id]) {
    const { plan, steps } = await planFacts(session, id);
    for (const step of steps) {
      const bytes = await statementOf(session, plan.digest, step);
      if (bytes === undefined) continue;
      const { order_id, payload } = bytes;
      const text = key === undefined ? new TextDecoder().decode(payload) : `${JSON.stringify(envelope(STATEMENT_MEDIA_TYPE, payload, [{ keyid: key.public.fingerprint, sig: key.dsse(STATEMENT_MEDIA_TYPE, payload) }]))}\n`;
      if (out === undefined) made.push({ order_id, path: null, text });
      else {
        const path = `${out}/${order_id}.${format === 'dsse' ? 'dsse' : 'intoto'}.json`;
        await world.files.replace(path, encoder.encode(text));
        made.push({ order_id, path, text: null });
      }
    }
  }
  return { schema: 'coo/exported.v1', format, keyid: key?.public.fingerprint ?? null, attestations: made };
}

async function statementOf(session: LedgerSession, plan_digest: string, facts: StepFacts): Promise<{ readonly order_id: string; readonly payload: Uint8Array } | undefined> {
  const { step } = facts;
  const accepted = acceptedOf(facts);
  if (accepted === undefined || step.accepted === null) return undefined;
  const { path, run } = accepted;
  const commit = step.accepted.plan_after;
  const object = await session.world.git.read(commit);
  const header = object?.type === 'commit' ? readCommit(object.bytes) : null;
  if (header === null) throw new Failure({ code: 'COMMIT_ABSENT', message: `this clone lacks ${commit}, into which ${step.key} was merged`, fix: `git fetch origin ${session.refs.plan(step.plan_id)}` });
  const bytes = await session.file(path, RUN_CAP);
  const receipt = { path, sha256: sha256Hex(bytes ?? new Uint8Array()) };
  const { plan_id, step_id } = step;
  return { order_id: run.order.order_id, payload: renderStatement(runStatement({ commit, tree: header.tree }, { ledger: session.state.ledger ?? '', plan_id, plan_digest, step_id, receipt, run })) };
}

/** This machine's key for the ledger: the one that signers.yaml lists, else any. */
async function signingKey({ world, state, signers }: LedgerSession): Promise<SigningKey> {
  const keys = (await (await world.keys?.())?.of(state.ledger ?? '')) ?? [];
  const key = keys.find((one) => coordinatorOf(signers, one.public, world.clock.now()) !== undefined) ?? keys[0];
  if (key === undefined) throw new Failure({ code: 'KEY_ABSENT', message: 'an envelope needs a signature, and there is no key for this ledger here', fix: 'coo key new; or the bare statements: --format in-toto' });
  return key;
}
