import type { Command } from 'commander';
import { incidentOf } from '../../../app/guard/report.ts';
import type { GuardReport, GuardTools } from '../../../app/guard/report.ts';
import { examples } from '../command.ts';
import type { Act, Call, Define } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { noteIncident } from '../incident-note.ts';
import { guardLines } from '../guard-lines.ts';
import { plain } from '../plain.ts';

interface Asked {
  readonly ledger?: string;
  readonly sarif?: string;
  readonly stop?: boolean;
}
interface AskedRange extends Asked {
  readonly base: string;
  readonly head: string;
  readonly branch?: string;
}

const EXITS: Readonly<Record<GuardReport['verdict'], number>> = { passed: EXIT.ok, refused: EXIT.denied, unproven: EXIT.ledger };
const BRANCH = 'coo guard ci --base origin/main --head HEAD --branch coo/hello';

/** `coo guard`: the rules, as hooks and CI run them. */
export const defineGuard: Define = (program, act) => {
  const command = program.command('guard').description('the rules as run in git hooks and in CI: append-only, receipts, who answers for each commit, secrets, protected paths');
  command.addHelpText('after', examples('coo guard ci --base origin/main --head HEAD', 'coo hooks install'));
  // A commit waits for this: it loads what it needs of the rules, and nothing of the rest.
  place(command, act, 'pre-commit', 'look at what is staged', async (tools) => (await import('../../../app/guard/staged.ts')).guardCommit(tools));
  place(command, act, 'pre-push', "look at what a push sends; reads git's lines on standard input", async (tools, { ledger }, { host }) => pushed(tools, 'pre-push', await host.stdin.read(), ledger)).argument('[remote...]', 'as git calls the hook; not used');
  place(command, act, 'pre-receive', "look at what a push brings, on the receiving side; reads git's lines on standard input", async (tools, { ledger }, { host }) => pushed(tools, 'pre-receive', await host.stdin.read(), ledger));
  const ci = command.command('ci').description('look at every commit between two revisions');
  ci.requiredOption('--base <rev>', 'the side that is merged into; policy is read from it')
    .requiredOption('--head <rev>', 'the side that is to be merged')
    .option('--branch <name>', 'the branch that the head is of')
    .addHelpText('after', examples('coo guard ci --base origin/main --head HEAD', BRANCH));
  reported(ci).action(async (asked: AskedRange) => act(async (call) => guard(call, asked, async (tools) => (await import('../../../app/guard/guard.ts')).guardRange(tools, asked))));
};

async function pushed(tools: GuardTools, where: 'pre-push' | 'pre-receive', lines: string, ledger: string | undefined): Promise<GuardReport> {
  const { guardPush } = await import('../../../app/guard/guard.ts');
  const { readPrePush, readPreReceive } = await import('../../../app/guard/pushes.ts');
  return guardPush(tools, where, where === 'pre-push' ? readPrePush(lines) : readPreReceive(lines), ledger);
}

/** What is said to git's hooks and to CI alike. */
function reported(command: Command): Command {
  return command.option('--ledger <rev>', 'the ledger, where it is neither coo/ledger nor origin/coo/ledger').option('--sarif <file>', 'also write the findings as SARIF 2.1.0').option('--stop', 'open the breaker of the ledger here whatever is refused, and not only for a record that was tampered with: nothing starts until a person closes it').option('--no-stop', 'never open it');
}

function place(command: Command, act: Act, name: string, description: string, look: (tools: GuardTools, asked: Asked, call: Call) => Promise<GuardReport>): Command {
  const made = reported(command.command(name).description(description)).addHelpText('after', examples(`coo guard ${name}`));
  return made.action(async () => {
    const asked = made.opts<Asked>();
    return act(async (call) => guard(call, asked, (tools) => look(tools, asked, call)));
  });
}

/** Undefined: it is written. Else why it is not, which changes nothing about what was found. */
async function saved(host: Call['host'], path: string, text: string, how: 'append' | 'replace'): Promise<string | undefined> {
  try {
    await host.save(path, text, how);
    return undefined;
  } catch (cause) {
    return `the findings could not be written to ${plain(path)}: ${plain(cause instanceof Error ? cause.message : String(cause))}`;
  }
}

async function guard({ host, folder, out, ledger }: Call, asked: Asked, look: (tools: GuardTools) => Promise<GuardReport>): Promise<number> {
  const tools = await host.guard(folder);
  try {
    const report = await look(tools);
    const annotated = host.env['GITHUB_ACTIONS'] === 'true' ? await import('../../guard/github.ts') : undefined;
    out.show(report, () => {
      const lines = guardLines(report, out.style);
      return annotated === undefined ? lines : [...annotated.annotations(report), ...lines.map(annotated.inert)];
    });
    const page = host.env['GITHUB_STEP_SUMMARY'];
    const unsaved = [
      annotated === undefined || page === undefined ? undefined : await saved(host, page, annotated.summary(report), 'append'),
      asked.sarif === undefined ? undefined : await saved(host, asked.sarif, (await import('../../guard/sarif.ts')).sarif(report, host.version), 'replace'),
    ].filter((why) => why !== undefined);
    for (const why of unsaved) out.note(`${why}\n  next:  name a file in a folder that is there`);
    const incident = incidentOf(report, asked.stop);
    if (incident !== undefined) {
      const { tellIncident } = await import('../../../app/operations/incident.ts');
      noteIncident(out, await tellIncident(await ledger(), incident.cause, incident.detail), asked.stop);
    }
    return EXITS[report.verdict] === EXIT.ok && unsaved.length > 0 ? EXIT.failed : EXITS[report.verdict];
  } finally {
    await tools.history.close();
  }
}
