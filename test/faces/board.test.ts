import { assert, integer, nat, property, record, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boardLines } from '../../src/faces/cli/board/lines.ts';
import { Painter } from '../../src/faces/cli/board/painter.ts';
import { share } from '../../src/faces/cli/board/share.ts';
import { boardView } from '../../src/faces/cli/board/view.ts';
import type { BoardView } from '../../src/faces/cli/board/view.ts';
import { BARE, COLOURED } from '../../src/faces/cli/style.ts';
import { width } from '../../src/faces/cli/width.ts';
import { plan, World } from '../support/state-builder.ts';

const NOW = Date.UTC(2026, 10, 21, 8, 50, 33);
const SMALL = { columns: 40, rows: 10 };
const USUAL = { columns: 80, rows: 24 };

const view: BoardView = {
  banners: [{ level: 'error', text: 'STOPPED (breaker open) hello: 3 steps failed' }],
  plans: [
    { plan_id: 'hello', title: 'Say hello, then check it', state: 'blocked', done: 1, of: 3 },
    { plan_id: 'build', title: 'Build 世界 \u001b[2J', state: 'active', done: 0, of: 12 },
    { plan_id: 'old', title: 'Done before', state: 'done', done: 2, of: 2 },
  ],
  running: [
    { step: 'build/compile', seat: 'dev-1', checking: false, since_ms: NOW - 67_000, said: 'half way' },
    { step: 'build/assets', seat: 'dev-2', checking: true, since_ms: NOW - 3_000, said: null },
  ],
  waiting: [
    { subject: 'hello/check', message: 'merge conflict in greeting.txt', person: true },
    { subject: 'build/link', message: 'waits for build/compile, which is running', person: false },
  ],
  waitingMore: 9,
  log: [
    { at_ms: NOW - 2_000, level: 'info', code: 'x', message: 'build/compile  claimed by dev-1 (fence 1)' },
    { at_ms: NOW - 1_000, level: 'error', code: 'x', message: 'hello/check  blocked: merge conflict\n  fix: mend it' },
  ],
  now_ms: NOW,
};

/** A board with very much of everything. */
function crowded(of: number): BoardView {
  const many = Array.from({ length: of }, (_, at) => String(at + 1));
  return {
    ...view,
    plans: many.map((n) => ({ plan_id: `plan-${n}`, title: 'T', state: 'active', done: 0, of: 1 })),
    running: many.map((n) => ({ step: `plan-${n}/step`, seat: `dev-${n}`, checking: false, since_ms: NOW, said: null })),
    waiting: many.map((n) => ({ subject: `plan-${n}/next`, message: 'waits', person: n === '1' })),
    waitingMore: 3,
    log: many.map((n) => ({ at_ms: NOW, level: 'info', code: 'x', message: `line ${n}` })),
  };
}

describe('a board while its manager drains', () => {
  it('does not wait for a free seat: the next manager has it', () => {
    const world = World.started().submit(plan('p', ['a']));
    expect(boardView(world.state, [], [], NOW).waiting.map(({ message }) => message)).toEqual(['ready, and a seat is free']);
    world.yes({ type: 'freeze', seq: 9, by: 'op', reason: 'look first' });
    expect(boardView(world.state, [], [], NOW)).toMatchObject({ banners: [{ level: 'error', text: 'FROZEN by op: look first' }], waiting: [] });
    world.yes({ type: 'thaw', by: 'op', reason: 'seen' });
    expect(boardView(world.state, ['draining'], [], NOW).waiting.map(({ message }) => message)).toEqual(['left to the next manager']);
  });
});

describe('the board', () => {
  it('shows everything on 80x24', () => {
    expect(boardLines(view, USUAL, BARE)).toEqual([
      'coo run  2 at work, 11 waiting, 1/3 plans done  1 need a person',
      '!! STOPPED (breaker open) hello: 3 steps failed',
      '',
      'plans    ! hello [####........]     1/3 blocked  Say hello, then check it',
      '         > build [............]    0/12 active  Build 世界 \\u{1b}[2J',
      '         ✓ old   [############]     2/2 done  Done before',
      '',
      'at work  > build/compile   1:07  dev-1  half way',
      '         ? build/assets    0:03  dev-2  is checked',
      '',
      'waiting  ! hello/check   merge conflict in greeting.txt',
      '         · build/link    waits for build/compile, which is running',
      '         and 9 more',
      '',
      'log      08:50:31 build/compile  claimed by dev-1 (fence 1)',
      '         08:50:32 hello/check  blocked: merge conflict',
    ]);
  });

  it('keeps what matters on 40x10', () => {
    expect(boardLines(view, SMALL, BARE)).toEqual([
      'coo run  2 at work, 11 waiting, 1/3 pla…',
      '!! STOPPED (breaker open) hello: 3 step…',
      'plan ! hello [##....]  1/3 blocked',
      '     and 2 more',
      'run  > build/compile   1:07  dev-1  hal…',
      '     ? build/assets    0:03  dev-2  is …',
      'wait ! hello/check   merge conflict in …',
      '     and 10 more',
      'log  08:50:32 hello/check  blocked: mer…',
    ]);
  });

  it('gives ten workers their rows on 80x24, and counts what it leaves out', () => {
    const lines = boardLines(crowded(10), USUAL, BARE);
    expect(lines).toHaveLength(23);
    expect(lines[0]).toBe('coo run  10 at work, 13 waiting, 0/10 plans done  1 need a person');
    expect(lines.filter((line) => /and \d+ more/.test(line)).length).toBeGreaterThan(0);
    expect(lines.some((line) => line.startsWith('waiting  ! plan-1/next'))).toBe(true);
    expect(lines.at(-1)).toContain('line 10');
  });

  it('never wraps and never scrolls, whatever the terminal', () => {
    const sizes = record({ columns: integer({ min: 20, max: 200 }), rows: integer({ min: 8, max: 60 }) });
    assert(
      property(sizes, nat(30), string({ unit: 'grapheme' }), (size, of, title) => {
        const odd = { ...crowded(of), plans: [{ plan_id: 'p', title, state: 'active', done: 0, of: 1 } as const] };
        const lines = boardLines(odd, size, COLOURED);
        expect(lines.length).toBeLessThan(size.rows);
        expect(lines.filter((line) => width(line) > size.columns)).toEqual([]);
      }),
    );
  });

  it('tells steps of a long plan apart', () => {
    const running = ['compile', 'test'].map((step) => ({ step: `a-plan-with-quite-a-long-name-indeed/${step}`, seat: 'dev-1', checking: false, since_ms: NOW, said: null }));
    const lines = boardLines({ ...view, running }, SMALL, BARE);
    expect(lines.filter((line) => line.includes('…/compile') || line.includes('…/test'))).toHaveLength(2);
  });

  it('says that nothing goes on', () => {
    expect(boardLines({ ...view, banners: [], plans: [], running: [], waiting: [], waitingMore: 0, log: [] }, USUAL, BARE)).toEqual(['coo run  0 at work, 0 waiting, 0/0 plans done']);
  });
});

describe('rows', () => {
  it.each([
    [[{ want: 9, least: 3 }, { want: 9, least: 1 }], 4, [3, 1]],
    [[{ want: 9, least: 3 }, { want: 1, least: 1 }], 20, [9, 1]],
    [[{ want: 9, least: 3 }, { want: 9, least: 3 }], 2, [1, 1]],
    [[{ want: 0, least: 3 }, { want: 5, least: 1 }], 3, [0, 3]],
  ])('%j share %i as %j', (parts, rows, given) => {
    expect(share(parts, rows)).toEqual(given);
  });
});

describe('the painter', () => {
  function screen(): { readonly written: string[]; columns: number; readonly painter: Painter } {
    const written: string[] = [];
    const stdout = { isTTY: true, columns: 80, rows: 24, write: (text: string) => void written.push(text) };
    return { written, painter: new Painter(stdout), get columns() { return stdout.columns; }, set columns(to: number) { stdout.columns = to; } };
  }

  it('writes each frame once, over the one before, and nothing where nothing changed', () => {
    const { painter, written } = screen();
    painter.paint(['a', 'b']);
    painter.paint(['a', 'b']);
    painter.paint(['c']);
    expect(written).toHaveLength(2);
    expect(written[0]).toBe('\u001b[?2026h\u001b[?25l\ra\u001b[K\r\nb\u001b[K\r\n\u001b[J\u001b[?2026l');
    expect(written[1]).toBe('\u001b[?2026h\u001b[2A\rc\u001b[K\r\n\u001b[J\u001b[?2026l');
  });

  it('clears a terminal whose size changed, and gives the cursor back once', () => {
    const at = screen();
    at.painter.paint(['a']);
    at.columns = 40;
    at.painter.paint(['a']);
    at.painter.end();
    at.painter.end();
    expect(at.written[1]).toContain('\u001b[2J\u001b[H');
    expect(at.written.slice(2)).toEqual(['\u001b[?25h']);
  });
});
