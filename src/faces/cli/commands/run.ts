import { InvalidArgumentError } from 'commander';
import { Manager } from '../../../app/manager/manager.ts';
import type { ManagerOptions } from '../../../app/manager/options.ts';
import { DURATION_FORM, parseDuration } from '../../../format/duration.ts';
import { examples } from '../command.ts';
import type { Call, Define } from '../command.ts';
import { reportUsage } from '../errors.ts';
import { plain } from '../plain.ts';
import { stopSignals } from '../run/stop-signals.ts';
import { jsonTeller, lineTeller } from '../run/teller.ts';
import type { Teller } from '../run/teller.ts';

interface RunOptions {
  readonly untilIdle?: boolean;
  readonly once?: boolean;
  readonly wait?: number;
  readonly dryRun?: boolean;
  readonly board?: boolean;
  readonly takeover?: boolean;
}

/** `coo run`: the manager, in the foreground. */
export const defineRun: Define = (program, act) => {
  program
    .command('run')
    .description('the manager: takes plans in, grants steps, runs workers, checks their work, merges and records it')
    .option('--until-idle', 'end when nothing goes on without people (exit 1: something failed, 4: people are waited for, 6: a budget is used up)')
    .option('--wait <duration>', "with --until-idle: wait so long at most for the end of a provider's limit (default: 6h); exit 75 when it is further away", waitTime)
    .option('--once', 'one look, and what it starts')
    .option('--dry-run', 'say what would be granted and performed; change nothing')
    .option('--takeover', 'replace the manager that runs or hangs now, without waiting until it gave no sign for 80 s; what it still does is refused')
    .option('--no-board', 'plain lines also on a terminal')
    .addHelpText('after', examples('coo run', 'coo run --until-idle', "coo run --json | jq -r '.message // .why'", 'coo run --takeover'))
    .addHelpText('after', '\nThe first Ctrl-C drains (finishes what runs), the second stops (workers go on, the next manager adopts them), the third kills.')
    .action(async (options: RunOptions) =>
      act(async (call) => {
        const only = [options.untilIdle, options.once, options.dryRun].filter(Boolean).length;
        if (only > 1) return call.out.fail(reportUsage('--until-idle, --once and --dry-run exclude each other', 'coo run --help'));
        if (options.dryRun === true) return (await import('../run/dry-run.ts')).dryRun(call);
        const until = options.untilIdle === true ? 'idle' : options.once === true ? 'once' : 'stopped';
        return manage(call, { until, takeover: options.takeover ?? false, ...(options.wait === undefined ? {} : { waitMs: options.wait }) }, await tellerFor(call, options.board ?? true));
      }),
    );
};

/** Reads `--wait`. */
function waitTime(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError(`${DURATION_FORM}.`);
  return ms;
}

async function tellerFor({ host, out }: Call, wantsBoard: boolean): Promise<Teller> {
  if (out.json) return jsonTeller(out);
  if (!host.stdout.isTTY || !wantsBoard || host.env['TERM'] === 'dumb') return lineTeller(out);
  const { Board } = await import('../board/board.ts');
  return new Board(host, out.style);
}

const TOLD = {
  draining: 'draining: what runs is finished, nothing new begins. A second Ctrl-C stops, a third kills.',
  'hung up': 'the terminal hung up: draining',
  stopping: 'stopping: workers go on, the next manager adopts them. Another Ctrl-C kills.',
} as const;

async function manage(call: Call, wanted: Pick<ManagerOptions, 'until' | 'takeover' | 'waitMs'>, teller: Teller): Promise<number> {
  const { host, folder, out } = call;
  const signals = stopSignals(host, (what) => {
    teller.remark(TOLD[what]);
    if (what === 'hung up') teller.end();
  });
  try {
    const world = await host.world(folder, teller.log);
    try {
      teller.begin(world.clock);
      const options = { ...wanted, worktrees: async () => host.worktrees(world), version: host.version, page: (await host.assets()).get('_bus/README.md'), drain: signals.drain, stop: signals.stop };
      const end = await Manager.run(world, await host.watch(teller.log), { ...options, onTurn: (session) => teller.onTurn(session) });
      const exit = signals.stop.aborted ? signals.exit() : end.exit;
      teller.end();
      if (out.json) out.record({ schema: 'coo/run-end.v1', exit, why: end.why });
      else out.lines([`ended: ${plain(end.why)}`]);
      return exit;
    } finally {
      await world.work.close();
      await world.git.close();
    }
  } finally {
    teller.end();
    signals.off();
  }
}
