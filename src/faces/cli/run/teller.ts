import type { LedgerSession } from '../../../app/ledger/session.ts';
import { isoTime } from '../../../kernel/iso.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log, LogLine } from '../../../ports/log.ts';
import type { Output } from '../output.ts';
import { plainLines } from '../plain.ts';
import type { Style } from '../style.ts';

/** How a long command shows what happens: lines, NDJSON, or a board that repaints. */
export interface Teller {
  readonly log: Log;
  begin(clock: Clock): void;
  onTurn(session: LedgerSession): void;
  /** Something that is no fact of the ledger: that it drains, that it stops. */
  remark(text: string): void;
  /** The terminal is gone, or the command is over. */
  end(): void;
}

/** One document a line. */
export function jsonTeller(out: Output): Teller {
  return {
    log: { say: ({ at_ms, level, code, message, fields }) => out.record({ schema: 'coo/log.v1', at: isoTime(at_ms), level, code, message, ...(fields === undefined ? {} : { fields }) }) },
    begin: () => undefined,
    onTurn: () => undefined,
    remark: (text) => out.note(text),
    end: () => undefined,
  };
}

/** One timestamped line a fact. */
export function lineTeller(out: Output): Teller {
  return {
    log: { say: (line) => out.lines(logLines(line, out.style)) },
    begin: () => undefined,
    onTurn: () => undefined,
    remark: (text) => out.note(text),
    end: () => undefined,
  };
}

/** A log line as plain text: time in UTC, the level where it is not plain information, the message; a fix below it. */
export function logLines({ at_ms, level, message }: LogLine, style: Style): readonly string[] {
  const [first = '', ...rest] = plainLines(message);
  const time = style.dim(`${isoTime(at_ms).slice(0, 19)}Z`);
  return [`${time}  ${shout(level, style)}${first}`, ...rest.map((line) => `${' '.repeat(22)}${line.trimStart()}`)];
}

function shout(level: LogLine['level'], style: Style): string {
  switch (level) {
    case 'info':
      return '';
    case 'warn':
      return style.yellow('warning  ');
    case 'error':
      return style.red('error  ');
    default:
      return level satisfies never;
  }
}
