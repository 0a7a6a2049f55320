import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '../../src/format/canonical.ts';
import { entryPath, signedText } from '../../src/format/entry.ts';
import type { EntrySignature, Sign } from '../../src/format/entry.ts';
import { keyOfSeed } from '../../src/format/ssh-key.ts';
import { policyApprovalText, signSsh } from '../../src/format/sshsig.ts';
import type { EventOf } from '../../src/kernel/event.ts';
import { errorsOf, guarded, verified } from './asked.ts';
import { Original } from './sample.ts';
import type { Put, Sample } from './sample.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

/** A push of these commits to the ledger's branch, which stands at `coo/ledger`. */
interface Push {
  readonly name: string;
  readonly code: string;
  readonly makes: (at: Sample) => string;
}

const PUSHES: readonly Push[] = [
  { name: 'two appenders: the other one\'s entry on the same predecessor', code: 'LEDGER_REWOUND', makes: (at) => at.append({ events: [{ type: 'noted', by: 'other', text: 'x' }] }, [], 'coo/ledger~1') },
  { name: '25 the branch rewound', code: 'LEDGER_REWOUND', makes: (at) => at.id('coo/ledger~3') },
  { name: '25 a ledger of one\'s own in its place', code: 'LEDGER_REWOUND', makes: (at) => at.reseal(1, (entry) => ({ ...entry, ledger: 'f'.repeat(32) })) },
  {
    name: 'two heads merged',
    code: 'LEDGER_MERGE',
    makes: (at) => {
      const [ours, theirs] = [at.append(), at.append({ events: [{ type: 'noted', by: 'other', text: 'x' }] }, [], 'coo/ledger~1')];
      return at.plumb(ours, [], { parents: [ours, theirs], message: `merge\n\nCoo-Seq: ${String(at.seq + 2)}\n` });
    },
  },
  { name: 'a commit without an entry', code: 'LEDGER_GAP', makes: (at) => at.plumb('coo/ledger', [], { message: `nothing\n\nCoo-Seq: ${String(at.seq + 1)}\n` }) },
  { name: 'an entry left out', code: 'LEDGER_GAP', makes: (at) => at.plumb('coo/ledger', [{ path: entryPath(at.seq + 2), bytes: at.next({ seq: at.seq + 2 }).bytes }], { message: `skips\n\nCoo-Seq: ${String(at.seq + 2)}\n` }) },
  { name: 'an entry of another number in its place', code: 'ENTRY_MISPLACED', makes: (at) => at.append({ seq: 99 }) },
  { name: 'a false predecessor', code: 'LEDGER_LINK', makes: (at) => at.append({ prev: sha256Hex(at.show('coo/ledger', entryPath(at.seq - 1))) }) },
  { name: 'an entry of another ledger', code: 'LEDGER_OTHER', makes: (at) => at.append({ ledger: '0'.repeat(32) }) },
  { name: 'a file that no entry names', code: 'FILE_UNNAMED', makes: (at) => at.append({}, [{ path: '_report/agent/dev-1/runs/2026-01-01/x.json', bytes: '{}' }]) },
  { name: 'two entries in one commit', code: 'FILE_UNNAMED', makes: (at) => at.append({}, [{ path: entryPath(at.seq + 2), bytes: at.next().bytes }]) },
  { name: 'a file other than its entry says', code: 'RECEIPT_CHANGED', makes: (at) => at.append({ files: [{ path: '_bus/orders/more/one.2.json', sha256: sha256Hex('what was meant') }] }, [{ path: '_bus/orders/more/one.2.json', bytes: 'what came' }]) },
  { name: 'an old entry edited beside the new one', code: 'RECORD_CHANGED', makes: (at) => at.append({}, [{ path: entryPath(2), bytes: '{}' }]) },
  {
    name: '21 an old entry edited, and restored by the next commit',
    code: 'RECORD_CHANGED',
    makes: (at) => {
      const edited = at.append({}, [{ path: entryPath(2), bytes: '{}' }]);
      return at.append({}, [{ path: entryPath(2), bytes: at.show('coo/ledger', entryPath(2)) }], edited);
    },
  },
  { name: '22 an old entry taken out', code: 'RECORD_REMOVED', makes: (at) => at.append({}, [{ path: entryPath(2), bytes: null }]) },
  { name: '24 an old entry made executable', code: 'RECORD_MODE', makes: (at) => at.append({}, [{ path: entryPath(2), bytes: at.show('coo/ledger', entryPath(2)), mode: '100755' }]) },
  { name: '24 an old entry made a link', code: 'RECORD_MODE', makes: (at) => at.append({}, [{ path: entryPath(2), bytes: 'x', mode: '120000' }]) },
  { name: 'a receipt edited beside the new entry', code: 'RECORD_CHANGED', makes: (at) => at.append({}, [{ path: at.receipt('coo/ledger'), bytes: '{}' }]) },
  { name: 'an entry that is no link of the chain but text', code: 'ENTRY_NOT_JSON', makes: (at) => at.plumb('coo/ledger', [{ path: entryPath(at.seq + 1), bytes: 'hello' }], { message: `x\n\nCoo-Seq: ${String(at.seq + 1)}\n` }) },
  { name: 'an entry with blanks that coo does not write', code: 'ENTRY_NOT_EXACT', makes: (at) => at.plumb('coo/ledger', [{ path: entryPath(at.seq + 1), bytes: text(at.next().bytes).replace('"events":[', '"events": [') }], { message: `x\n\nCoo-Seq: ${String(at.seq + 1)}\n` }) },
  { name: 'an entry whose digest is of other words', code: 'ENTRY_DIGEST', makes: (at) => at.plumb('coo/ledger', [{ path: entryPath(at.seq + 1), bytes: text(at.next().bytes).replace('one more', 'two more') }], { message: `x\n\nCoo-Seq: ${String(at.seq + 1)}\n` }) },
];

/** A ledger that was tampered with, as a clone finds it: what the guard says that is asked about a range of the project, and what `coo verify` says. */
interface Tampered {
  readonly name: string;
  readonly guard: string | null;
  readonly verify: string | null;
  readonly makes: (at: Sample) => string;
}

/** The organisation as the ledger has it. */
function orgOf(at: Sample): EventOf<'org.set'> {
  const found = Array.from({ length: at.seq }, (_, seq) => at.entry(seq + 1).events.find((event) => event.type === 'org.set')).findLast((event) => event !== undefined);
  if (found === undefined) throw new Error('no organisation');
  return found;
}

function edited(at: Sample, puts: readonly Put[]): string {
  return at.plumb('coo/ledger', puts);
}

const TAMPERED: readonly Tampered[] = [
  { name: 'an entry edited in place', guard: 'ENTRY_DIGEST', verify: 'ENTRY_DIGEST', makes: (at) => edited(at, [{ path: entryPath(2), bytes: text(at.show('coo/ledger', entryPath(2))).replace(/"epoch":\d+/, '"epoch":9') }]) },
  { name: 'an entry sealed anew, the next ones not', guard: 'LEDGER_LINK', verify: 'LEDGER_LINK', makes: (at) => edited(at, [{ path: entryPath(2), bytes: at.next({ ...at.entry(2), manager: 'other' }, 'coo/ledger').bytes }]) },
  { name: 'an entry taken out', guard: 'LEDGER_GAP', verify: 'LEDGER_GAP', makes: (at) => edited(at, [{ path: entryPath(3), bytes: null }]) },
  { name: 'a receipt edited in place', guard: 'LEDGER_LACKS', verify: 'RECEIPT_CHANGED', makes: (at) => edited(at, [{ path: at.receipt('coo/ledger'), bytes: '{}' }]) },
  { name: 'a receipt taken out', guard: 'LEDGER_LACKS', verify: 'RECEIPT_MISSING', makes: (at) => edited(at, [{ path: at.receipt('merged'), bytes: null }]) },
  { name: 'a receipt made a link', guard: 'RECORD_NOT_PLAIN', verify: 'RECORD_NOT_PLAIN', makes: (at) => edited(at, [{ path: at.receipt('coo/ledger'), bytes: at.show('coo/ledger', at.receipt('coo/ledger')), mode: '120000' }]) },
  { name: 'a file that nobody names', guard: null, verify: 'FILE_UNNAMED', makes: (at) => edited(at, [{ path: '_report/agent/dev-1/runs/2026-01-01/x.json', bytes: '{}' }]) },
  { name: 'cut off and sealed with another end', guard: 'LEDGER_LACKS', verify: 'LEDGER_FOREIGN', makes: (at) => at.plumb(at.git('rev-list', '--max-parents=0', 'coo/ledger'), [], { message: 'the end' }) },
  // Whole in itself: only what stands on the target, or another clone, tells.
  { name: 'cut off after its first entry', guard: 'LEDGER_LACKS', verify: null, makes: (at) => at.git('rev-list', '--max-parents=0', 'coo/ledger') },
];

describe('the ledger', () => {
  let original: Original;
  beforeAll(async () => {
    original = await Original.make();
  });
  afterAll(() => original.remove());

  it.each(PUSHES)('takes no push of $name: $code', async ({ code, makes }) => {
    const at = original.copy();
    const pushed = makes(at);
    const report = await guarded(at, { base: 'coo/ledger', head: pushed, branch: 'coo/ledger' });
    expect(errorsOf(report)).toContain(code);
    expect(report).toMatchObject({ verdict: 'unproven' });
  });

  it.each(TAMPERED)('$name: the guard says $guard, coo verify $verify', async ({ guard, verify, makes }) => {
    const at = original.copy();
    at.setLedger(makes(at));
    const report = await guarded(at, { base: 'main', head: 'main' });
    if (guard === null) expect(errorsOf(report)).toEqual([]);
    else expect(errorsOf(report)).toContain(guard);
    if (verify === null) expect(await verified(at)).toEqual([]);
    else expect(await verified(at)).toContain(verify);
  });

  it('in governed mode takes no entry that a coordinator did not sign, pushed or there already', async () => {
    const at = original.copy();
    const [home, stranger] = [keyOfSeed(Buffer.alloc(32, 1), ''), keyOfSeed(Buffer.alloc(32, 2), '')];
    const signedBy = (key: typeof home, by = 'home'): Sign => (digest) => ({ by, sshsig: signSsh(signedText(digest), 'entry@git-coo', key) });
    const { org } = orgOf(at);
    at.setLedger(at.append({ events: [{ type: 'signers.set', version: 1, digest: 'd'.repeat(64), signers: [{ principal: 'home', key: home.public.line, roles: ['coordinator'] }] }] }));
    at.setLedger(at.append({ events: [{ type: 'org.set', digest: 'd'.repeat(64), org: { ...org, mode: 'governed' } }] }, [], 'coo/ledger', signedBy(home)));
    const on = at.id('coo/ledger');
    expect(errorsOf(await guarded(at, { head: 'merged' }))).toEqual([]);
    expect(errorsOf(await guarded(at, { base: 'coo/ledger', head: at.append({}, [], on, signedBy(home)), branch: 'coo/ledger' }))).toEqual([]);
    for (const [sign, code] of [[undefined, 'SIGNATURE_MISSING'], [signedBy(stranger), 'SIGNATURE_UNKNOWN_KEY'], [signedBy(home, 'other'), 'SIGNATURE_UNKNOWN_KEY'], [(): EntrySignature => signedBy(home)('0'.repeat(64)), 'SIGNATURE_BAD']] as const) {
      const pushed = at.append({}, [], on, sign);
      expect(errorsOf(await guarded(at, { base: 'coo/ledger', head: pushed, branch: 'coo/ledger' }))).toEqual([code]);
      at.setLedger(pushed);
      expect(errorsOf(await guarded(at, { head: 'merged' }))).toEqual([code]);
      at.setLedger(on);
    }
  });

  it('holds no approval that its approver did not sign', async () => {
    const at = original.copy();
    const home = keyOfSeed(Buffer.alloc(32, 1), '');
    at.setLedger(at.append({ events: [{ type: 'signers.set', version: 1, digest: 'd'.repeat(64), signers: [{ principal: 'home', key: home.public.line, roles: ['coordinator', 'approver'] }] }] }));
    const before = at.id('coo/ledger');
    const text = policyApprovalText({ ledger: at.entry(1).ledger, file: 'coo.yaml', digest: 'e'.repeat(64) });
    const approvals = [[text, []], [`${text} `, ['SIGNATURE_BAD']]] as const;
    for (const [signed, codes] of approvals) {
      const sshsig = signSsh(signed, 'approval@git-coo', home);
      const coordinator: Sign = (digest) => ({ by: 'home', sshsig: signSsh(signedText(digest), 'entry@git-coo', home) });
      at.setLedger(at.append({ events: [{ type: 'policy.approved', file: 'coo.yaml', digest: 'e'.repeat(64), by: 'home', sshsig, at_ms: 1 }] }, [], 'coo/ledger', coordinator));
      expect((await verified(at)).filter((code) => code.startsWith('SIGNATURE'))).toEqual(codes);
      at.setLedger(before, false);
      at.git('update-ref', 'refs/coo/seen', before);
    }
  });

  it('cut off or forked, is not what this clone has seen', async () => {
    const at = original.copy();
    for (const commit of [at.id('coo/ledger~3'), at.append({}, [], 'coo/ledger~1'), at.reseal(3, (entry) => ({ ...entry, manager: 'other' }))]) {
      at.git('update-ref', 'refs/coo/seen', at.id('coo/ledger'));
      at.setLedger(commit, false);
      expect(await verified(at)).toContain('LEDGER_REWOUND');
      at.setLedger(at.id('refs/coo/seen'));
    }
  });

  it('written anew as a whole, no longer answers for what stands on the target', async () => {
    const at = original.copy();
    const accepted = Array.from({ length: at.seq }, (_, seq) => at.entry(seq + 1)).find(({ events }) => events.some(({ type }) => type === 'run.accepted'));
    at.setLedger(at.reseal(accepted?.seq ?? 0, (entry) => ({ ...entry, events: entry.events.map((event) => (event.type === 'run.accepted' ? { ...event, plan_after: at.id('base') } : event)) })));
    expect(errorsOf(await guarded(at, { base: 'base', head: 'merged' }))).toContain('COMMIT_UNACCOUNTED');
  });

  it('says that an attempt was accepted under a fence that was not live: nothing rests on it', async () => {
    const at = original.copy();
    const { events } = Array.from({ length: at.seq }, (_, seq) => at.entry(seq + 1)).find((entry) => entry.events.some(({ type }) => type === 'run.accepted')) ?? { events: [] };
    const accepted = events.find(({ type }) => type === 'run.accepted');
    if (accepted?.type !== 'run.accepted') throw new Error('nothing was accepted');
    const forged = at.commit('stranger', 'forged', { 'fix.txt': 'x' });
    at.setLedger(at.append({ events: [{ ...accepted, plan_id: 'broken', step_id: 'out', plan_after: forged, commit: forged }] }));
    expect(errorsOf(await guarded(at))).toContain('FENCE_STALE');
    expect(await guarded(at)).toMatchObject({ nobody: 1 });
  });
});
