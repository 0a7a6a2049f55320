import type { PlanId, SeatId, StepId } from '../kernel/ids.ts';
import { readDocument } from './document.ts';
import { Faults, quoted } from './fault.ts';
import type { Fault } from './fault.ts';
import { Fields } from './fields.ts';
import { MAX_MESSAGE_KEYS } from './limits.ts';
import { checkVersion } from './versions.ts';

/** What a file in `_bus/claims/` asks for. `nonce` tells two claimants of one seat apart. */
export interface ClaimRequest {
  readonly plan_id: PlanId;
  readonly step_id: StepId;
  readonly seat: SeatId;
  readonly nonce: string;
}

export type ReadClaim = { readonly ok: true; readonly request: ClaimRequest | null } | { readonly ok: false; readonly faults: readonly Fault[] };

/** Reads a claim file. Null: it holds a fence, so it is the coordinator's view of a claim and asks for nothing. */
export function readClaimRequest(bytes: Uint8Array, name: string): ReadClaim {
  const read = readDocument(name, bytes, { otherwise: 'json', keys: MAX_MESSAGE_KEYS });
  if (!read.ok) return read;
  const { value } = read.document;
  if (typeof value === 'object' && value !== null && Object.hasOwn(value, 'fence')) return { ok: true, request: null };
  const faults = new Faults(name, read.document.placeOf);
  const request = checkVersion(faults, 'claim-request', value) ? requestOf(faults, value) : undefined;
  if (request !== undefined && name !== `${request.plan_id}.${request.step_id}.json`) {
    faults.error('CLAIM_NAME', '', `the file is called ${quoted(name)} and asks for step ${request.plan_id}/${request.step_id}`, `call it ${request.plan_id}.${request.step_id}.json`);
  }
  return request === undefined || faults.failed ? { ok: false, faults: faults.all } : { ok: true, request };
}

function requestOf(faults: Faults, value: unknown): ClaimRequest | undefined {
  const fields = Fields.of(faults, [], value, 'a claim', ['plan_id', 'step_id', 'seat', 'nonce']);
  if (fields === undefined) return undefined;
  const plan_id = fields.needId('plan_id');
  const step_id = fields.needId('step_id');
  const seat = fields.needId('seat');
  const nonce = fields.needText('nonce', { check: badNonce, cap: 1_024 }, 'add nonce: a random word of your own, so that two claimants of one seat can be told apart');
  return plan_id === undefined || step_id === undefined || seat === undefined || nonce === undefined ? undefined : { plan_id, step_id, seat, nonce };
}

function badNonce(text: string): { readonly code: string; readonly message: string; readonly fix: string } | undefined {
  return /^[\x21-\x7e]{1,128}$/.test(text) ? undefined : { code: 'BAD_NONCE', message: 'is not one word of 1 to 128 ASCII characters', fix: 'write some random letters and digits' };
}
