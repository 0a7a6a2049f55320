import { Command, CommanderError, Help } from 'commander';
import type { Option } from 'commander';
import type { Act, Call, Define } from './command.ts';
import { reportUsage } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import type { Host } from './host.ts';
import { Output } from './output.ts';

const HELP_COLUMNS = 100;

/** Parses one command's arguments and runs its action. The program knows no other command, so nothing else was loaded. */
export async function parse(
  command: { readonly name: string; readonly define: Define; readonly argv: readonly string[]; readonly host: Host },
  callOf: (given: { readonly folder: string; readonly json: boolean }) => Call,
): Promise<number> {
  const { name, define, argv, host } = command;
  let exit: number = EXIT.ok;
  const program = new Command('coo')
    .option('-C <dir>', 'run as if started in <dir>')
    .option('--json', 'one documented shape, with a schema field')
    .helpCommand(false);
  const act: Act = async (body) => {
    const { C: folder = '.', json = false } = program.opts<{ C?: string; json?: boolean }>();
    exit = await body(callOf({ folder, json }));
  };
  define(program, act);
  const asked: AskedHelp = { command: [], text: '' };
  settle(program, host, [], asked);
  const out = new Output(host, argv.includes('--json'));
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exit;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) {
      out.help(asked.command.join(' '), asked.text);
      return EXIT.ok;
    }
    const message = error.message.replace(/^error: /, '');
    // A command that only groups others prints its help when none was named.
    const said = error.code === 'commander.help' ? `${name} needs one of its commands` : message;
    return out.fail(reportUsage(said, `coo ${name} --help`));
  }
}

const plainHelp = new Help();

/** An option in the help. Commander does not say which ones must be there. */
function described(option: Option): string {
  return `${plainHelp.optionDescription(option)}${option.mandatory ? ' (needed)' : ''}`;
}

/** Help that was asked for: Commander writes it in pieces. */
interface AskedHelp {
  command: readonly string[];
  text: string;
}

/** How every command, also those inside a command, answers and fails. */
function settle(command: Command, host: Host, path: readonly string[], asked: AskedHelp): void {
  const columns = host.stdout.isTTY && host.stdout.columns > 0 ? host.stdout.columns : HELP_COLUMNS;
  command
    .exitOverride()
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true, optionDescription: described })
    .configureOutput({
      writeOut: (text) => {
        asked.command = path;
        asked.text += text;
      },
      // Commander prints an error before it throws it; it is shown once, in our form, where it is caught.
      writeErr: () => undefined,
      getOutHelpWidth: () => columns,
      getErrHelpWidth: () => columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  for (const inner of command.commands) settle(inner, host, [...path, inner.name()], asked);
}
