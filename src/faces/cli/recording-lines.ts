import { many } from '../../format/many.ts';
import type { Frame, RecordedLog, Recording } from '../../app/operations/recording.ts';
import { canonical } from '../../format/canonical.ts';
import { duration } from './duration.ts';
import { plain, plainLines } from './plain.ts';
import type { Style } from './style.ts';

/** Lines of an output's end that are shown; the log holds all. */
const SHOWN = 4;
const SHORT = 12;

/** What was recorded of a step, an event at the margin, what belongs to it below. */
export function recordingLines({ step, state, frames }: Recording, style: Style): readonly string[] {
  const lines = frames.flatMap((frame) => frameLines(frame, style));
  return [`${style.bold(plain(step))}  ${state}`, ...(frames.length === 0 ? ['nothing happened yet'] : lines)];
}

function frameLines(frame: Frame, style: Style): readonly string[] {
  switch (frame.kind) {
    case 'event':
      return [`${style.dim(`#${String(frame.seq)}  ${plain(frame.at.slice(0, 19).replace('T', ' '))}Z`)}  ${plain(frame.text)}`];
    case 'order':
      return [`    order    ${plain(frame.path)}  ${frame.sha256 === null ? absent(style) : frame.sha256.slice(0, SHORT)}`, `             from ${frame.start ?? 'nothing'}: ${plain(frame.objective ?? '')}`];
    case 'receipt':
      return [`    receipt  ${plain(frame.path)}${frame.here ? '' : `  ${absent(style)}`}`, ...(frame.here ? [`             ${plain(frame.started_at ?? '')} to ${plain(frame.ended_at ?? '')}, ${plain(frame.harness ?? '')}, sandbox ${plain(frame.sandbox ?? '')}, mode ${frame.mode ?? ''}`] : [])];
    case 'command':
      return commandLines(frame, style);
    case 'agent':
      return [...Object.entries(frame.record).flatMap(([name, value]) => (value === null ? [] : [`    agent    ${plain(name)}: ${plain(typeof value === 'string' ? value : canonical(value))}`])), `             transcript ${logLine(frame.transcript, style)}`];
    case 'change':
      return [`    change   ${frame.commit.slice(0, SHORT)}${here(frame.here, style)}: ${many(frame.files, 'file')}, +${String(frame.added)} -${String(frame.removed)}`];
    case 'file':
      return [`    ${frame.what.padEnd(8)} ${plain(frame.path)}  ${String(frame.bytes)} bytes, sha256 ${frame.sha256.slice(0, SHORT)}`];
    case 'finding':
      return [`    ${style.red('finding')}  ${frame.path === null ? '' : `${plain(frame.path)}: `}${plain(frame.message)} [${plain(frame.code)}]`];
    case 'merge':
      return [`    merge    ${frame.commit.slice(0, SHORT)}${here(frame.here, style)}`];
    default:
      return frame satisfies never;
  }
}

function commandLines({ phase, text, exit, ending, ms, cached, log, head, tail }: Extract<Frame, { readonly kind: 'command' }>, style: Style): readonly string[] {
  const ended = ending === 'exited' ? `exit ${String(exit)}` : ending.replace('_', ' ');
  const output = tail === '' ? head : tail;
  return [
    `    ${phase.padEnd(8)} ${plain(text)}  ${exit === 0 ? style.green(ended) : style.red(ended)}, ${duration(ms)}${cached ? ', kept from another attempt' : ''}`,
    ...(output === '' ? [] : plainLines(output.trimEnd()).slice(-SHOWN).map((line) => style.dim(`           | ${line}`))),
    ...(log.state === 'empty' ? [] : [`             log ${logLine(log, style)}`]),
  ];
}

function logLine({ sha256, bytes, state, path }: RecordedLog, style: Style): string {
  const where = state === 'here' ? (path ?? '') : state === 'absent' ? absent(style) : state === 'empty' ? 'empty' : style.red(`another file stands at ${path ?? ''}`);
  return `${sha256.slice(0, SHORT)}, ${String(bytes)} bytes: ${where}`;
}

function here(isHere: boolean, style: Style): string {
  return isHere ? '' : ` (${absent(style)})`;
}

function absent(style: Style): string {
  return style.yellow('absent from this clone');
}
