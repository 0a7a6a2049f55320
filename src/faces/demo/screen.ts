import type { Event } from '../../kernel/event.ts';
import { narrate } from '../../app/manager/narrate.ts';
import { plain } from '../cli/plain.ts';
import type { Style } from '../cli/style.ts';
import { cut } from '../cli/width.ts';
import type { Unheld } from './story.ts';

/** Wide enough to read, and fits any terminal. */
const COLUMNS = 80;
const INDENT = '   ';
/** Longest text of what was found instead, in characters. */
const FOUND = 1_200;

/** Who hears the story while it is told. */
export interface Screen {
  begins(folder: string): void;
  chapter(number: number, name: string): void;
  /** A command, as a user would type it. */
  typed(command: string): void;
  said(text: string): void;
  happened(event: Event, ms: number): void;
  held(text: string): void;
  failed(unheld: Unheld): void;
  /** The last lines. */
  ends(lines: readonly string[]): void;
}

/** The story as lines for a person. */
export function plainScreen(write: (text: string) => void, style: Style): Screen {
  const line = (text = ''): void => write(`${text}\n`);
  const fitted = (text: string): string => cut(plain(text), COLUMNS - INDENT.length);
  return {
    begins(folder) {
      line(style.bold('coo demo: the main job in a scratch repository; nothing of yours is touched'));
      line(style.dim(plain(folder)));
    },
    chapter(number, name) {
      line();
      line(style.bold(`${String(number)}. ${name}`));
    },
    typed: (command) => line(INDENT + style.dim(fitted(`$ ${command}`))),
    said: (text) => line(INDENT + style.cyan(fitted(`> ${text}`))),
    happened(event, ms) {
      for (const { level, message } of narrate(event)) {
        const text = fitted(`${(ms / 1_000).toFixed(2).padStart(5)} s  ${message}`);
        line(INDENT + (level === 'info' ? style.dim(text) : style.yellow(text)));
      }
    },
    held: (text) => {
      const [first = '', ...rest] = wrapped(plain(text), COLUMNS - INDENT.length - 2);
      line(`${INDENT}${style.green('✓')} ${first}`);
      for (const more of rest) line(`${INDENT}  ${more}`);
    },
    failed({ claim, found, look }) {
      line(`${INDENT}${style.red('✗')} ${plain(claim)}`);
      line(`${INDENT}  found: ${plain(found.length > FOUND ? `${found.slice(0, FOUND)}...` : found)}`);
      line(`${INDENT}  look:  ${plain(look)}`);
    },
    ends(lines) {
      line();
      for (const one of lines) line(one);
    },
  };
}

/** Nobody looks: what is said is in the document at the end. */
export function silentScreen(): Screen {
  const nothing = (): void => undefined;
  return { begins: nothing, chapter: nothing, typed: nothing, said: nothing, happened: nothing, held: nothing, failed: nothing, ends: nothing };
}

/** Broken at blanks into lines of at most so many characters. */
function wrapped(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
