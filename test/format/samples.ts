import type { Run } from '../../src/format/run.ts';
import type { RecordedInput } from '../../src/format/record-input.ts';
import { sealOrder } from '../../src/format/order.ts';
import type { Event, EventType } from '../../src/kernel/event.ts';
import type { Plan } from '../../src/kernel/plan.ts';
import { DEFAULT_LIMITS } from '../../src/kernel/limits.ts';
import type { Org } from '../../src/kernel/org.ts';

/** One good value of each kind that is ever recorded: a new kind does not compile until it has one here. */
const DIGEST = 'd16e57'.padEnd(64, '0');
const OID = 'c0ffee'.padEnd(40, '0');
const OTHER = 'beef'.padEnd(40, '0');
const AT = 1_800_000_000_000;
const STEP = { plan_id: 'hello', step_id: 'greet' } as const;
const ATTEMPT = { ...STEP, fence: 2 } as const;
const BY = { by: 'op@example.com', reason: 'because "grün" is ☃' } as const;
const FINDING = { code: 'CHECK_FAILED', message: 'npm test: exit 1', path: 'src/a b.ts' } as const;
const RECEIPT = '_report/agent/dev-1/runs/2027-01-15/20270115T080000000Z-hello.greet.2.json';

export const PLAN: Plan = {
  plan_id: 'hello',
  title: 'Say hello, then check it',
  priority: 'high',
  target: 'main',
  integrate: 'merge',
  serves: ['rule 1'],
  steps: [
    { step_id: 'greet', objective: 'write the greeting', commands: ['echo hello > greeting.txt'], outputs: ['greeting.txt'], scope: ['*.txt'], retry: { max: 2, non_retryable: ['SCOPE'] }, budget: { wall_ms: 60_000, tokens: 10, usd: 0.5 } },
    { step_id: 'check', objective: 'check the greeting', depends_on: ['greet'], role: 'developer', commands: [['grep', '-q', 'hello', 'greeting.txt']], expected_receipts: ['coverage/summary.json'], checks: { before: ['true'], after: [['npm', 'test']] }, env: ['LANG'], sla_ms: 5, lease_ms: 80_000, gates: ['a'], approvers: ['b'], rollback: ['git revert HEAD'], inputs: ['x'], prompt: 'or say it' },
  ],
};

export const ORG: Org = {
  mode: 'dev',
  seats: [
    { seat: 'dev-1', group: 'dev', roles: ['developer'], harness: 'shell' },
    { seat: 'you', group: 'you', roles: ['approver', 'developer'], harness: 'person', starts: 'worker', email: 'op@example.com', login: ['KEY'] },
  ],
  env: ['PATH', 'HOME', 'LANG'],
  workspace: { setup: ['npm ci'], ports: 10 },
  checks: { before: [], after: ['npm test'] },
  limits: DEFAULT_LIMITS,
  breaker: { failures: 3, cooldown_ms: 600_000 },
  notify: [['notify-send', 'coo']],
  branch_prefix: 'coo',
  target: 'main',
  integrate: 'merge',
};

export const EVENTS: { readonly [T in EventType]: Extract<Event, { readonly type: T }> } = {
  'ledger.started': { type: 'ledger.started', ledger: '00ff', object_format: 'sha1', at_ms: AT },
  'epoch.began': { type: 'epoch.began', epoch: 1, manager: 'host 1', at_ms: AT },
  'epoch.ended': { type: 'epoch.ended', epoch: 1, at_ms: AT },
  'org.set': { type: 'org.set', digest: DIGEST, org: ORG },
  'signers.set': { type: 'signers.set', version: 2, digest: DIGEST, signers: [{ principal: 'op@example.com', key: `ssh-ed25519 ${'A'.repeat(68)}`, roles: ['coordinator', 'approver', 'person'], valid_from_ms: AT, valid_until_ms: AT + 1, email: 'op@example.com' }, { principal: 'ann', key: `ssh-ed25519 ${'B'.repeat(68)}`, roles: ['person'] }] },
  'plan.accepted': { type: 'plan.accepted', plan: PLAN, digest: DIGEST, revision: 1, base: OID, at_ms: AT, by: 'file' },
  'plan.cancelled': { type: 'plan.cancelled', plan_id: 'hello', ...BY },
  'plan.integrated': { type: 'plan.integrated', plan_id: 'hello', target: 'main', before: null, after: OID },
  'plan.merged_elsewhere': { type: 'plan.merged_elsewhere', plan_id: 'hello', target: 'main', commit: OID, kind: 'squash' },
  'plan.merge_closed': { type: 'plan.merge_closed', plan_id: 'hello', where: 'https://github.com/acme/widget/pull/7' },
  'plan.awaiting_merge': { type: 'plan.awaiting_merge', plan_id: 'hello' },
  'integration.blocked': { type: 'integration.blocked', plan_id: 'hello', code: 'CONFLICT', message: 'both changed it', paths: ['a.txt'] },
  'integration.retried': { type: 'integration.retried', plan_id: 'hello', ...BY },
  'plan.revised': { type: 'plan.revised', plan: PLAN, digest: DIGEST, revision: 2, at_ms: AT, by: 'file' },
  'revision.waits': { type: 'revision.waits', plan_id: 'hello', digest: DIGEST, steps: ['greet'], by: 'file' },
  'step.ready': { type: 'step.ready', ...STEP },
  'step.claimed': { type: 'step.claimed', ...ATTEMPT, seat: 'dev-1', nonce: 'n0nce', kind: 'beating', lease_ms: 80_000, start: OID, at_ms: AT, token_sha256: DIGEST, started_by_manager: true },
  'step.deferred': { type: 'step.deferred', ...STEP, behind: 'hello/check' },
  'claim.renewed': { type: 'claim.renewed', ...ATTEMPT, renewals: 3, authenticated: false },
  'claim.asked': { type: 'claim.asked', ...ATTEMPT },
  'claim.released': { type: 'claim.released', ...ATTEMPT, reason: 'lunch', next: { kind: 'retry', ready_at_ms: AT } },
  'claim.expired': { type: 'claim.expired', ...ATTEMPT, next: { kind: 'fail' } },
  'claim.revoked': { type: 'claim.revoked', ...ATTEMPT, ...BY },
  'question.asked': { type: 'question.asked', ...ATTEMPT, to: 'you', text: 'which one?', at_ms: AT },
  'question.answered': { type: 'question.answered', ...ATTEMPT, text: 'the blue one', by: 'op', at_ms: AT },
  'run.started': { type: 'run.started', ...ATTEMPT, worker: '4711 on host' },
  'run.progress': { type: 'run.progress', ...ATTEMPT, text: 'half\nway' },
  'run.reported': { type: 'run.reported', ...ATTEMPT, commit: null, authenticated: true },
  'run.returned': { type: 'run.returned', ...ATTEMPT, findings: [FINDING] },
  'run.accepted': { type: 'run.accepted', ...ATTEMPT, commit: OID, plan_before: null, plan_after: OTHER, receipt: RECEIPT },
  'run.ended': { type: 'run.ended', ...ATTEMPT, result: 'timed_out', findings: [], next: { kind: 'block', reason: 'no more tries' }, receipt: RECEIPT, fingerprint: 'f' },
  'run.spent': { type: 'run.spent', ...ATTEMPT, group: 'claude', tokens: 12_000, micro_usd: null, at_ms: AT },
  'run.lost': { type: 'run.lost', ...ATTEMPT, why: 'no heartbeat', next: { kind: 'fail' }, receipt: '' },
  'worker.stopped': { type: 'worker.stopped', ...ATTEMPT, survivors: 0 },
  'late.refused': { type: 'late.refused', ...ATTEMPT, what: 'result passed', digest: DIGEST },
  'step.blocked': { type: 'step.blocked', ...STEP, ...BY },
  'step.retried': { type: 'step.retried', ...STEP, ...BY },
  'step.overridden': { type: 'step.overridden', ...STEP, to: 'done', ...BY },
  'step.skipped': { type: 'step.skipped', ...STEP, ...BY },
  'step.reassigned': { type: 'step.reassigned', ...STEP, seat: null, ...BY },
  'step.undone': { type: 'step.undone', ...STEP, undo: { step_id: 'undo-greet', objective: 'take back hello/greet: because', commands: ['rm greeting.txt'] }, ...BY },
  'seat.joined': { type: 'seat.joined', seat: 'ada', roles: ['developer'], at_ms: AT },
  'seat.parked': { type: 'seat.parked', group: 'claude', until_ms: AT, why: 'quota', reason: 'no more until noon' },
  'seat.unparked': { type: 'seat.unparked', group: 'claude' },
  'home.moved': { type: 'home.moved', to: '/srv/clone', ...BY },
  paused: { type: 'paused', scope: 'all', ...BY },
  resumed: { type: 'resumed', scope: 'hello', ...BY },
  frozen: { type: 'frozen', seq: 8, ...BY, at_ms: AT },
  thawed: { type: 'thawed', ...BY },
  'breaker.opened': { type: 'breaker.opened', scope: 'all', reason: 'three failed', until_ms: null, trips: 1, by: 'coo' },
  'breaker.half_opened': { type: 'breaker.half_opened', scope: 'all' },
  'breaker.closed': { type: 'breaker.closed', scope: 'all', ...BY },
  'message.refused': { type: 'message.refused', name: 'x.json', what: 'message', code: 'FENCE_OLD', message: 'old' },
  'message.taken': { type: 'message.taken', mark: { epoch: 1, number: 2 } },
  checkpointed: { type: 'checkpointed', as_of: 7 },
  noted: { type: 'noted', by: 'dev-1', text: 'mind the gap', ...STEP },
};

export const INPUTS: { readonly [T in RecordedInput['type']]: Extract<RecordedInput, { readonly type: T }> } = {
  start: { type: 'start', ledger: '00ff', object_format: 'sha256', at_ms: AT },
  begin: { type: 'begin', manager: 'host 1', after: 0, at_ms: AT },
  end: { type: 'end', epoch: 1, at_ms: AT },
  organise: { type: 'organise', digest: DIGEST, at_ms: AT },
  trust: { type: 'trust', version: 2, digest: DIGEST, at_ms: AT },
  submit: { type: 'submit', digest: DIGEST, base: null, by: 'file', at_ms: AT },
  postpone: { type: 'postpone', plan_id: 'hello', digest: DIGEST, steps: ['greet'], by: 'file', at_ms: AT },
  cancel: { type: 'cancel', plan_id: 'hello', ...BY, at_ms: AT },
  tick: { type: 'tick', at_ms: AT },
  assign: { type: 'assign', epoch: 1, nonce: 'n', token_sha256: DIGEST, at_ms: AT },
  claim: { type: 'claim', ...STEP, seat: 'you', nonce: 'n', token_sha256: DIGEST, kind: 'held', at_ms: AT },
  take: { type: 'take', seat: 'you', nonce: 'n', token_sha256: DIGEST, kind: 'beating', at_ms: AT },
  renew: { type: 'renew', ...ATTEMPT, at_ms: AT },
  release: { type: 'release', ...ATTEMPT, reason: 'r', token_sha256: DIGEST, at_ms: AT },
  block: { type: 'block', ...ATTEMPT, reason: 'r', at_ms: AT },
  question: { type: 'question', ...ATTEMPT, to: 'you', text: 'which one?', token_sha256: DIGEST, at_ms: AT },
  answer: { type: 'answer', ...STEP, text: 'the blue one', by: 'op', at_ms: AT },
  give: { type: 'give', ...ATTEMPT, seat: 'dev-2', reason: 'r', at_ms: AT },
  skip: { type: 'skip', ...STEP, ...BY, at_ms: AT },
  reassign: { type: 'reassign', ...STEP, seat: 'dev-2', ...BY, at_ms: AT },
  seize: { type: 'seize', ...STEP, seat: 'you', nonce: 'n', token_sha256: DIGEST, ...BY, at_ms: AT },
  undo: { type: 'undo', ...STEP, ...BY, at_ms: AT },
  join: { type: 'join', seat: 'ada', roles: ['developer'], at_ms: AT },
  adopt_home: { type: 'adopt_home', to: '/srv/clone', ...BY, at_ms: AT },
  move_home: { type: 'move_home', to: '/srv/clone', ...BY, at_ms: AT },
  progress: { type: 'progress', ...ATTEMPT, text: 't', at_ms: AT },
  done: { type: 'done', ...ATTEMPT, commit: OID, at_ms: AT },
  started: { type: 'started', ...ATTEMPT, worker: 'w', at_ms: AT },
  finished: { type: 'finished', ...ATTEMPT, result: 'passed', commit: OID, findings: [], receipt: '', fingerprint: '', at_ms: AT },
  judged: { type: 'judged', ...ATTEMPT, plan_before: OID, receipt: RECEIPT, fingerprint: 'f', verdict: { kind: 'blocked', reason: 'conflict', findings: [FINDING] }, at_ms: AT },
  lost: { type: 'lost', ...ATTEMPT, why: 'w', receipt: '', at_ms: AT },
  ran_out: { type: 'ran_out', ...ATTEMPT, renewals: 0, at_ms: AT },
  stopped: { type: 'stopped', ...ATTEMPT, survivors: 1, at_ms: AT },
  late: { type: 'late', ...ATTEMPT, what: 'w', digest: DIGEST, at_ms: AT },
  integrated: { type: 'integrated', plan_id: 'hello', before: OID, after: OTHER, at_ms: AT },
  merged_elsewhere: { type: 'merged_elsewhere', plan_id: 'hello', commit: OID, kind: 'squash', at_ms: AT },
  closed_elsewhere: { type: 'closed_elsewhere', plan_id: 'hello', where: 'https://github.com/acme/widget/pull/7', at_ms: AT },
  awaiting_merge: { type: 'awaiting_merge', plan_id: 'hello', at_ms: AT },
  integration_blocked: { type: 'integration_blocked', plan_id: 'hello', code: 'C', message: 'm', paths: [], at_ms: AT },
  retry: { type: 'retry', ...STEP, ...BY, at_ms: AT },
  retry_integration: { type: 'retry_integration', plan_id: 'hello', ...BY, at_ms: AT },
  override: { type: 'override', ...STEP, to: 'failed', ...BY, at_ms: AT },
  pause: { type: 'pause', scope: 'all', ...BY, at_ms: AT },
  resume: { type: 'resume', scope: 'all', ...BY, at_ms: AT },
  freeze: { type: 'freeze', seq: 8, ...BY, at_ms: AT },
  thaw: { type: 'thaw', ...BY, at_ms: AT },
  incident: { type: 'incident', scope: 'seat:dev', cause: 'guard', detail: 'a secret in a commit', at_ms: AT },
  recovered: { type: 'recovered', cause: 'disk', detail: 'there is room again', at_ms: AT },
  breaker: { type: 'breaker', scope: 'hello', action: 'close', ...BY, at_ms: AT },
  refuse: { type: 'refuse', name: 'x.json', what: 'claim', code: 'C', message: 'm', at_ms: AT },
  taken: { type: 'taken', mark: { epoch: 1, number: 2 }, at_ms: AT },
  checkpoint: { type: 'checkpoint', as_of: 7, at_ms: AT },
  note: { type: 'note', by: 'dev-1', text: 't', at_ms: AT },
};

export const ORDER = sealOrder(
  {
    schema: 'coo/order.v1',
    order_id: 'hello.greet.2',
    ...STEP,
    attempt: 2,
    fence: 2,
    seat: 'dev-1',
    role: 'developer',
    objective: 'write the greeting',
    commands: ['echo hello > greeting.txt', ['grep', '-q', 'hello', 'greeting.txt']],
    inputs: [],
    outputs: ['greeting.txt'],
    expected_receipts: ['coverage/summary.json'],
    checks: { before: [], after: ['npm test'] },
    gates: [],
    scope: ['*.txt'],
    rollback: [],
    setup: ['npm ci'],
    start_commit: OID,
    env: ['PATH'],
    budget: { wall_ms: 3_600_000, usd: 0.5 },
    deadline_ms: AT + 3_600_000,
    limits: { beat_ms: 20_000, check_ms: 1_800_000, log_bytes: 67_108_864, excerpt_bytes: 8_192, import_bytes: 268_435_456, receipt_bytes: 1_048_576 },
    mode: 'dev',
  },
  { plan_digest: DIGEST, nonce: 'n0nce' },
);

const LOG = { sha256: DIGEST, bytes: 6, kept: 6 };

export const RUN: Run = {
  schema: 'coo/run.v1',
  order: ORDER,
  who: { seat: 'dev-1', harness: 'shell', harness_version: '0.1.0', mode: 'dev', sandbox: 'off' },
  started_at: '2027-01-15T08:00:00.000Z',
  ended_at: '2027-01-15T08:00:01.500Z',
  commands: [
    { phase: 'command', sh: 'echo hello > greeting.txt', exit: 0, ending: 'exited', ms: 3, log: LOG, head: 'grün\n', tail: '' },
    { phase: 'after', argv: ['npm', 'test'], exit: null, signal: 'SIGKILL', ending: 'signalled', ms: 1_000, log: LOG, head: '', tail: '\u001b[31mred' },
  ],
  result: 'passed',
  outputs: [{ path: 'greeting.txt', sha256: DIGEST, bytes: 6 }],
  receipts: [{ path: 'coverage/summary.json', sha256: DIGEST, bytes: 2, stored: RECEIPT.replace('.json', '/coverage/summary.json') }],
  change: { commit: OID, tree: OTHER, patch_id: OID, files: 1, added: 1, removed: 0 },
  judgement: { candidate_tree: OTHER, plan_before: null, checks: [], findings: [FINDING] },
  findings: [],
  narration: 'done, I think',
  by: 'worker',
};
