import { isoTime } from '../../../kernel/iso.ts';
import { bar } from '../bar.ts';
import { elapsed } from '../duration.ts';
import { plain } from '../plain.ts';
import { inState, MARKS } from '../style.ts';
import type { Style } from '../style.ts';
import { pad, padStep, width } from '../width.ts';
import { row } from './row.ts';
import type { Piece } from './row.ts';
import { share } from './share.ts';
import type { BoardClaim, BoardPlan, BoardView, BoardWait } from './view.ts';
import type { LogLine } from '../../../ports/log.ts';

export interface BoardSize {
  readonly columns: number;
  readonly rows: number;
}

const NARROW = 60;
/** With so many rows there is room for a blank line between the parts. */
const ROOMY = 20;
const MOST_BANNERS = 3;
/** Rows a part wants at least, before any gets more. */
const LEAST = { plans: 2, running: 3, waiting: 2, log: 1 } as const;
/** Log lines are news: more than these are history. */
const MOST_LOG = 8;

interface Part {
  readonly title: string;
  readonly items: readonly (readonly Piece[])[];
  /** Items that exist beyond those in the list. */
  readonly more: number;
  readonly least: number;
}

/** The board as lines, at most `rows - 1` of them, none wider than the terminal. What does not fit is counted. */
export function boardLines(view: BoardView, size: BoardSize, style: Style): readonly string[] {
  const columns = Math.max(20, size.columns);
  const rows = Math.max(4, size.rows - 1);
  const head = [headPieces(view, style), ...view.banners.slice(0, MOST_BANNERS).map(({ level, text }) => [{ text: `${level === 'error' ? '!! ' : '! '}${plain(text)}`, paint: level === 'error' ? style.red : style.yellow }])];
  const parts = partsOf(view, columns, style).filter(({ items }) => items.length > 0);
  const gap = size.rows >= ROOMY ? 1 : 0;
  const room = rows - head.length - gap * parts.length;
  const given = share(parts.map(({ items, more, least }) => ({ want: items.length + (more > 0 ? 1 : 0), least })), Math.max(parts.length, room));
  const gutter = columns < NARROW ? 5 : 9;
  const lines = head.map((pieces) => row(pieces, columns));
  for (const [at, part] of parts.entries()) {
    if (gap === 1) lines.push('');
    lines.push(...partLines(part, given[at] ?? 0, columns, gutter, style));
  }
  return lines.slice(0, rows);
}

/** Numbers of everything, so that a list that was cut hides no fact. */
function headPieces({ running, waiting, waitingMore, plans }: BoardView, style: Style): readonly Piece[] {
  const person = waiting.filter((wait) => wait.person).length;
  const steps = waiting.filter(({ subject }) => subject.includes('/')).length;
  const done = plans.filter(({ state }) => state === 'done').length;
  return [
    { text: 'coo run', paint: style.bold },
    { text: `  ${String(running.length)} at work, ${String(steps + waitingMore)} waiting, ${String(done)}/${String(plans.length)} plans done` },
    ...(person === 0 ? [] : [{ text: `  ${String(person)} need a person`, paint: style.yellow }]),
  ];
}

function partsOf(view: BoardView, columns: number, style: Style): readonly Part[] {
  const narrow = columns < NARROW;
  const stepColumns = Math.min(narrow ? 18 : 30, Math.max(...view.running.map(({ step }) => width(step)), ...view.waiting.map(({ subject }) => width(subject)), 0));
  const planColumns = Math.min(narrow ? 14 : 24, Math.max(...view.plans.map(({ plan_id }) => plan_id.length), 0));
  const log = view.log.slice(-MOST_LOG);
  return [
    { title: narrow ? 'plan' : 'plans', items: view.plans.map((plan) => planPieces(plan, planColumns, narrow, style)), more: 0, least: LEAST.plans },
    { title: narrow ? 'run' : 'at work', items: view.running.map((claim) => claimPieces(claim, view.now_ms, stepColumns, style)), more: 0, least: LEAST.running },
    { title: narrow ? 'wait' : 'waiting', items: view.waiting.map((wait) => waitPieces(wait, stepColumns, style)), more: view.waitingMore, least: LEAST.waiting },
    { title: 'log', items: log.map((line) => logPieces(line, style)), more: 0, least: LEAST.log },
  ];
}

function partLines(part: Part, given: number, columns: number, gutter: number, style: Style): readonly string[] {
  const isLog = part.title === 'log';
  const all = part.items.length + part.more;
  const cutOff = all > given && !isLog;
  const shown = isLog ? part.items.slice(part.items.length - given) : part.items.slice(0, cutOff ? Math.max(0, given - 1) : given);
  const items: (readonly Piece[])[] = [...shown];
  if (cutOff) items.push([{ text: `and ${String(all - shown.length)} more`, paint: style.dim }]);
  return items.map((pieces, at) => row([{ text: pad(at === 0 ? part.title : '', gutter), paint: style.dim }, ...pieces], columns));
}

function planPieces({ plan_id, title, state, done, of }: BoardPlan, columns: number, narrow: boolean, style: Style): readonly Piece[] {
  const paint = (text: string): string => inState(style, state, text);
  const count = `${String(done)}/${String(of)}`;
  return [{ text: `${MARKS[state]} `, paint }, { text: `${pad(plan_id, columns)} ` }, { text: `${bar(done, of, narrow ? 8 : 14)} ${count.padStart(narrow ? 4 : 7)} ${state}`, paint }, { text: narrow ? '' : `  ${plain(title)}`, paint: style.dim }];
}

function claimPieces({ step, seat, checking, since_ms, said }: BoardClaim, now_ms: number, columns: number, style: Style): readonly Piece[] {
  const clock = elapsed(now_ms - since_ms);
  return [{ text: `${MARKS[checking ? 'checking' : 'running']} `, paint: style.cyan }, { text: `${padStep(step, columns)} ` }, { text: clock.padStart(6), paint: style.cyan }, { text: `  ${plain(seat)}` }, { text: checking ? '  is checked' : said === null ? '' : `  ${plain(said)}`, paint: style.dim }];
}

function waitPieces({ subject, message, person }: BoardWait, columns: number, style: Style): readonly Piece[] {
  return [{ text: person ? '! ' : '· ', ...(person ? { paint: style.yellow } : {}) }, { text: `${padStep(subject, columns)} ` }, { text: plain(message), paint: person ? style.yellow : style.dim }];
}

function logPieces({ at_ms, level, message }: LogLine, style: Style): readonly Piece[] {
  const [first = ''] = message.split('\n');
  const text = { text: plain(first), ...(level === 'info' ? {} : { paint: level === 'error' ? style.red : style.yellow }) };
  return [{ text: `${isoTime(at_ms).slice(11, 19)} `, paint: style.dim }, text];
}
