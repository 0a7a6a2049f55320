import { Failure } from '../../../app/failure.ts';
import { init } from '../../../app/operations/init.ts';
import type { Initialised } from '../../../app/operations/init.ts';
import { rehome } from '../../../app/operations/rehome.ts';
import { examples } from '../command.ts';
import type { Call, Define } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { plain } from '../plain.ts';
import type { Style } from '../style.ts';

/** `coo init`: makes a repository ready. */
export const defineInit: Define = (program, act) => {
  program
    .command('init')
    .description('make this repository ready: folders, _plans/coo.yaml, the first entry of the ledger; changes nothing that stands there')
    .option('-y, --yes', 'ask nothing: take the default branch where HEAD is detached')
    .option('--rehome', 'the home of the ledger is lost, or this folder is it and was moved: let the ledger go on here')
    .option('--reason <text>', 'with --rehome: why; it is recorded')
    .addHelpText('after', examples('coo init', 'coo -C ~/project init --yes', "coo init --rehome --reason 'the old disk is dead'"))
    .action(async (options: { yes?: boolean; rehome?: boolean; reason?: string }) =>
      act(async (call) => {
        const { host, folder, out } = call;
        const world = await call.ledger();
        if (options.rehome === true) {
          if (options.reason === undefined || options.reason.trim() === '') throw new Failure({ code: 'USAGE', message: '--rehome needs a reason: it is recorded', fix: "coo init --rehome --reason '...'", exit: EXIT.usage });
          const done = await rehome(world, { init: { operator: await host.operator(folder), assets: await host.assets() }, by: host.user, reason: options.reason });
          if (!done.ok) return out.refuse(done.rejection);
          const { rehomed } = done;
          out.show(rehomed, () => [`${plain(rehomed.home)} is the home of its ledger now (entry ${String(rehomed.seq)})`, ...rehomed.notes.map((note) => out.style.yellow(`note: ${plain(note)}`)), '', 'next: coo run']);
          return EXIT.ok;
        }
        const asks = options.yes !== true && host.stdin.isTTY && !out.json;
        const done = await init(world, { operator: await host.operator(folder), assets: await host.assets(), ...(asks ? { askTarget: async (suggested: string | null) => askTarget(call, suggested) } : {}) });
        out.show(done, () => initLines(done, out.style));
        return EXIT.ok;
      }),
    );
};

async function askTarget({ host }: Call, suggested: string | null): Promise<string> {
  const answer = await host.stdin.ask(`HEAD is detached. Which branch shall work go to?${suggested === null ? '' : ` [${plain(suggested)}]`} `);
  const chosen = answer.trim() === '' ? suggested : answer.trim();
  if (chosen === null) throw new Failure({ code: 'NO_TARGET', message: 'no branch was named', fix: 'check a branch out: git switch <branch>; then coo init', exit: EXIT.usage });
  return chosen;
}

const NEXT = [
  'next:',
  '  coo plan new hello     a plan to begin with, in _plans/hello.plan.yaml',
  '  coo plan start hello   bring it in',
  '  coo run                the manager: does what plans ask for, until Ctrl-C',
];

/** What init made and what to do next. */
export function initLines(done: Initialised, style: Style): readonly string[] {
  const made = done.made.length === 0 ? ['everything was there: nothing changed'] : ['made:', ...done.made.map((name) => `  ${plain(name)}`)];
  return [
    ...made,
    ...done.notes.map((note) => style.yellow(`note: ${plain(note)}`)),
    `work goes to the branch ${plain(done.target)}; seats and limits stand in _plans/coo.yaml`,
    '',
    ...(done.home ? NEXT : ['next: coo status']),
  ];
}
