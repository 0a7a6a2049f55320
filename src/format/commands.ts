import type { Cmd } from '../kernel/plan.ts';
import { hiddenIn, pointerOf, quoted } from './fault.ts';
import type { Faults, PathPart } from './fault.ts';
import { kindOf } from './fields.ts';
import type { Fields } from './fields.ts';

const MAX_COMMANDS = 200;
const MAX_ARGS = 1_000;
const MAX_LENGTH = 65_536;
const FIX = 'write a text for sh -c, or a list of texts: ["npm", "test"]';

/** A list of commands, each a text or an argv. */
export function commandsIn(fields: Fields, name: string): readonly Cmd[] | undefined {
  return fields.list(name, MAX_COMMANDS, (item, at) => commandAt(fields.faults, [...fields.path, ...at], item));
}

/** One command: a text is run by `sh -c`, a list is an argv. Undefined after noting what is wrong with it. */
export function commandAt(faults: Faults, at: readonly PathPart[], value: unknown): Cmd | undefined {
  if (typeof value === 'string') {
    if (value.trim() === '') return refuse(faults, at, 'COMMAND_EMPTY', 'a command is empty');
    return fits(faults, at, [value]) ? value : undefined;
  }
  if (!Array.isArray(value)) return refuse(faults, at, 'WRONG_TYPE', `a command is ${kindOf(value)}, neither a text nor a list`);
  return argvAt(faults, at, value);
}

/** An argv: a program and its arguments, all of them texts. */
export function argvAt(faults: Faults, at: readonly PathPart[], value: readonly unknown[]): readonly string[] | undefined {
  const texts = value.filter((item) => typeof item === 'string');
  if (texts.length < value.length) {
    const odd = value.findIndex((item) => typeof item !== 'string');
    return refuse(faults, [...at, odd], 'WRONG_TYPE', `an argument is ${kindOf(value[odd])}, not a text`);
  }
  if (texts.length === 0 || texts[0]?.trim() === '') return refuse(faults, at, 'COMMAND_EMPTY', 'a command names no program');
  if (texts.length > MAX_ARGS) return refuse(faults, at, 'COMMAND_TOO_LONG', `a command has ${String(texts.length)} arguments; at most ${String(MAX_ARGS)} are taken`);
  return fits(faults, at, texts) ? texts : undefined;
}

function fits(faults: Faults, at: readonly PathPart[], texts: readonly string[]): boolean {
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  if (length > MAX_LENGTH) {
    faults.error('COMMAND_TOO_LONG', pointerOf(at), `a command has ${String(length)} characters; at most ${String(MAX_LENGTH)} are taken`, 'put it into a script and call that');
    return false;
  }
  const hidden = texts.find((text) => hiddenIn(text) !== undefined);
  if (hidden !== undefined) faults.warning('TEXT_HIDDEN', pointerOf(at), `a command holds a character that is not shown (${hiddenIn(hidden) ?? ''}): ${quoted(hidden)}`, 'remove it, unless it is meant');
  return true;
}

function refuse(faults: Faults, at: readonly PathPart[], code: string, message: string): undefined {
  faults.error(code, pointerOf(at), message, FIX);
  return undefined;
}
