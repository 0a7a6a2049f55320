import type { PlanStatus, StepStatus } from '../../kernel/state.ts';
import type { Host } from './host.ts';

type Paint = (text: string) => string;

/** The few colours coo uses. Each only underlines what the words say already. */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  /** Good. */
  readonly green: Paint;
  /** A person should look. */
  readonly yellow: Paint;
  /** Wrong. */
  readonly red: Paint;
  /** At work now. */
  readonly cyan: Paint;
}

function paint(on: number, off: number): Paint {
  return (text) => (text === '' ? '' : `\u001b[${String(on)}m${text}\u001b[${String(off)}m`);
}
const bare: Paint = (text) => text;

export const COLOURED: Style = { bold: paint(1, 22), dim: paint(2, 22), green: paint(32, 39), yellow: paint(33, 39), red: paint(31, 39), cyan: paint(36, 39) };
export const BARE: Style = { bold: bare, dim: bare, green: bare, yellow: bare, red: bare, cyan: bare };

/** Colours only on a terminal that wants them (https://no-color.org). */
export function styleFor(host: Pick<Host, 'env'>, stream: { readonly isTTY: boolean }): Style {
  const { NO_COLOR: unwanted = '', TERM: terminal } = host.env;
  return stream.isTTY && unwanted === '' && terminal !== 'dumb' ? COLOURED : BARE;
}

/** A mark for each state, readable without colour and one column wide. */
export const MARKS: Readonly<Record<StepStatus | PlanStatus, string>> = {
  waiting: '·',
  ready: 'o',
  claimed: '>',
  running: '>',
  checking: '?',
  done: '✓',
  failed: '✗',
  blocked: '!',
  cancelled: '-',
  draft: '~',
  active: '>',
};

/** A state's word or mark in its colour. */
export function inState(style: Style, state: StepStatus | PlanStatus, text: string): string {
  switch (state) {
    case 'done':
      return style.green(text);
    case 'failed':
      return style.red(text);
    case 'blocked':
      return style.yellow(text);
    case 'claimed':
    case 'running':
    case 'checking':
    case 'active':
      return style.cyan(text);
    case 'waiting':
    case 'cancelled':
    case 'draft':
      return style.dim(text);
    case 'ready':
      return text;
    default:
      return state satisfies never;
  }
}
