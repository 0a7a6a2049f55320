/** What stands in front of the command's name, taken apart without a parser. */
export interface SplitArguments {
  /** The command, or the first option that does not belong there; undefined where there is none. */
  readonly name: string | undefined;
  readonly wants: 'help' | 'version';
  /** All arguments as the parser wants them: the name first, options that stood in front of it after it. */
  readonly rest: readonly string[];
}

/** Finds the command among the options that may stand before it: `-C <dir>` and `--json`. */
export function splitArguments(argv: readonly string[]): SplitArguments {
  let at = 0;
  let wants: SplitArguments['wants'] = 'help';
  for (; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (word === '-V' || word === '--version') wants = 'version';
    else if (word === '-C') at += 1;
    else if (word !== '--json' && word !== '-h' && word !== '--help' && !word.startsWith('-C')) break;
  }
  const front = argv.slice(0, at);
  const asked = front.find((word) => ['-V', '--version', '-h', '--help'].includes(word));
  const name = argv[at];
  if (name === undefined || (asked !== undefined && wants === 'version')) return { name: undefined, wants, rest: [] };
  return { name, wants, rest: [name, ...front, ...argv.slice(at + 1)] };
}
