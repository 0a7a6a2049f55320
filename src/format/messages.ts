import type { Fence, Oid, PlanId, SeatId, StepId } from '../kernel/ids.ts';
import { readDocument } from './document.ts';
import { Faults } from './fault.ts';
import type { Fault } from './fault.ts';
import { Fields, given, kindOf, badId } from './fields.ts';
import { MAX_MESSAGE_KEYS } from './limits.ts';
import { suggest } from './suggest.ts';
import { checkVersion } from './versions.ts';

interface OfAttempt {
  readonly plan_id: PlanId;
  readonly step_id: StepId;
  readonly fence: Fence;
  readonly token?: string;
}

/** What may be dropped into `_bus/in/`. */
export type Message =
  | (OfAttempt & { readonly type: 'step.progress'; readonly text: string })
  /** `commit` null: nothing to merge, where the step began on no commit at all. */
  | (OfAttempt & { readonly type: 'step.done'; readonly commit: Oid | null; readonly result?: string; readonly context?: string })
  /** `commit`: the work so far, to be kept. */
  | (OfAttempt & { readonly type: 'step.blocked'; readonly reason: string; readonly commit?: Oid })
  | (OfAttempt & { readonly type: 'step.question'; readonly to: string; readonly text: string; readonly commit?: Oid })
  | (OfAttempt & { readonly type: 'claim.release'; readonly reason?: string })
  | { readonly type: 'seat.join'; readonly seat: SeatId; readonly roles: readonly string[] }
  | { readonly type: 'note'; readonly by?: string; readonly text: string; readonly plan_id?: PlanId; readonly step_id?: StepId };

export type ReadMessage = { readonly ok: true; readonly message: Message } | { readonly ok: false; readonly faults: readonly Fault[] };

/** Longest text in a message, in UTF-16 code units. */
export const MESSAGE_TEXT_CAP = 8_192;

const ATTEMPT = ['plan_id', 'step_id', 'fence', 'token'];
const FIELDS: Readonly<Record<Message['type'], readonly string[]>> = {
  'step.progress': [...ATTEMPT, 'text'],
  'step.done': [...ATTEMPT, 'commit', 'result', 'context'],
  'step.blocked': [...ATTEMPT, 'reason', 'commit'],
  'step.question': [...ATTEMPT, 'to', 'text', 'commit'],
  'claim.release': [...ATTEMPT, 'reason'],
  'seat.join': ['seat', 'roles'],
  note: ['by', 'text', 'plan_id', 'step_id'],
};
const TYPES = Object.keys(FIELDS) as Message['type'][];
const MAX_FENCE = 999_999_999;
const LONG = { cap: MESSAGE_TEXT_CAP };
const COMMIT = {
  check: (text: string): { readonly code: string; readonly message: string; readonly fix: string } | undefined =>
    /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text) ? undefined : { code: 'COMMIT_FORM', message: 'is not a full commit id in lower-case hex', fix: 'write what git rev-parse HEAD prints, all of it' },
};

/** Reads a message: YAML when its name ends so, JSON otherwise. Every fault at once. */
export function readMessage(bytes: Uint8Array, name: string): ReadMessage {
  const read = readDocument(name, bytes, { otherwise: 'json', keys: MAX_MESSAGE_KEYS });
  if (!read.ok) return read;
  const faults = new Faults(name, read.document.placeOf);
  const { value } = read.document;
  const message = checkVersion(faults, 'message', value) ? messageOf(faults, value) : undefined;
  return message === undefined || faults.failed ? { ok: false, faults: faults.all } : { ok: true, message };
}

function messageOf(faults: Faults, value: unknown): Message | undefined {
  const type = typeOf(faults, value);
  if (type === undefined) return undefined;
  const fields = Fields.of(faults, [], value, `a ${type} message`, ['type', ...FIELDS[type]]);
  if (fields === undefined) return undefined;
  if (type === 'note') return noteOf(fields);
  if (type === 'seat.join') {
    const seat = fields.needId('seat');
    const roles = fields.need('roles') ? fields.texts('roles', { check: badId }, 100) : undefined;
    return seat === undefined || roles === undefined ? undefined : { type, seat, roles };
  }
  const attempt = attemptOf(fields);
  const message = ofAttempt(type, fields);
  return attempt === undefined || message === undefined ? undefined : { ...attempt, ...message };
}

function typeOf(faults: Faults, value: unknown): Message['type'] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    faults.error('WRONG_TYPE', '', `a message is an object, and this is ${kindOf(value)}`, 'write {"type": "step.progress", ...}');
    return undefined;
  }
  const type: unknown = Object.hasOwn(value, 'type') ? (value as { readonly type: unknown }).type : undefined;
  const found = TYPES.find((known) => known === type);
  if (found !== undefined) return found;
  const meant = typeof type === 'string' ? suggest(type, TYPES) : undefined;
  if (type === undefined) faults.error('FIELD_MISSING', '', 'a message lacks type', `add type: one of ${TYPES.join(', ')}`);
  else faults.error('MESSAGE_TYPE', '/type', `there is no type of message like ${kindOf(type)}`, meant === undefined ? `types are ${TYPES.join(', ')}` : `did you mean ${meant}?`);
  return undefined;
}

function attemptOf(fields: Fields): OfAttempt | undefined {
  const plan_id = fields.needId('plan_id');
  const step_id = fields.needId('step_id');
  const fence = fields.need('fence', 'add the fence of the claim: it stands in the claim file and in the work order') ? fields.number('fence', 1, MAX_FENCE) : undefined;
  const token = fields.text('token', { cap: 256 });
  return plan_id === undefined || step_id === undefined || fence === undefined ? undefined : given({ plan_id, step_id, fence, token });
}

type AttemptType = Exclude<Message['type'], 'note' | 'seat.join'>;
type Rest<M> = M extends OfAttempt ? Omit<M, keyof OfAttempt> : never;

function ofAttempt(type: AttemptType, fields: Fields): Rest<Message> | undefined {
  switch (type) {
    case 'step.progress': {
      const text = fields.needText('text', LONG);
      return text === undefined ? undefined : { type, text };
    }
    case 'step.blocked': {
      const reason = fields.needText('reason', LONG, 'add reason: what is in the way, and who can help');
      return reason === undefined ? undefined : given({ type, reason, commit: fields.text('commit', COMMIT) });
    }
    case 'step.question': {
      const to = fields.needText('to');
      const text = fields.needText('text', LONG);
      return to === undefined || text === undefined ? undefined : given({ type, to, text, commit: fields.text('commit', COMMIT) });
    }
    case 'claim.release':
      return given({ type, reason: fields.text('reason', LONG) });
    case 'step.done': {
      const commit = commitOf(fields);
      const more = { result: fields.text('result', LONG), context: fields.text('context', LONG) };
      return commit === undefined ? undefined : given({ type, commit, ...more });
    }
    default:
      return type satisfies never;
  }
}

function commitOf(fields: Fields): Oid | null | undefined {
  if (!fields.need('commit', 'add commit: the full id that git rev-parse HEAD prints; no change made: commit = start_commit of the work order')) return undefined;
  if (fields.raw('commit') === null) return null;
  return fields.text('commit', COMMIT);
}

function noteOf(fields: Fields): Message | undefined {
  const text = fields.needText('text', LONG);
  const more = { by: fields.text('by', { cap: 128 }), plan_id: fields.id('plan_id'), step_id: fields.id('step_id') };
  return text === undefined ? undefined : given({ type: 'note' as const, text, ...more });
}
