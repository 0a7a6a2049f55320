import { resolve } from 'node:path';
import { suggest } from '../../format/suggest.ts';
import type { LedgerWorld } from '../../app/world.ts';
import type { Call } from './command.ts';
import { COMMANDS, isCommand } from './commands/table.ts';
import { reportThrown, reportUsage } from './errors.ts';
import type { Report } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import type { Host } from './host.ts';
import { Output } from './output.ts';
import { parse } from './parse.ts';
import { splitArguments } from './split-arguments.ts';

/**
 * The command line: one command, its flags, one operation, what it says.
 *
 * @param argv the arguments after the command's own name
 * @returns the exit code
 */
export async function main(argv: readonly string[], host: Host): Promise<number> {
  const { name, wants, rest } = splitArguments(argv);
  const json = argv.includes('--json');
  if (name === undefined) {
    const { showFront } = await import('./front.ts');
    return showFront(host, new Output(host, json), wants);
  }
  if (name.startsWith('-')) return new Output(host, json).fail(reportUsage(`there is no option ${name} in front of a command`, 'coo --help'));
  if (name === 'help') {
    const topic = rest.slice(1).find((word) => !word.startsWith('-'));
    if (topic !== undefined && isCommand(topic)) return main([topic, '--help', ...(json ? ['--json'] : [])], host);
    const { showFront, showTopic } = await import('./front.ts');
    return topic === undefined ? showFront(host, new Output(host, json), 'help') : showTopic(new Output(host, json), topic, Object.keys(COMMANDS));
  }
  if (!isCommand(name)) {
    const meant = suggest(name, Object.keys(COMMANDS));
    return new Output(host, json).fail(reportUsage(`no command '${name}'${meant === undefined ? '' : `; did you mean ${meant}?`}`, `coo ${meant ?? ''} --help`.replace('  ', ' ')));
  }
  const define = await COMMANDS[name]();
  const opened: LedgerWorld[] = [];
  try {
    return await parse({ name, define, argv: rest, host }, (given) => {
      const folder = resolve(host.cwd, given.folder);
      const out = new Output(host, given.json);
      const ledger: Call['ledger'] = async () => {
        const world = await host.ledger(folder);
        opened.push(world);
        return world;
      };
      return { host, folder, out, ledger };
    });
  } catch (error) {
    const report = reportThrown(error) ?? (json ? reportBug(error) : undefined);
    if (report === undefined) throw error;
    return new Output(host, json).fail(report);
  } finally {
    for (const world of opened) await world.git.close();
  }
}

function reportBug(error: unknown): Report {
  return { code: 'INTERNAL', message: error instanceof Error ? (error.stack ?? error.message) : String(error), fix: 'this is a fault of coo: please report it with this text', exit: EXIT.failed };
}
