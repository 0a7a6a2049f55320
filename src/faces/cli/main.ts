import { HELP } from './help.ts';

/**
 * The command line: one command, its flags, one operation, what it says.
 *
 * @param argv the arguments after the command's own name
 * @returns the exit code
 */
export async function main(argv: readonly string[]): Promise<number> {
  const [command] = argv;
  if (command === undefined) {
    process.stdout.write(HELP);
    return 0;
  }
  process.stderr.write(`coo: no command '${command}'\n  see them all:  coo --help\n`);
  return 2;
}
