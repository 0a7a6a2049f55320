import { describe, expect, it } from 'vitest';
import type { Status } from '../../src/app/operations/status.ts';
import { explanationLines } from '../../src/faces/cli/commands/explain.ts';
import { initLines } from '../../src/faces/cli/commands/init.ts';
import { verifyLines } from '../../src/faces/cli/commands/verify.ts';
import { lintLines } from '../../src/faces/cli/lint-lines.ts';
import { statusLines } from '../../src/faces/cli/status-lines.ts';
import { statusView } from '../../src/faces/cli/status-view.ts';
import { BARE } from '../../src/faces/cli/style.ts';

const NOW = Date.UTC(2026, 10, 21, 9);
const LOOK = { style: BARE, columns: 80, now_ms: NOW, whole: true };

const status: Status = {
  barred: null,
  plans: [
    {
      plan_id: 'hello',
      title: 'Say hello \u202e',
      state: 'active',
      done: 1,
      of: 3,
      blockers: [
        { code: 'PAUSED', message: 'said above', who: 'x', next: 'y' },
        { code: 'awaiting_merge', message: 'waits to be merged', who: 'a person', next: 'git merge coo/hello' },
      ],
      steps: [
        { step_id: 'greet', state: 'done', seat: null, attempt: 1, fence: 1, why: null },
        { step_id: 'check', state: 'running', seat: 'dev-1', attempt: 2, fence: 2, why: null },
        { step_id: 'ship', state: 'ready', seat: null, attempt: 0, fence: 0, why: null },
      ],
    },
  ],
  omitted: 4,
  more: 0,
  refused: [],
  seats: [{ seat: 'dev-1', state: 'executing', step: 'hello/check' }, { seat: 'dev-2', state: 'idle', step: null }, { seat: 'you', state: 'idle', step: null }],
  breaker: { state: 'open', reason: '3 steps failed', scope: 'all' },
  frozen: null,
  quiet: [],
  late: [],
  parked: [],
  spending: null,
  breakers: [{ scope: 'all', state: 'open', reason: '3 steps failed', by: 'coo', until: null, trips: 1 }],
  paused: [{ scope: 'hello', by: 'op', reason: 'release day' }],
  manager: { alive: true, since: '2026-11-21T08:30:00.000Z', life: 'alive', pid: 42, seen: null },
  ledger: { seq: 17, head: 'abcdef0123456789', id: 'x' },
  mode: 'dev',
};

describe('status', () => {
  it('says a freeze before all else', () => {
    const frozen = { by: 'op', reason: 'look first', at: '2026-11-21T08:30:00.000Z', seq: 12 };
    expect(statusLines({ ...status, frozen }, LOOK).slice(0, 3)).toEqual(['FROZEN at entry 12 by op: look first', "  next:  coo thaw --reason '...'", 'STOPPED (breaker open): 3 steps failed']);
    expect(statusView({ ...status, frozen }).frozen).toEqual(frozen);
    expect('frozen' in statusView(status)).toBe(false);
  });

  it('says what stops everything first, then plans, seats, manager', () => {
    expect(statusLines(status, LOOK)).toEqual([
      'STOPPED (breaker open): 3 steps failed',
      '  next:  coo breaker show',
      'PAUSED plan hello by op: release day',
      "  next:  coo resume --plan hello --reason '...'",
      '',
      '> hello  [##......] 1/3 active  Say hello \\u{202e}',
      '    ✓ greet  done',
      '    > check  running    dev-1, fence 2',
      '    o ship   ready',
      '    waits to be merged',
      '      next:  git merge coo/hello',
      '',
      '4 other plans: coo plan list',
      '',
      'seats',
      '  dev-1  executing  hello/check',
      '  idle: dev-2, you',
      '',
      'manager: alive for 30 min, process 42',
      'ledger: 17 entries, head abcdef012345, mode dev',
    ]);
  });

  it('says when no manager lives, and of one that was killed since when; of one of long ago only who it was', () => {
    const manager = { alive: false, since: null, pid: 42, seen: null } as const;
    const said = (life: Status['manager']['life'], seen: string | null = null): readonly string[] => statusLines({ ...status, manager: { ...manager, life, seen } }, LOOK);
    expect(said('none')).toContain('no manager lives: coo run');
    expect(said('dead', '2026-11-21T08:58:00.000Z')).toContain('the manager (process 42) died without a word, its last sign 2 min ago; workers that live go on: coo run goes on where it was');
    expect(said('past')).toContain('manager: process 42 then');
    expect(statusView({ ...status, manager: { ...manager, life: 'dead', seen: '2026-11-21T08:58:00.000Z' } }).manager).toEqual({ alive: false, life: 'dead', pid: 42, seen: '2026-11-21T08:58:00.000Z' });
  });

  it('says first that this clone stopped writing, and last that it only reads', () => {
    const halted = { code: 'HALTED', message: 'this clone stopped writing', next: 'mend the cause' };
    expect(statusLines({ ...status, barred: halted }, LOOK).slice(0, 2)).toEqual(['HALTED here: this clone stopped writing [HALTED]', '  next:  mend the cause']);
    const lines = statusLines({ ...status, barred: { code: 'NOT_HOME', message: 'this clone is not the home', next: 'work there' } }, LOOK);
    expect([lines[0], lines.at(-2)]).toEqual(['STOPPED (breaker open): 3 steps failed', 'reads only: this clone is not the home']);
    expect(statusView({ ...status, barred: halted }).barred).toEqual(halted);
  });

  it('shows what came too late, with where its work is', () => {
    const late: Status['late'] = [{ step: 'hello/check', fence: 1, since: '2026-11-21T08:50:00.000Z', kept: 'refs/coo/rescue/hello.check.1' }];
    expect(statusLines({ ...status, late }, LOOK)).toContain('hello/check: what fence 1 reported came too late and was refused; its work is kept: refs/coo/rescue/hello.check.1');
    expect(statusView({ ...status, late }).late).toEqual(late);
  });

  it('says which seats get nothing for now, and what agents spent of what they may', () => {
    const parked: Status['parked'] = [{ seat: 'bot', until: '2026-11-21T10:00:00.000Z', why: 'quota', reason: 'takes no more' }];
    const spending: Status['spending'] = { day: '2026-11-21', tokens: 1_234_567, usd: 0.5, cap: { tokens: 5_000_000, usd: 30 }, step_cap: { tokens: 1, usd: 1 }, seats: [{ seat: 'bot', tokens: 1_234_567, usd: 0.5, cap: { usd: 5 } }, { seat: 'new', tokens: 0, usd: 0 }] };
    const quiet: Status['quiet'] = [{ step: 'hello/check', since: '2026-11-21T08:50:00.000Z', why: 'idle' }];
    const working: Status['spending'] = { ...spending, plans: [{ plan_id: 'hello', tokens: 10, usd: 0.25, cap: { usd: 2 } }], at_work: [{ step: 'hello/check', tokens: 600, usd: 0.3, cap: { tokens: 1_000, usd: 3 } }] };
    const more = statusLines({ ...status, spending: working }, LOOK);
    expect(more).toContain('  dev-1  executing  hello/check  $0.30 of $3.00, 600 of 1,000 tokens so far');
    expect(more.at(-3)).toMatch(/; by plans: hello \$0\.25 of \$2\.00, 10 tokens$/);
    const lines = statusLines({ ...status, parked, spending, quiet }, LOOK);
    expect(lines).toContain('  dev-1  executing  hello/check  no sign of life from its agent since 2026-11-21T08:50:00.000Z: no output, no processor time');
    expect(lines).toContain('  bot gets nothing until 2026-11-21T10:00:00.000Z: takes no more');
    expect(lines).toContain('spent today: $0.50 of $30.00, 1,234,567 of 5,000,000 tokens (bot $0.50 of $5.00, 1,234,567 tokens)');
    expect(statusView({ ...status, parked, spending, quiet })).toMatchObject({ parked, spending, quiet });
  });

  it('says how many steps are over the limit, and how to see them', () => {
    expect(statusLines({ ...status, more: 7 }, LOOK)).toContain('7 more steps: --limit 10');
  });

  it('of nothing that was asked for is a word', () => {
    expect(statusLines({ ...status, plans: [], breaker: { state: 'closed', reason: null, scope: null }, breakers: [], paused: [] }, { ...LOOK, whole: false })).toEqual(['nothing']);
  });

  it('as a document has no member that would say nothing', () => {
    expect(statusView(status)).toEqual({
      schema: 'coo/status.v1',
      plans: [
        {
          ...status.plans[0],
          steps: [
            { step_id: 'greet', state: 'done', attempt: 1, fence: 1 },
            { step_id: 'check', state: 'running', seat: 'dev-1', attempt: 2, fence: 2 },
            { step_id: 'ship', state: 'ready' },
          ],
        },
      ],
      omitted: 4,
      seats: [{ seat: 'dev-1', state: 'executing', step: 'hello/check' }, { seat: 'dev-2', state: 'idle' }, { seat: 'you', state: 'idle' }],
      breaker: status.breaker,
      breakers: status.breakers,
      paused: status.paused,
      manager: { alive: true, since: '2026-11-21T08:30:00.000Z', life: 'alive', pid: 42 },
      ledger: status.ledger,
      mode: 'dev',
    });
  });
});

describe('other values for people', () => {
  it('an explanation names every criterion, who and what to type', () => {
    const history = [{ seq: 7, at: '2026-11-21T08:50:33.123Z', type: 'step.ready', text: 'hello/check  ready', event: { type: 'step.ready', plan_id: 'hello', step_id: 'check' } } as const];
    expect(explanationLines({ schema: 'coo/explain.v1', subject: 'hello/check', state: 'waiting', blockers: [{ code: 'DEPENDENCY', message: 'waits for hello/greet', who: 'dev-1', next: 'coo explain hello/greet' }], history }, BARE)).toEqual([
      'hello/check is waiting',
      '',
      '  waits for hello/greet [DEPENDENCY]',
      '    who:   dev-1',
      '    next:  coo explain hello/greet',
      '',
      'what happened',
      '  #7  2026-11-21 08:50:33Z  hello/check  ready',
    ]);
  });

  it('findings of verify carry path, code and fix', () => {
    const finding = { code: 'RECEIPT_CHANGED', path: '_report/x', message: 'is not what its entry recorded', fix: 'coo verify --restore' };
    const verdict = { changes: 2, accounted: 1, by_people: 1, unsigned: 3, mode: 'dev' } as const;
    const verified = { schema: 'coo/verify.v1', ok: true, at: 'refs/heads/coo/ledger', commit: '1'.repeat(40), range: { from: 1, to: 3 }, entries: 3, receipts: 1, findings: [], absent: [], verdict } as const;
    const said = '1 of 2 changes accounted for, 1 by people, 3 unsigned, mode dev';
    expect(verifyLines({ ...verified, ok: false, findings: [finding] }, BARE)).toEqual(['_report/x: is not what its entry recorded [RECEIPT_CHANGED]', '  next:  coo verify --restore', '', said, 'the ledger does not verify: 1 finding in 3 entries, 1 receipts']);
    expect(verifyLines({ ...verified, absent: [{ what: 'branch', message: 'refs/heads/coo/p is not in this clone' }] }, BARE)).toEqual(['absent: refs/heads/coo/p is not in this clone', said, 'the ledger verifies: 3 entries, 1 receipts']);
    expect(verifyLines({ ...verified, range: { from: 2, to: 3 } }, BARE).at(-1)).toBe('the ledger verifies: entries 2 to 3 of 3 entries, 1 receipts');
  });

  it('faults of a plan stand where editors look for them', () => {
    const fault = { code: 'FIELD_UNKNOWN', severity: 'error', message: 'there is no field commnds', file: 'a', line: 4, column: 7, pointer: '/steps/0', fix: 'did you mean commands?' } as const;
    const files = [{ path: '/r/_plans/a.plan.yaml', ok: false, plan_id: null, steps: 0, draft: false, faults: [fault] }, { path: '/r/_plans/b.plan.yaml', ok: true, plan_id: 'b', steps: 2, draft: true, faults: [] }];
    expect(lintLines({ schema: 'coo/lint.v1', ok: false, files }, (path) => path.slice(3), BARE)).toEqual([
      '_plans/a.plan.yaml:4:7: error: there is no field commnds [FIELD_UNKNOWN]',
      '  next:  did you mean commands?',
      '_plans/b.plan.yaml: good, b, 2 steps, a draft',
    ]);
  });

  it('init says what it made, and nothing where nothing was missing', () => {
    const done = { schema: 'coo/init.v1', ledger: 'x', target: 'main', home: true, made: [], notes: ['another home'] } as const;
    expect(initLines(done, BARE).slice(0, 2)).toEqual(['everything was there: nothing changed', 'note: another home']);
    expect(initLines({ ...done, made: ['_plans/'] }, BARE).slice(0, 2)).toEqual(['made:', '  _plans/']);
  });
});
