import { Failure } from '../../../app/failure.ts';
import { init } from '../../../app/operations/init.ts';
import type { Initialised } from '../../../app/operations/init.ts';
import { makeService } from '../../../app/operations/service.ts';
import type { Service, ServiceHost } from '../../../app/operations/service.ts';
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
    .option('--service', 'also write a unit that keeps a manager at work, for systemd of this user; starts nothing')
    .addHelpText('after', examples('coo init', 'coo init --service', 'coo -C ~/project init --yes', "coo init --rehome --reason 'the old disk is dead'"))
    .action(async (options: { yes?: boolean; rehome?: boolean; reason?: string; service?: boolean }) =>
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
        const made = await init(world, { operator: await host.operator(folder), assets: await host.assets(), ...(asks ? { askTarget: async (suggested: string | null) => askTarget(call, suggested) } : {}) });
        const done = options.service === true ? withService(made, await makeService(world, serviceHost(host))) : made;
        out.show(done, () => initLines(done, out.style));
        return EXIT.ok;
      }),
    );
};

/** Where a person's units stand, as systemd looks for them. */
export function configHome(env: Call['host']['env']): string {
  const { XDG_CONFIG_HOME, HOME } = env;
  if (XDG_CONFIG_HOME !== undefined && XDG_CONFIG_HOME.startsWith('/')) return XDG_CONFIG_HOME;
  if (HOME === undefined) throw new Failure({ code: 'NO_HOME', message: 'HOME is not set: where units stand is not known', fix: 'set HOME' });
  return `${HOME}/.config`;
}

function serviceHost({ env, program }: Call['host']): ServiceHost {
  return { configHome: configHome(env), program, path: env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin' };
}

function withService(done: Initialised, { kind, name, path }: Service): Initialised {
  const start = `systemctl --user daemon-reload && systemctl --user enable --now ${name}; to keep it while nobody is logged in: loginctl enable-linger`;
  if (kind === 'other') return { ...done, notes: [...done.notes, `${path} says something else, and stays as it is: compare, or remove it and run coo init --service again`] };
  return { ...done, made: kind === 'made' ? [...done.made, path] : done.made, notes: [...done.notes, `start the manager: ${start}`] };
}

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
    `work goes to the branch ${plain(done.target)}; seats and limits stand in ${done.home ? '' : "its home's "}_plans/coo.yaml`,
    '',
    ...(done.home ? NEXT : ['next: coo status']),
  ];
}
